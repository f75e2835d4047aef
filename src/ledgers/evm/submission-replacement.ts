import { toEnergywebError } from '../../core/errors.ts'
import { raiseFees } from './fees.ts'
import { estimateGas } from './gas.ts'
import type { Sender, Tracked, Turn } from './sender.ts'
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
  const { network, signer } = sender
  const { submission, offer } = item
  try {
    // Another gas limit is no replacement for a node that refused the first: it holds nothing to replace.
    const gas = offer === 'gas' ? await estimateGas(sender, submission, turn) : item.gas
    if (offer === 'gas' && gas === item.gas) return false
    const fees = offer === 'gas' ? last : raiseFees(network.fees, turn.head.baseFee ?? 0n, last)
    const call = { to: submission.to, data: submission.data, gas, nonce: item.nonce }
    const { maxFeePerGas, maxPriorityFeePerGas } = fees
    const variant = await signTransaction(
      {
        ...call,
        type: network.fees.type,
        chainId: network.chainId,
        fees: { maxFeePerGas, maxPriorityFeePerGas },
      },
      { signer, viem: network.viem, signal: turn.signal },
    )
    await sender.store.addVariant(submission.id, variant)
    item.variants = [...item.variants, variant]
    item.gas = gas
    item.offer = undefined
    item.variantAt = network.clock.monotonic()
    item.sentAt = Number.NEGATIVE_INFINITY
    sender.log.info(
      { line: submission.line, nonce: item.nonce, hash: variant.hash },
      'replaced by a better paid one',
    )
    return true
  } catch (thrown) {
    const error = toEnergywebError(thrown)
    if (error.code !== 'ledger-not-ready' && error.code !== 'transaction-reverted') throw thrown
    sender.trouble = error.message
    return false
  }
}
