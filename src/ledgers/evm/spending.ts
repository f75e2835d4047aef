import type { LedgerSpending, TransactionOutcome } from '../../core/ledger.ts'
import type { Variant } from '../../core/submission.ts'
import { receiptOf, type TransactionReceipt } from './answers.ts'
import type { Sender, Tracked, Turn } from './sender.ts'

function ofEach<Amount extends number | bigint>(none: Amount): Record<TransactionOutcome, Amount> {
  return { registered: none, reverted: none, 'without-event': none, adopted: none, filler: none }
}

/** What one transaction cost; each undefined where nobody says. */
export interface TransactionCost {
  readonly gas: bigint | undefined
  readonly fee: bigint | undefined
}

/** Adds up what the transactions of a ledger came to and cost. All of its accounts share one. */
export class Spending {
  readonly #transactions = ofEach(0)
  readonly #gas = ofEach(0n)
  readonly #fees = ofEach(0n)

  add(outcome: TransactionOutcome, { gas = 0n, fee = 0n }: TransactionCost): void {
    this.#transactions[outcome] += 1
    this.#gas[outcome] += gas
    this.#fees[outcome] += fee
  }

  total(network: string): LedgerSpending {
    const [transactions, gas, fees] = [this.#transactions, this.#gas, this.#fees]
    return { network, transactions: { ...transactions }, gas: { ...gas }, fees: { ...fees } }
  }
}

/** What a transaction cost by its receipt. Before London a receipt has no price: it is that of the transaction itself. */
export function costOf(
  { transaction, gasUsed, gasPrice, settlementFee = 0n }: TransactionReceipt,
  {
    variants,
    isLegacy,
  }: {
    readonly variants: readonly Pick<Variant, 'hash' | 'maxFeePerGas'>[]
    readonly isLegacy: boolean
  },
): TransactionCost {
  const signed = isLegacy ? variants.find(({ hash }) => hash === transaction)?.maxFeePerGas : undefined
  const price = gasPrice ?? signed
  const isKnown = gasUsed !== undefined && price !== undefined
  return { gas: gasUsed, fee: isKnown ? gasUsed * price + settlementFee : undefined }
}

/** Remembers what a submission's transaction cost; it counts once its block is final. */
export function noteCost({ network }: Sender, item: Tracked, receipt: TransactionReceipt): void {
  if (item.cost === 'counted') return
  item.cost = costOf(receipt, { variants: item.variants, isLegacy: network.fees.type === 'legacy' })
}

/** Counts the transaction of a submission whose block is final, once. */
export function countCost(sender: Sender, item: Tracked, outcome: TransactionOutcome): void {
  if (item.cost === undefined || item.cost === 'counted') return
  sender.spending.add(outcome, item.cost)
  item.cost = 'counted'
}

/** What was mined before a restart: what it cost stands in receipts that this process has not seen. */
export async function recallCosts(
  sender: Sender,
  { signal }: Turn,
  items: readonly Tracked[],
): Promise<void> {
  const unknown = items.flatMap(item => {
    const { receipt, variants, cost } = item
    // What others sent is not what we paid for.
    const isOwn = variants.some(({ hash }) => hash === receipt?.transaction)
    return receipt !== undefined && isOwn && cost === undefined ? [{ item, hash: receipt.transaction }] : []
  })
  if (unknown.length === 0) return
  const calls = unknown.map(({ hash }) => ({ method: 'eth_getTransactionReceipt', params: [hash] }))
  const results = await sender.network.results(calls, { signal })
  for (const [i, { item, hash }] of unknown.entries()) {
    const receipt = receiptOf(results[i], hash)
    if (receipt !== undefined) noteCost(sender, item, receipt)
  }
}
