import { hexOf, quantityOf, type TransactionReceipt } from './answers.ts'
import type { RpcCall } from './rpc-calls.ts'

/** Who answers questions about a chain. */
interface Asked {
  results(calls: readonly RpcCall[], options?: { signal?: AbortSignal }): Promise<readonly unknown[]>
}

/** A receipt of which it is known whether the transaction did what it should. */
export type KnownReceipt = TransactionReceipt & { readonly succeeded: boolean }

/** What a transaction costs that does nothing but send coins (Ethereum Yellow Paper, appendix G). */
const plainTransfer = 21_000n

/**
 * Finds out what a receipt without status and without logs does not say: before Byzantium there was no revert, so what failed
 * has used up all of its gas. Costs one question, for such a receipt only.
 * @throws EnergywebError `network-unreachable` when the node has no transaction to that receipt
 */
export async function knowOutcome(
  network: Asked,
  receipt: TransactionReceipt,
  options: { signal?: AbortSignal } = {},
): Promise<KnownReceipt> {
  const { succeeded } = receipt
  if (succeeded !== undefined) return { ...receipt, succeeded }
  const params = [receipt.transaction]
  const [sent] = await network.results([{ method: 'eth_getTransactionByHash', params }], options)
  const { gas, input } = Object(sent)
  const isTransfer = hexOf(input, 'transaction data') === '0x' && receipt.gasUsed === plainTransfer
  const left = quantityOf(gas, 'gas of a transaction') - (receipt.gasUsed ?? 0n)
  return { ...receipt, succeeded: isTransfer || left > 0n }
}
