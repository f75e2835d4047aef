import { createHash } from 'node:crypto'
import { toBase64url } from '../../src/core/bytes.ts'
import type { DefinedLine, LineStatus } from '../../src/core/ledger.ts'
import type { Logger } from '../../src/core/logger.ts'
import type { Signer } from '../../src/core/signer.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import {
  type DefinedLedgerOptions,
  openDefinedLedger,
} from '../../src/ledgers/defined/open-defined-ledger.ts'
import { accountOf } from '../../src/ledgers/evm/transaction.ts'
import type { EvmLedger } from '../../src/ledgers/index.ts'
import { ledger as originB } from '../../src/ledgers/origin-b/index.ts'
import { type Anvil, type AnvilOptions, startAnvil } from '../../src/testing/anvil.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { deployReleaseBDouble } from '../contracts/release-b-double.ts'
import { type KindB, WorldB } from '../contracts/release-b-world.ts'
import { deployReleaseB, hasReleaseB, type ReleaseB } from '../support/release-b.ts'
import { localNetwork, onlyLine, settle } from './local-chain.ts'
import { PushedClock } from './world.ts'

const signal = new AbortController().signal

/** The contracts of release B that ledgers are tested on. */
export const flavours = [
  { flavour: 'the originals', isHere: hasReleaseB(), deploy: deployReleaseB },
  { flavour: 'the stand-in', isHere: true, deploy: deployReleaseBDouble },
] as const

/** A reading on the chain, with the text that it carried. */
export interface ReadB {
  readonly before: bigint
  readonly value: bigint
  readonly transaction: string
}

/** An asset of release B that one of our keys writes. */
export interface OurAsset {
  readonly id: bigint
  readonly kind: KindB
  readonly meter: `0x${string}`
  readonly owner: `0x${string}`
  readonly signer: Signer
  readonly line: DefinedLine
}

/** A chain that mines when told to, release B on it, and ledgers opened on that. */
export class OriginBWorld {
  readonly anvil: Anvil
  readonly releaseB: ReleaseB
  readonly clock = new PushedClock()
  #keys = 0

  private constructor(anvil: Anvil, releaseB: ReleaseB) {
    this.anvil = anvil
    this.releaseB = releaseB
  }

  static async open(
    deploy: (anvil: Anvil) => Promise<ReleaseB>,
    options: AnvilOptions = {},
  ): Promise<OriginBWorld> {
    const anvil = await startAnvil({ noMining: true, ...options })
    return new OriginBWorld(anvil, await deploy(anvil))
  }

  bench(kind: KindB): WorldB {
    return new WorldB(this.anvil, this.releaseB, kind)
  }

  /** A new asset with a new key of ours as its meter. */
  async asset(name: string, kind: KindB = 'producing'): Promise<OurAsset> {
    this.#keys += 1
    const secret = createHash('sha256').update(`${name} ${kind} ${this.#keys}`).digest()
    const signer = await secp256k1Signer(new Uint8Array(secret))
    const meter = accountOf(signer) as `0x${string}`
    await this.anvil.rpc('anvil_setBalance', [meter, '0x56bc75e2d63100000'])
    const owner = await this.bench(kind).somebody()
    const create = kind === 'producing' ? this.releaseB.createProducer : this.releaseB.createConsumer
    const id = await create({ meter, owner })
    const role = kind === 'producing' ? 'producer' : 'consumer'
    const target = { assetId: String(id) }
    const line: DefinedLine = { name: `${name}/origin`, stream: name, role, key: 'meter', target }
    return { id, kind, meter, owner, signer, line }
  }

  async ledger(
    asset: Pick<OurAsset, 'line' | 'signer'>,
    options: Partial<DefinedLedgerOptions> & { log?: Logger; fetch?: typeof globalThis.fetch } = {},
  ): Promise<EvmLedger> {
    const { fetch, ...rest } = options
    const network = await localNetwork(this.anvil, { realClock: this.clock, ...(fetch && { fetch }) })
    const { producing, consuming } = this.releaseB
    return openDefinedLedger(originB, {
      name: 'origin',
      network,
      signers: new Map([['meter', asset.signer]]),
      lines: [asset.line],
      stores: new MemoryStores(),
      options: { producing: producing.address, consuming: consuming.address },
      clock: this.clock,
      ...rest,
    })
  }

  work(ledger: EvmLedger): Promise<void> {
    return ledger.work({ signal })
  }

  only(ledger: EvmLedger): Promise<LineStatus> {
    return onlyLine(ledger)
  }

  /** What the line says after a turn, of its trouble or of why it has stopped. */
  async told(asset: OurAsset, options: Partial<DefinedLedgerOptions>): Promise<string | undefined> {
    const ledger = await this.ledger(asset, options)
    await this.work(ledger)
    const { trouble, stopped } = await this.only(ledger)
    await ledger.close()
    return stopped ?? trouble
  }

  /** Works and mines in turn until nothing is left to do; throws when that takes too many rounds. */
  settle(ledger: EvmLedger, rounds = 40): Promise<void> {
    return settle(ledger, { rounds, mine: () => this.anvil.mine() })
  }

  /** All reading events of an asset, in order. */
  async reads({ id, kind }: OurAsset): Promise<ReadB[]> {
    const registry = this.releaseB[kind]
    const filter = { address: registry.address, fromBlock: '0x0', toBlock: 'latest' }
    const logs = (await this.anvil.rpc('eth_getLogs', [filter])) as Parameters<
      typeof registry.events
    >[1]['logs']
    return logs.flatMap(log =>
      registry.events('LogNewMeterRead', { logs: [log] }).flatMap(event =>
        event._assetId === id
          ? [
              {
                before: event._oldMeterRead as bigint,
                value: event._newMeterRead as bigint,
                transaction: (log as unknown as { transactionHash: string }).transactionHash,
              },
            ]
          : [],
      ),
    )
  }

  async values(asset: OurAsset): Promise<bigint[]> {
    return (await this.reads(asset)).map(({ value }) => value)
  }

  /** Total and text as the contract holds them. */
  async last({ id, kind }: OurAsset): Promise<unknown> {
    return this.releaseB[kind].read('getLastMeterReadingAndHash', id)
  }

  /** A reading by somebody else who has the same key. */
  async foreign({ id, kind, meter }: OurAsset, value: bigint, text: string): Promise<void> {
    await this.anvil.rpc('anvil_impersonateAccount', [meter])
    await this.releaseB[kind].send('saveSmartMeterRead', [id, value, text], { from: meter })
    await this.anvil.rpc('anvil_stopImpersonatingAccount', [meter])
  }
}

/** The text that a reading of this entry carries. */
export const textOf = ({ leafHash }: { readonly leafHash: Uint8Array }) => toBase64url(leafHash)
