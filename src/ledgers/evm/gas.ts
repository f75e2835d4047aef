import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { quantityOf } from './answers.ts'
import { classifyRefusal } from './errors.ts'
import type { Line, Sender, Turn } from './sender.ts'

export interface CallToEstimate {
  readonly to: string
  readonly data: string
  /** Wei, default none. */
  readonly payment?: bigint
}

/**
 * Gas limit of a call: the estimate with 30 % on top (inner calls hold back a part of it), at most the registry's cap.
 * @throws EnergywebError `transaction-reverted` when the call would revert: it must not be sent; `network-refused` when
 * the node has its own words for that, or another reason.
 */
export async function estimateGas(sender: Sender, call: CallToEstimate, { signal }: Turn): Promise<bigint> {
  const { network, account, registry } = sender
  const { to, data, payment = 0n } = call
  const value = payment === 0n ? {} : { value: `0x${payment.toString(16)}` }
  const [answer] = await network.batch(
    [{ method: 'eth_estimateGas', params: [{ from: account, to, data, ...value }] }],
    { signal },
  )
  if (answer?.error !== undefined) {
    // anvil has the bytes of an unknown error in its message.
    const message = answer.error.message.replace(/\p{Cc}+/gu, ' ')
    if (classifyRefusal(answer.error) === 'reverted') {
      throw new EnergywebError(
        'transaction-reverted',
        `the contract ${to} would refuse the call: ${message}`,
        { retryable: true, cause: answer.error },
      )
    }
    throw new EnergywebError('network-refused', `network ${network.name}: no gas estimate: ${message}`, {
      retryable: true,
    })
  }
  const estimate = quantityOf(answer?.result, 'gas estimate')
  if (estimate > registry.gasCap) {
    throw new EnergywebError(
      'ledger-not-ready',
      `a call of ${to} would cost ${estimate} gas, the cap is ${registry.gasCap}`,
      {
        retryable: true,
        hint: 'Is it the right contract?',
      },
    )
  }
  const wanted = (estimate * 13n) / 10n
  return wanted < registry.gasCap ? wanted : registry.gasCap
}

/** The gas limit of a line's calls of one shape: estimated at first use, after a failure, and every so often. */
export async function gasFor(
  sender: Sender,
  line: Line,
  { call, turn }: { call: CallToEstimate & { readonly shape?: string }; turn: Turn },
): Promise<bigint> {
  if (call.shape === undefined) return estimateGas(sender, call, turn)
  const { estimateAfter, estimateEvery } = sender.settings
  const { registry, account, network } = sender
  const now = network.clock.monotonic()
  const known = line.gas.get(call.shape)
  if (known !== undefined && known.uses < estimateEvery && now - known.at < estimateAfter) {
    known.uses++
    return known.amount
  }
  const amount = await estimateGas(sender, call, turn).catch(async error => {
    line.gas.clear()
    // The contract gives no reason: look for the usual ones, which say what to do.
    if (isEnergywebError(error, 'transaction-reverted')) {
      await registry.check(line.report, account, { signal: turn.signal })
    }
    throw error
  })
  line.gas.set(call.shape, { amount, at: now, uses: 1 })
  return amount
}
