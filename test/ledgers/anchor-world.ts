import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, decodeEventLog, encodeFunctionData, type Hex } from 'viem'
import { fromHex, toBase64url, toHex } from '../../src/core/bytes.ts'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import type { LineStatus } from '../../src/core/ledger.ts'
import type { StoredEntry } from '../../src/core/log.ts'
import { silentLogger } from '../../src/core/logger.ts'
import type { Signer } from '../../src/core/signer.ts'
import { ed25519Signer } from '../../src/keys/ed25519-signer.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import { anchorAbi, anchorBytecode } from '../../src/ledgers/anchor/generated/checkpoint-anchor.ts'
import type { AnchorOptions } from '../../src/ledgers/index.ts'
import { type EvmLedger, type EvmNetworkOptions, openAnchor } from '../../src/ledgers/index.ts'
import { anchorLogId } from '../../src/proof/anchor-log.ts'
import { checkLog, type LogStore, openLog } from '../../src/storage/index.ts'
import { type Anvil, type AnvilOptions, startAnvil } from '../../src/testing/anvil.ts'
import { localNetwork, settle } from './local-chain.ts'
import { PushedClock } from './world.ts'

export const origin = 'anchor.invalid/test'
export const minute = 60_000
const signal = new AbortController().signal

/** Signs checkpoints, with a key that only tests have. */
const logSigner = ed25519Signer(new Uint8Array(32).fill(7))

/** A clock that stands until it is pushed: entries are stamped by it. */
export class StampClock implements Clock {
  #at = Date.parse('2026-05-01T08:00:00Z')
  now = () => this.#at
  monotonic = () => this.#at
  after = systemClock.after
  push(milliseconds: number): void {
    this.#at += milliseconds
  }
}

/** What an event says, with its place. */
export interface SeenAnchor {
  readonly size: number
  readonly previous: number
  /** Base64url. */
  readonly root: string
  readonly block: bigint
  readonly blockHash: string
  readonly transaction: string
}

/** A chain that mines when told to, an anchor contract on it, a real log, and ledgers opened on both. */
export class AnchorWorld {
  readonly anvil: Anvil
  readonly contract: Address
  readonly signer: Signer
  readonly realClock = new PushedClock()

  private constructor(anvil: Anvil, contract: Address, signer: Signer) {
    this.anvil = anvil
    this.contract = contract
    this.signer = signer
  }

  static async open(options: AnvilOptions = {}): Promise<AnchorWorld> {
    const anvil = await startAnvil({ noMining: true, ...options })
    const signer = await secp256k1Signer(fromHex(anvil.accounts[1]?.privateKey ?? ''))
    return new AnchorWorld(anvil, await deployedOn(anvil), signer)
  }

  /** The signers of a ledger whose key is another account of the node. */
  async signersOf(index: number): Promise<ReadonlyMap<string, Signer>> {
    const key = this.anvil.accounts[index]?.privateKey ?? ''
    return new Map([['anchor', await secp256k1Signer(fromHex(key))]])
  }

  /** Another contract; answers its address. */
  deploy(): Promise<Address> {
    return deployedOn(this.anvil)
  }

  /** A transaction of the account that is not ours. */
  async foreign(transaction: { to: string; data?: Hex } = { to: this.account }): Promise<void> {
    const from = this.account
    await this.anvil.rpc('eth_sendTransaction', [{ from, gas: '0x30d40', ...transaction }])
  }

  /** Anchors through the account, with a nonce before those of ours: the pool is emptied first, and filled again after. */
  async anchorFirst(size: number, root: Uint8Array): Promise<void> {
    await this.anvil.rpc('anvil_dropAllTransactions')
    const args = [anchorLogId(origin) as Hex, BigInt(size), `0x${toHex(root)}`] as const
    const data = encodeFunctionData({ abi: anchorAbi, functionName: 'anchor', args })
    await this.foreign({ to: this.contract, data })
    await this.anvil.mine()
  }

