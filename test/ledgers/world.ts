import { decodeEventLog, encodeEventTopics, type Hex } from 'viem'
import { fromHex } from '../../src/core/bytes.ts'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import type { AssetLine, LineStatus } from '../../src/core/ledger.ts'
import type { Logger } from '../../src/core/logger.ts'
import type { Signer } from '../../src/core/signer.ts'
import type { CursorStore, SubmissionStore } from '../../src/core/submission.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import type { Registry } from '../../src/ledgers/evm/registry.ts'
import type { Fetch } from '../../src/ledgers/evm/rpc-calls.ts'
import {
  type EvmLedger,
  type EvmNetwork,
  type EvmNetworkOptions,
  type OriginAOptions,
  openOriginA,
  type SubmissionSettings,
} from '../../src/ledgers/index.ts'
import { type Anvil, type AnvilOptions, startAnvil } from '../../src/testing/anvil.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { AssetBench } from '../contracts/asset-bench.ts'
import {
  Bench,
  deployDouble,
  deployStrict,
  type Flavour,
  hexOf,
  type Kind,
  people,
} from '../contracts/bench.ts'
import { localNetwork, onlyLine, settle } from './local-chain.ts'

export type { Registry }

/** A clock whose monotonic time a test can push on. */
export class PushedClock implements Clock {
  #ahead = 0
  now = () => systemClock.now()
  monotonic = () => systemClock.monotonic() + this.#ahead
  after = systemClock.after
  push(milliseconds: number): void {
    this.#ahead += milliseconds
  }
}

export interface OpenOptions {
  readonly log?: Logger
  stores?: CursorStore & SubmissionStore
  lines?: readonly AssetLine[]
  settings?: Partial<SubmissionSettings>
  network?: Partial<EvmNetworkOptions>
  contracts?: Partial<Record<Kind, string>>
  signer?: Signer | Promise<Signer>
  fetch?: Fetch
  reportDown?: boolean
  fromBlock?: bigint
  carbon?: OriginAOptions['carbon']
}

export interface RegisteredEvent {
  readonly before: bigint
  readonly value: bigint
  readonly down: boolean
  /** Producers only: the CO2 register after it, and whether its service was down. */
  readonly carbon: bigint | undefined
  readonly carbonDown: boolean | undefined
  readonly link: string
  readonly transaction: string
}

const signal = new AbortController().signal

/** A chain that mines when told to, release A's registries on it, and ledgers opened on those. */
export class World {
  readonly anvil: Anvil
  readonly bench: Bench
  readonly registries: Record<Kind, AssetBench>
  readonly clock = new PushedClock()
  readonly signer: Signer

  private constructor(anvil: Anvil, bench: Bench, registries: Record<Kind, AssetBench>, signer: Signer) {
    this.anvil = anvil
    this.bench = bench
    this.registries = registries
    this.signer = signer
  }

  static async open(options: AnvilOptions & { flavour?: Flavour } = {}): Promise<World> {
    const { flavour = 'double', ...rest } = options
    const anvil = await startAnvil({ noMining: true, ...rest })
    const bench = new Bench(anvil)
    const at = flavour === 'double' ? await deployDouble(bench) : await deployStrict(bench)
    const registries = {
      producing: new AssetBench(bench, 'producing', flavour, at.producing),
      consuming: new AssetBench(bench, 'consuming', flavour, at.consuming),
    }
    const key = anvil.accounts[people.meter]?.privateKey ?? '0x'
    return new World(anvil, bench, registries, await secp256k1Signer(fromHex(key)))
  }

  get meter(): string {
    return this.bench.account(people.meter).address.toLowerCase()
  }

  line(assetId: bigint, kind: Kind = 'producing', name = 'roof'): AssetLine {
    const role = kind === 'producing' ? 'producer' : 'consumer'
    return { name: `${name}/origin`, stream: name, role, assetId, key: 'meter' }
  }

  network(options: Partial<EvmNetworkOptions> = {}): Promise<EvmNetwork> {
    return localNetwork(this.anvil, { realClock: this.clock, ...options })
  }

  async ledger(options: OpenOptions): Promise<EvmLedger> {
    const { stores = new MemoryStores(), lines = [], contracts, settings, signer = this.signer } = options
    return openOriginA({
      name: 'origin',
      network: await this.network({ ...(options.fetch && { fetch: options.fetch }), ...options.network }),
      producing: contracts?.producing ?? this.registries.producing.address,
      consuming: contracts?.consuming ?? this.registries.consuming.address,
      signers: new Map([['meter', signer]]),
      lines,
      stores,
      ...(settings && { settings }),
      ...(options.log && { log: options.log }),
      ...(options.reportDown !== undefined && { reportDown: options.reportDown }),
      ...(options.fromBlock !== undefined && { fromBlock: options.fromBlock }),
      ...(options.carbon && { carbon: options.carbon }),
    })
  }

  work(ledger: EvmLedger): Promise<void> {
    return ledger.work({ signal })
  }

  only(ledger: EvmLedger): Promise<LineStatus> {
    return onlyLine(ledger)
  }

  /** Works and mines in turn until nothing is left to do; throws when that takes too many rounds. */
  settle(ledger: EvmLedger, rounds = 40): Promise<void> {
    return settle(ledger, { rounds, mine: () => this.anvil.mine() })
  }

  /** All reading events of an asset, in order. */
  async events(assetId: bigint, kind: Kind = 'producing'): Promise<RegisteredEvent[]> {
    const registry = this.registries[kind]
    const topics = encodeEventTopics({ abi: registry.abi, eventName: 'LogNewMeterRead', args: { assetId } })
    const logs = (await this.anvil.rpc('eth_getLogs', [
      { address: registry.address, fromBlock: '0x0', toBlock: 'latest', topics },
    ])) as { topics: [Hex, ...Hex[]]; data: Hex; transactionHash: string }[]
    return logs.flatMap(log => {
      const decoded = decodeEventLog({ abi: registry.abi, topics: log.topics, data: log.data, strict: false })
      if (decoded.eventName !== 'LogNewMeterRead') return []
      const args = decoded.args as unknown as Record<string, unknown>
      return [
        {
          before: args.oldMeterRead as bigint,
          value: args.newMeterRead as bigint,
          down: args.smartMeterDown as boolean,
          carbon: args.newCO2OffsetReading as bigint | undefined,
          carbonDown: args.serviceDown as boolean | undefined,
          link: args.fileHash as string,
          transaction: log.transactionHash,
        },
      ]
    })
  }

  async values(assetId: bigint, kind: Kind = 'producing'): Promise<bigint[]> {
    return (await this.events(assetId, kind)).map(event => event.value)
  }

  async nonce(): Promise<number> {
    return Number(await this.anvil.rpc('eth_getTransactionCount', [this.meter, 'latest']))
  }

  /** A transaction of the meter's account that we did not send: the same key is used elsewhere. */
  async foreign(nonce?: number): Promise<void> {
    await this.anvil.rpc('eth_sendTransaction', [
      {
        from: this.meter,
        to: this.bench.account(people.stranger).address,
        value: '0x1',
        gas: '0x5208',
        gasPrice: hexOf(50_000_000_000n),
        ...(nonce !== undefined && { nonce: hexOf(BigInt(nonce)) }),
      },
    ])
  }
}
