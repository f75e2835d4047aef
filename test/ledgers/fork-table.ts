import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import type { Flavour } from '../contracts/bench.ts'
import { AnchorWorld, minute, TestLog } from './anchor-world.ts'
import { day, hour, IssuerGateway, start } from './issuer-gateway.ts'
import { type IssuerFlavour, IssuerWorld, issuerFlavours } from './issuer-world.ts'
import { OriginBWorld, flavours as releaseB } from './origin-b-world.ts'
import { World } from './world.ts'

/** Rules of the EVM on which ledgers are tried, oldest first. */
export const forks = ['homestead', 'byzantium', 'istanbul', 'london', 'cancun', 'prague'] as const

export type Fork = (typeof forks)[number]

/** How a chain of those rules is started, and ended. */
export interface ForkOptions {
  readonly hardfork: Fork
  readonly signal: AbortSignal
}

/** One kind of ledger on contracts, and where those run. */
export interface ForkRow {
  readonly kind: string
  readonly contracts: string
  /** What it must run on: on this fork and later ones. */
  readonly promised: Fork
  /** The oldest of the forks that its code does run on. */
  readonly runsFrom: Fork
  /** What happens on older ones, and what is said then. */
  readonly older?: { readonly text: string; readonly error: RegExp }
  /** False when the contracts are not installed here. */
  readonly isHere: boolean
  /** Deploys the contracts and registers through the ledger; answers what the chain holds then, and the states it came to. */
  readonly register: (options: ForkOptions) => Promise<Registered>
}

export interface Registered {
  readonly chain: readonly bigint[]
  /** Wh, or entries, in the log. */
  readonly expected: readonly bigint[]
  readonly states: readonly string[]
}

const statesOf = async (stores: MemoryStores, line: string) =>
  (await stores.ofLine(line, 50)).map(({ state }) => state)

const originA =
  (flavour: Flavour) =>
  async (options: ForkOptions): Promise<Registered> => {
    const world = await World.open({ flavour, ...options })
    const id = await world.registries.producing.readyAsset()
    const stores = new MemoryStores()
    addReading(stores.entries, 'roof', 4n)
    addReading(stores.entries, 'roof', 6n)
    const line = world.line(id)
    const ledger = await world.ledger({ stores, lines: [line] })
    await world.settle(ledger)
    await ledger.close()
    return { chain: await world.values(id), expected: [4n, 6n], states: await statesOf(stores, line.name) }
  }

const originB =
  ({ deploy }: (typeof releaseB)[number]) =>
  async (options: ForkOptions): Promise<Registered> => {
    const world = await OriginBWorld.open(deploy, options)
    const asset = await world.asset('roof')
    const stores = new MemoryStores()
    addReading(stores.entries, 'roof', 4n)
    addReading(stores.entries, 'roof', 6n)
    await world.releaseB.mintCertificates(asset.id, asset.owner)
    const ledger = await world.ledger(asset, { stores })
    await world.settle(ledger)
    await ledger.close()
    const states = await statesOf(stores, asset.line.name)
    return { chain: await world.values(asset), expected: [4n, 6n], states }
  }

const issuer =
  (flavour: IssuerFlavour) =>
  async (options: ForkOptions): Promise<Registered> => {
    const world = await IssuerWorld.open(flavour, options)
    const gateway = await IssuerGateway.open(world)
    gateway.read(100n, hour)
    gateway.read(130n, day + hour)
    gateway.clock.at = start + 2 * day + 2 * hour
    await gateway.settle({ waiting: 2 })
    await gateway.ledger.close()
    const chain = (await gateway.requests()).map(({ metadata }) => metadata?.energy ?? -1n)
    return { chain, expected: [100n, 30n], states: await statesOf(gateway.stores, 'roof/certificates') }
  }

const anchor = async (options: ForkOptions): Promise<Registered> => {
  const world = await AnchorWorld.open(options)
  const log = await TestLog.open()
  try {
    const ledger = await world.ledger(log.log, log.clock)
    await log.notes(3)
    const size = await log.sign()
    log.clock.push(10 * minute)
    await world.settle(ledger)
    await ledger.close()
    const states = (await log.log.ofLine('gateway/mainnet', 50)).map(({ state }) => state)
    const chain = (await world.anchors()).map(anchored => BigInt(anchored.size))
    return { chain, expected: [BigInt(size)], states }
  } finally {
    await log.remove()
  }
}

/** Every kind of ledger on every contract of it that there is. */
export const forkTable: readonly ForkRow[] = [
  {
    kind: 'origin-a',
    contracts: 'the stand-in of release A',
    promised: 'homestead',
    runsFrom: 'homestead',
    isHere: true,
    register: originA('double'),
  },
  {
    kind: 'origin-a',
    contracts: 'our strict registry',
    promised: 'london',
    runsFrom: 'istanbul',
    older: { text: 'can’t be created', error: /^nothing was deployed: reverted$/ },
    isHere: true,
    register: originA('strict'),
  },
  ...releaseB.map(
    (row): ForkRow => ({
      kind: 'origin-b',
      contracts: row.flavour === 'the originals' ? 'the originals of release B' : 'the stand-in of release B',
      promised: 'byzantium',
      runsFrom: 'byzantium',
      older:
        row.flavour === 'the originals'
          ? { text: 'created; setting them up fails', error: /"EVM error OutOfGas"/ }
          : { text: 'created; creating an asset fails', error: /"EVM error NotActivated"/ },
      isHere: row.isHere,
      register: originB(row),
    }),
  ),
  ...(['real', 'double'] as const).map(
    (flavour): ForkRow => ({
      kind: 'issuer',
      contracts: flavour === 'real' ? 'the originals of the Issuer' : 'the stand-in of the Issuer',
      promised: 'istanbul',
      runsFrom: 'istanbul',
      older: {
        text: flavour === 'real' ? 'can’t be created' : 'created; setting them up fails',
        error: /"EVM error NotActivated"/,
      },
      isHere: issuerFlavours.includes(flavour),
      register: issuer(flavour),
    }),
  ),
  {
    kind: 'anchor',
    contracts: 'our CheckpointAnchor',
    promised: 'london',
    runsFrom: 'istanbul',
    older: {
      text: 'created; the ledger waits and signs nothing',
      error: /"pending":\{\},"trouble":"network-refused: the node failed: EVM error NotActivated"/,
    },
    isHere: true,
    register: anchor,
  },
]
