import { type Abi, encodeFunctionData, type Hex } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { EvmNetwork, EvmNetworkOptions } from '../../src/ledgers/index.ts'
import { type Anvil, type AnvilOptions, startAnvil } from '../../src/testing/anvil.ts'
import { Bench } from '../contracts/bench.ts'
import emitter from '../contracts/generated/EventEmitter.json' with { type: 'json' }
import { localNetwork } from '../ledgers/local-chain.ts'

export const abi = [
  'event Ping(uint256 indexed number, address indexed sender, string text)',
  'event Pong(uint256 indexed number)',
] as const

/** A transaction that was sent, to be sent again after a reorg: the bytes stay the same. */
export interface Sent {
  readonly raw: Hex
  readonly hash: Hex
}

/** A chain that mines when told to, with a contract on it that emits what it is told. */
export class EventWorld {
  readonly anvil: Anvil
  readonly address: Hex
  readonly account: PrivateKeyAccount
  #nonce = 0

  private constructor(anvil: Anvil, address: Hex) {
    this.anvil = anvil
    this.address = address
    this.account = privateKeyToAccount(anvil.accounts[1]?.privateKey ?? '0x')
  }

  static async open(options: AnvilOptions = {}): Promise<EventWorld> {
    const anvil = await startAnvil({ noMining: true, ...options })
    const contract = { abi: emitter.abi as Abi, bytecode: emitter.bytecode as Hex }
    return new EventWorld(anvil, await new Bench(anvil).deploy(contract))
  }

  network(options: Partial<EvmNetworkOptions> = {}): Promise<EvmNetwork> {
    return localNetwork(this.anvil, options)
  }

  /** Signs and sends; mined with the next block. */
  async send(functionName: string, ...args: readonly unknown[]): Promise<Sent> {
    const data = encodeFunctionData({ abi: emitter.abi as Abi, functionName, args })
    const raw = await this.account.signTransaction({
      chainId: 31337,
      type: 'legacy',
      nonce: this.#nonce,
      gas: 25_000_000n,
      gasPrice: 20_000_000_000n,
      to: this.address,
      data,
    })
    const sent = await this.again(raw)
    this.#nonce += 1
    return sent
  }

  async again(raw: Hex): Promise<Sent> {
    return { raw, hash: (await this.anvil.rpc('eth_sendRawTransaction', [raw])) as Hex }
  }

  /** Replaces so many of the newest blocks by empty ones; nonces go back to that of the chain. */
  async reorg(depth: number, transactions: readonly (readonly [Hex, number])[] = []): Promise<void> {
    await this.anvil.rpc('anvil_reorg', [depth, transactions])
    const count = await this.anvil.rpc('eth_getTransactionCount', [this.account.address, 'latest'])
    this.#nonce = Number(count)
  }

  async height(): Promise<number> {
    return Number(await this.anvil.rpc('eth_blockNumber'))
  }
}

/** Takes items until `count` came, settling each; rejects after `timeout` milliseconds. */
export async function takeMany<Item>(
  source: {
    take(options: {
      signal: AbortSignal
    }): Promise<{ item: Item; settle(handled: boolean): unknown } | undefined>
  },
  count: number,
  timeout = 20_000,
): Promise<Item[]> {
  const items: Item[] = []
  const signal = AbortSignal.timeout(timeout)
  while (items.length < count) {
    const taken = await source.take({ signal })
    if (taken === undefined) break
    items.push(taken.item)
    await taken.settle(true)
  }
  return items
}

/** What comes within so many milliseconds, settled. */
export async function takeAll<Item>(
  source: Parameters<typeof takeMany<Item>>[0],
  quiet = 400,
): Promise<Item[]> {
  const items: Item[] = []
  for (;;) {
    const taken = await source.take({ signal: AbortSignal.timeout(quiet) }).catch(() => undefined)
    if (taken === undefined) return items
    items.push(taken.item)
    await taken.settle(true)
  }
}
