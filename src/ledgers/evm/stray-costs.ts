import type { TransactionOutcome } from '../../core/ledger.ts'
import type { Receipt } from '../../core/receipt.ts'
import type { Variant } from '../../core/submission.ts'
import { receiptOf, type TransactionReceipt } from './answers.ts'
import { isFinal, type Sender, type Turn } from './sender.ts'
import { costOf } from './spending.ts'

/**
 * A transaction that this account may have paid for and that no submission under way stands for: one whose registration was found
 * on the chain, or one that fills a gap of nonces, of which any variant may be the mined one.
 */
export interface StrayCost {
  readonly outcome: Extract<TransactionOutcome, 'adopted' | 'filler'>
  readonly variants: readonly Pick<Variant, 'hash' | 'maxFeePerGas'>[]
  /** Of a filler; what is adopted has been mined. */
  readonly nonce: number | undefined
  /** The head when it was first looked for. */
  since: bigint | undefined
}

/** A registration that was taken over. One transaction may hold several: it is looked at once. */
export function noteAdopted({ strays }: Sender, { transaction: hash }: Pick<Receipt, 'transaction'>): void {
  if (strays.some(({ variants }) => variants.some(one => one.hash === hash))) return
  const variants = [{ hash, maxFeePerGas: 0n }]
  strays.push({ outcome: 'adopted', variants, nonce: undefined, since: undefined })
}

/** A transfer of nothing that uses up a nonce, or the same with another price. */
export function noteFiller({ strays }: Sender, nonce: number, variant: StrayCost['variants'][number]): void {
  const at = strays.findIndex(stray => stray.nonce === nonce)
  const known = strays[at]?.variants ?? []
  if (known.some(({ hash }) => hash === variant.hash)) return
  const stray: StrayCost = {
    ...{ outcome: 'filler', nonce, since: undefined },
    variants: [...known, variant],
  }
  strays.splice(at < 0 ? strays.length : at, 1, stray)
}

/** Counts what is final of them. Nothing hangs on it: what no node has a receipt for is forgotten at the depth of finality. */
export async function countStrays(sender: Sender, turn: Turn): Promise<boolean> {
  const due = sender.strays.filter(({ nonce }) => nonce === undefined || nonce < turn.count)
  if (due.length === 0) return false
  const asked = due.flatMap(stray => stray.variants.map(variant => ({ stray, variant })))
  const calls = asked.map(({ variant }) => ({ method: 'eth_getTransactionReceipt', params: [variant.hash] }))
  const results = await sender.network.results(calls, { signal: turn.signal })
  const receipts = new Map<StrayCost, TransactionReceipt>()
  for (const [i, { stray, variant }] of asked.entries()) {
    const receipt = receiptOf(results[i] ?? null, variant.hash)
    if (receipt !== undefined) receipts.set(stray, receipt)
  }
  for (const stray of due) {
    stray.since ??= turn.head.number
    const receipt = receipts.get(stray)
    if (!isFinal(sender, turn, receipt?.block ?? stray.since)) continue
    if (receipt !== undefined) count(sender, stray, receipt)
    sender.strays.splice(sender.strays.indexOf(stray), 1)
  }
  return false
}

function count({ spending, account, network }: Sender, stray: StrayCost, receipt: TransactionReceipt): void {
  // A node that does not say who sent it leaves the doubt: what others may have paid for is not ours.
  if (stray.outcome === 'adopted' && receipt.from !== account) return
  const isPriced = stray.outcome === 'filler' && network.fees.type === 'legacy'
  spending.add(stray.outcome, costOf(receipt, { variants: stray.variants, isLegacy: isPriced }))
}
