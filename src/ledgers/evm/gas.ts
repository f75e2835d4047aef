import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { quantityOf } from './answers.ts'
import { classifyRefusal } from './errors.ts'
import { quantity } from './rpc-calls.ts'
import type { Line, Sender, Turn } from './sender.ts'
import type { FoundGas } from './shared-gas.ts'

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
  const value = payment === 0n ? {} : { value: quantity(payment) }
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

/** The gas limit of a line's calls of one shape. */
export interface GasLimit extends FoundGas {
  /** The contract was asked for this line: it would have taken the call. */
  readonly isOwn: boolean
  uses: number
}

/**
 * The gas limit of a line's calls of one shape: estimated at first use, after a failure, and every so often. Where calls cost
 * the same for all lines of a contract, a line whose first one was estimated takes the other shapes' from the others.
 */
export async function gasFor(
  sender: Sender,
  line: Line,
  { call, turn }: { call: CallToEstimate & { readonly shape?: string }; turn: Turn },
): Promise<bigint> {
  const { shape } = call
  if (shape === undefined) return estimateGas(sender, call, turn)
  const { estimateAfter, estimateEvery } = sender.settings
  const since = sender.network.clock.monotonic() - estimateAfter
  const isFresh = ({ at, uses }: GasLimit) => uses < estimateEvery && at > since
  const known = line.gas.get(shape)
  if (known !== undefined && isFresh(known)) {
    known.uses++
    return known.amount
  }
  const isProven = [...line.gas.values()].some(limit => limit.isOwn && isFresh(limit))
  const ask = () => askFor(sender, line, { call, turn })
  const common = `${call.to} ${shape}`
  const shared = sender.registry.costsAlike ? sender.sharedGas : undefined
  // The first of a line is asked for itself: the contract may refuse this line alone.
  const found = shared !== undefined && isProven ? await shared.find(common, { since, ask }) : await ask()
  if (!isProven) shared?.tell(common, found)
  line.gas.set(shape, { ...found, isOwn: !isProven, uses: 1 })
  return found.amount
}

async function askFor(
  sender: Sender,
  line: Line,
  { call, turn }: { call: CallToEstimate; turn: Turn },
): Promise<FoundGas> {
  const { registry, account, network } = sender
  const at = network.clock.monotonic()
  try {
    return { amount: await estimateGas(sender, call, turn), at }
  } catch (error) {
    line.gas.clear()
    // The contract gives no reason: look for the usual ones, which say what to do.
    if (isEnergywebError(error, 'transaction-reverted')) {
      await registry.check(line.report, account, { signal: turn.signal })
    }
    throw error
  }
}
