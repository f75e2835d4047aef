import { fromHex } from '../../src/core/bytes.ts'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import type { DefinedLine } from '../../src/core/ledger.ts'
import type { StoredEntry } from '../../src/core/log.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import {
  type DefinedLedgerOptions,
  openDefinedLedger,
} from '../../src/ledgers/defined/open-defined-ledger.ts'
import type { EvmLedger } from '../../src/ledgers/index.ts'
import { ledger as definition } from '../../src/ledgers/issuer/definition.ts'
import type { IssuerLine } from '../../src/ledgers/issuer/line.ts'
import {
  announcedRequests,
  type CertificationRequest,
  readRequest,
} from '../../src/ledgers/issuer/requests.ts'
import { addEntry } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { actors, type IssuerWorld } from './issuer-world.ts'

export const hour = 3_600_000
export const day = 24 * hour
/** The first day of the tests. */
export const start = Date.UTC(2024, 4, 1)

/** A clock that stands until it is set: entries and periods go by it. */
class StandingClock implements Clock {
  at = start
  now = () => this.at
  monotonic = () => this.at
  after = systemClock.after
}

export interface GatewayOptions {
  readonly line?: Partial<IssuerLine>
  readonly key?: keyof typeof actors
  readonly stores?: MemoryStores
  readonly entries?: StoredEntry[]
  readonly ledger?: Partial<DefinedLedgerOptions>
  readonly publish?: 'cid'
}

const signal = new AbortController().signal

/** A gateway with one plant that asks an Issuer for certificates. */
export class IssuerGateway {
  readonly world: IssuerWorld
  readonly stores: MemoryStores
  readonly clock = new StandingClock()
  readonly ledger: EvmLedger
  readonly #owner: string

  private constructor(world: IssuerWorld, stores: MemoryStores, ledger: EvmLedger, owner: string) {
    this.world = world
    this.stores = stores
    this.ledger = ledger
    this.#owner = owner
  }

  static async open(
    world: IssuerWorld,
    {
      line = {},
      key = 'meter',
      entries = [],
      stores = new MemoryStores(entries),
      ledger = {},
      publish,
    }: GatewayOptions = {},
  ): Promise<IssuerGateway> {
    const privateKey = world.anvil.accounts[actors[key]]?.privateKey ?? ''
    const target: IssuerLine = { deviceId: 'roof-1', ...line }
    const lines: DefinedLine[] = [
      { name: 'roof/certificates', stream: 'roof', role: 'producer', key: 'meter', target, publish },
    ]
    const clock = new StandingClock()
    const opened = await openDefinedLedger(definition, {
      name: 'certificates',
      network: await world.network(),
      signers: new Map([['meter', await secp256k1Signer(fromHex(privateKey))]]),
      lines,
      stores,
      options: { issuer: world.issuer.address },
      clock,
      origin: 'gateway.invalid/roof',
      ...ledger,
    })
    const gateway = new IssuerGateway(world, stores, opened, line.owner ?? world.address(key))
    gateway.clock.at = start
    clock.now = () => gateway.clock.at
    return gateway
  }

  /** A counted reading: the register's total in Wh, and when it was measured after the start. */
  read(wattHours: bigint, after: number): StoredEntry {
    const measuredAt = new Date(start + after).toISOString()
    return addEntry(this.stores.entries, 'roof', 'reading', {
      status: 'counted',
      total: wattHours * 3_600_000n,
      measuredAt,
    })
  }

  work(): Promise<void> {
    return this.ledger.work({ signal })
  }

  /** Works and mines in turn until nothing is under way and all but `waiting` entries are covered. */
  async settle({ waiting = 0, rounds = 40 } = {}): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await this.work()
      const [status] = await this.ledger.status()
      if (status !== undefined && status.backlog <= waiting && Object.keys(status.pending).length === 0)
        return
      await this.world.anvil.mine()
    }
    throw new Error(`not settled: ${JSON.stringify(await this.ledger.status())}`)
  }

  /** All requests for the owner that are on the chain, oldest first. */
  async requests(): Promise<CertificationRequest[]> {
    const chain = await this.world.chain()
    const { issuer } = await this.world.place(chain)
    const announced = await announcedRequests(chain, issuer, { owner: this.#owner, from: 0n })
    const found = await Promise.all(announced.map(({ id }) => readRequest(chain, issuer, id)))
    return found.filter(request => request !== undefined)
  }
}