  get account(): Address {
    return this.anvil.accounts[1]?.address ?? '0x'
  }

  async ledger(
    stores: LogStore,
    clock: Clock,
    options: Partial<Omit<AnchorOptions, 'network'>> & { network?: Partial<EvmNetworkOptions> } = {},
  ): Promise<EvmLedger> {
    const { network, ...rest } = options
    return openAnchor({
      name: 'mainnet',
      contract: this.contract,
      origin,
      every: '10m',
      key: 'anchor',
      signers: new Map([['anchor', this.signer]]),
      stores,
      clock,
      log: silentLogger,
      ...rest,
      network: await localNetwork(this.anvil, { confirmations: 2, realClock: this.realClock, ...network }),
    })
  }

  /** Works and mines in turn until nothing is left to do. */
  settle(ledger: EvmLedger, rounds = 30): Promise<void> {
    return settle(ledger, { rounds, mine: () => this.#mined() })
  }

  /** Turns with a block after each. */
  async turns(ledger: EvmLedger, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await ledger.work({ signal })
      await this.#mined()
    }
  }

  async #mined(): Promise<void> {
    await this.anvil.mine()
    this.realClock.push(5_000)
  }

  async anchors(address = this.contract): Promise<readonly SeenAnchor[]> {
    const filter = { address, fromBlock: '0x0', toBlock: 'latest' }
    const logs = (await this.anvil.rpc('eth_getLogs', [filter])) as readonly {
      topics: [Hex, ...Hex[]]
      data: Hex
      blockNumber: string
      blockHash: string
      transactionHash: string
    }[]
    return logs.map(({ topics, data, blockNumber, blockHash, transactionHash }) => {
      const { args } = decodeEventLog({ abi: anchorAbi, topics, data })
      return {
        size: Number(args.size),
        previous: Number(args.previous),
        root: toBase64url(fromHex(args.root)),
        block: BigInt(blockNumber),
        blockHash,
        transaction: transactionHash,
      }
    })
  }
}

async function deployedOn(anvil: Anvil): Promise<Address> {
  // A price of the old kind, which every fork takes.
  const gasPrice = '0x4a817c800'
  const transaction = { from: anvil.accounts[0]?.address, data: anchorBytecode, gasPrice }
  const hash = await anvil.rpc('eth_sendTransaction', [transaction])
  await anvil.mine()
  const receipt = await anvil.rpc('eth_getTransactionReceipt', [hash])
  return (receipt as { contractAddress: Address }).contractAddress
}

/** A log of notes, and what is done with it in these tests. */
export class TestLog {
  readonly folder: string
  readonly clock: StampClock
  log: LogStore

  private constructor(folder: string, clock: StampClock, log: LogStore) {
    this.folder = folder
    this.clock = clock
    this.log = log
  }

  static async open(clock = new StampClock()): Promise<TestLog> {
    const folder = mkdtempSync(join(tmpdir(), 'energyweb-anchor-'))
    const log = await openLog({ folder, clock })
    await log.openStream({ name: 'roof' })
    return new TestLog(folder, clock, log)
  }

  async notes(count: number, text = 'note'): Promise<void> {
    for (let i = 0; i < count; i++) await this.log.append('roof', 'note', { by: null, text })
  }

  /** Has the log's head signed; answers the size. */
  async sign(): Promise<number> {
    await this.log.checkpoint({ signer: logSigner, origin })
    return (await this.log.newestCheckpoint())?.size ?? 0
  }

  async receipts(): Promise<readonly StoredEntry[]> {
    return this.log.entries('gateway', { after: -1, limit: 1_000 })
  }

  async reopen(): Promise<void> {
    await this.log.close()
    this.log = await openLog({ folder: this.folder, clock: this.clock })
  }

  check() {
    return checkLog({ folder: this.folder })
  }

  async remove(): Promise<void> {
    await this.log.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export async function only(ledger: EvmLedger): Promise<LineStatus> {
  const [status] = await ledger.status()
  if (status === undefined) throw new Error('no line')
  return status
}
