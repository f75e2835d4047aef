import { toEnergywebError } from '../../core/errors.ts'
import type { Variant } from '../../core/submission.ts'
import { doubledFees, type Fees, raiseFees } from './fees.ts'
import { estimateGas } from './gas.ts'
import type { Sender, Tracked, Turn } from './sender.ts'
import { paymentOf } from './submission-sign.ts'
import { signTransaction } from './transaction.ts'

/**
 * Replaces, with the same nonce and the same payload, what the node wants better paid, and what is stuck: the
 * transaction that all others wait for, and those that the base fee has overtaken. Says whether it made a variant.
 */
export async function replaceStuck(sender: Sender, turn: Turn): Promise<boolean> {
  const now = sender.network.clock.monotonic()
  const { stuckAfter } = sender.settings
  const open = (sender.book ?? []).filter(
    item => item.state !== 'mined' && !item.lost && item.nonce >= turn.count,
  )
  let changed = false
  for (const [place, item] of open.entries()) {
    const old = item.state === 'sent' && now - item.variantAt >= stuckAfter
    const overtaken = (item.variants.at(-1)?.maxFeePerGas ?? 0n) < (turn.head.baseFee ?? 0n)
    if (item.offer !== undefined || (old && (place === 0 || overtaken))) {
      changed = (await replace(sender, turn, item)) || changed
    }
  }
  return changed
}

async function replace(sender: Sender, turn: Turn, item: Tracked): Promise<boolean> {
  const last = item.variants.at(-1)
  if (last === undefined) return false
  try {
    const offer = await betterOffer(sender, turn, { item, last })
    if (offer === undefined) return false
    await signVariant(sender, turn, { item, ...offer })
    return true
  } catch (thrown) {
    const error = toEnergywebError(thrown)
    if (!['ledger-not-ready', 'transaction-reverted', 'network-refused'].includes(error.code)) throw thrown
    sender.trouble = error.message
    return false
  }
}

async function betterOffer(
  sender: Sender,
  turn: Turn,
  { item, last }: { item: Tracked; last: Variant },
): Promise<{ gas: bigint; fees: Fees } | undefined> {
  const { maxFeePerGas, maxPriorityFeePerGas } = last
  const fees = { maxFeePerGas, maxPriorityFeePerGas }
  if (item.offer === 'gas') {
    const payment = await paymentFor(sender, item)
    const gas = await estimateGas(sender, { ...item.submission, payment }, turn)
    return gas === item.gas ? undefined : { gas, fees }
  }
  const settings = await sender.network.feesAt(turn.head, turn)
  const before = item.offer === 'price' ? doubledFees(settings, fees) : fees
  return { gas: item.gas, fees: raiseFees(settings, turn.head.baseFee ?? 0n, before) }
}

function paymentFor(sender: Sender, { submission }: Tracked): Promise<bigint> {
  const line = sender.lines.get(submission.line)
  return line === undefined ? Promise.resolve(0n) : paymentOf(sender, line, submission.reading)
}

async function signVariant(
  sender: Sender,
  { signal }: Turn,
  { item, gas, fees }: { item: Tracked; gas: bigint; fees: Fees },
): Promise<void> {
  const { network, signer } = sender
  const { id, line, to, data } = item.submission
  const value = await paymentFor(sender, item)
  const variant = await signTransaction(
    { type: network.fees.type, chainId: network.chainId, nonce: item.nonce, to, data, value, gas, fees },
    { signer, signal },
  )
  await sender.store.addVariant(id, variant)
  item.variants = [...item.variants, variant]
  item.gas = gas
  item.offer = undefined
  item.variantAt = network.clock.monotonic()
  item.sentAt = Number.NEGATIVE_INFINITY
  sender.log.info({ line, nonce: item.nonce, hash: variant.hash }, 'signed again with a better offer')
}
