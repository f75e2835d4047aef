import type { Abi } from 'viem'
import { sleep } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import { type EventLog, headOf, receiptOf, type TransactionReceipt } from '../evm/answers.ts'
import { knowOutcome } from '../evm/know-outcome.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { quantity } from '../evm/rpc-calls.ts'
import type { EventOf } from './contract-types.ts'
import { readEvents } from './events-in.ts'
import { whyReverted } from './why-reverted.ts'

export interface WaitOptions {
  /** Blocks until it counts, its own included. Default 1: the block that it is in may still leave the chain. */
  readonly confirmations?: number
  /** Milliseconds, default 300,000. */
  readonly timeout?: number
  /** Milliseconds between two looks, default 1,000. */
  readonly pollEvery?: number
  readonly signal?: AbortSignal
}

/** A transaction that is in a block and did what it should. */
export interface MinedTransaction<abi extends Abi = Abi> {
  readonly hash: string
  readonly block: bigint
  readonly blockHash: string
  readonly gasUsed: bigint | undefined
  /** Events of the contract, read by its ABI, in their order. */
  readonly events: readonly EventOf<abi>[]
  /** All that was logged, of other contracts too. */
  readonly logs: readonly EventLog[]
}

export interface Awaited {
  /** For messages: `rent of 0x…`. */
  readonly what: string
  /** Called at every look that finds nothing: to send the same bytes again. */
  readonly onMissing?: () => Promise<void>
}

/** See `EvmNetwork.waitFor`. */
export async function waitFor(
  network: EvmNetwork,
  transaction: string,
  options: WaitOptions,
): Promise<MinedTransaction> {
  const hash = transaction.toLowerCase()
  if (!/^0x[0-9a-f]{64}$/.test(hash)) {
    throw new EnergywebError('argument-invalid', `"${transaction.slice(0, 80)}" is no transaction hash`)
  }
  const receipt = await awaitReceipt(network, hash, { ...options, what: `transaction ${hash}` })
  const unread: Abi = []
  return minedOf(receipt, { address: undefined, abi: unread })
}

/**
 * Waits for the receipt, at the depth asked for, of a block that is still on the chain then.
 * @throws EnergywebError as `EvmNetwork.waitFor`
 */
export async function awaitReceipt(
  network: EvmNetwork,
  hash: string,
  options: WaitOptions & Awaited & { readonly abi?: Abi },
): Promise<TransactionReceipt> {
  const { confirmations = 1, timeout = 300_000, pollEvery = 1_000, signal, what, onMissing } = options
  const waiting = signal === undefined ? {} : { signal }
  const { clock } = network
  const start = clock.monotonic()
  for (;;) {
    const found = await receiptAtDepth(network, hash, { confirmations, ...waiting })
    const receipt = found && (await knowOutcome(network, found, waiting))
    if (receipt?.succeeded) return receipt
    if (receipt !== undefined) throw await whyReverted(network, receipt, { ...options, ...waiting })
    if (clock.monotonic() - start > timeout) throw tooLong(what, hash, timeout)
    await onMissing?.()
    await sleep(pollEvery, { clock, ...waiting })
  }
}

async function receiptAtDepth(
  network: EvmNetwork,
  hash: string,
  { confirmations, ...waiting }: { confirmations: number; signal?: AbortSignal },
): Promise<TransactionReceipt | undefined> {
  const { head, results } = await network.readyWith(
    [{ method: 'eth_getTransactionReceipt', params: [hash] }],
    waiting,
  )
  const receipt = receiptOf(results[0] ?? null, hash)
  if (receipt === undefined || head.number - receipt.block + 1n < BigInt(confirmations)) return undefined
  if (confirmations <= 1) return receipt
  const number = quantity(receipt.block)
  const block = headOf(await network.request('eth_getBlockByNumber', [number, false], waiting))
  return block?.hash === receipt.blockHash ? receipt : undefined
}

function tooLong(what: string, hash: string, timeout: number): EnergywebError {
  return new EnergywebError(
    'network-unreachable',
    `${what}: transaction ${hash} did not become final within ${timeout / 1_000} s`,
    { retryable: true, hint: 'Look it up before you try again: it may still be mined.' },
  )
}

/** A receipt as it is handed out. */
export function minedOf<abi extends Abi>(
  { transaction: hash, block, blockHash, gasUsed, logs }: TransactionReceipt,
  contract: { address: string | undefined; abi: abi },
): MinedTransaction<abi> {
  const own = logs.filter(
    log => contract.address === undefined || log.address === contract.address.toLowerCase(),
  )
  return { hash, block, blockHash, gasUsed, events: readEvents(contract.abi, own), logs }
}
