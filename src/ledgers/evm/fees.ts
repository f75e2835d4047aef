import { EnergywebError } from '../../core/errors.ts'

/** How transactions are paid. All in wei per gas. */
export interface FeeSettings {
  /** `legacy` has one gas price (EIP-155); `eip1559` a maximum and a tip. Energy Web Chain takes both. */
  readonly type: 'legacy' | 'eip1559'
  /** Never less than this; what the nodes of the network ask at least. */
  readonly floor: bigint
  /** Never more than this: what waits, waits. */
  readonly cap: bigint
  /** On top of the base fee. 0 only on a chain without fees. */
  readonly tip: bigint
  /** At least `tip`, and what this share (1 to 99) of the transactions in the newest blocks paid less than. */
  readonly tipPercentile?: number
}

/** Nothing is paid, on a chain where nothing is asked. */
export const freeOfCharge: FeeSettings = { type: 'legacy', floor: 0n, cap: 0n, tip: 0n }

/** Always this price: what the network asks more for waits, and nothing is replaced by a dearer one. */
export function fixedPrice(price: bigint): FeeSettings {
  return { type: 'legacy', floor: price, cap: price, tip: 0n }
}

export interface Fees {
  /** A legacy transaction's gas price. */
  readonly maxFeePerGas: bigint
  /** 0 in a legacy transaction. */
  readonly maxPriorityFeePerGas: bigint
}

const larger = (a: bigint, b: bigint) => (a > b ? a : b)
const smaller = (a: bigint, b: bigint) => (a < b ? a : b)

/** A replacement must pay 10 % more to geth; the EIP-1559 nodes of other makers ask up to 12.5 %. Rounded up. */
const raised = (fee: bigint) => larger(fee + 1n, (fee * 1_125n + 999n) / 1_000n)

/**
 * The fees of a first attempt: `max(floor, 2 x base fee + tip)`, at most the cap.
 * @throws EnergywebError `ledger-not-ready`, retryable, when the cap does not even cover base fee and tip.
 */
export function suggestFees(settings: FeeSettings, baseFee: bigint): Fees {
  const { type, floor, cap, tip } = settings
  const least = larger(floor, baseFee + tip)
  if (least > cap) throw aboveCap(settings, least)
  const maxFeePerGas = smaller(cap, larger(floor, 2n * baseFee + tip))
  return { maxFeePerGas, maxPriorityFeePerGas: type === 'legacy' ? 0n : smaller(tip, maxFeePerGas) }
}

/**
 * The fees of a replacement: what a first attempt would pay now, and at least 12.5 % more of both than before.
 * @throws EnergywebError `ledger-not-ready`, retryable, when that is above the cap.
 */
export function raiseFees(settings: FeeSettings, baseFee: bigint, before: Fees): Fees {
  const { type, floor, cap, tip } = settings
  const maxFeePerGas = larger(raised(before.maxFeePerGas), smaller(cap, larger(floor, 2n * baseFee + tip)))
  if (maxFeePerGas > cap) throw aboveCap(settings, maxFeePerGas, 'a replacement costs')
  if (type === 'legacy') return { maxFeePerGas, maxPriorityFeePerGas: 0n }
  const maxPriorityFeePerGas = smaller(maxFeePerGas, larger(raised(before.maxPriorityFeePerGas), tip))
  return { maxFeePerGas, maxPriorityFeePerGas }
}

/**
 * Twice the fees, where a node asks for more than it was offered and no pool holds the offer: it need not be crept up on in small
 * steps. Never so much that their replacement would be above a cap that could still pay for a smaller one.
 */
export function doubledFees({ cap }: FeeSettings, before: Fees): Fees {
  const highest = (cap * 1_000n) / 1_125n
  const maxFeePerGas = larger(before.maxFeePerGas, smaller(2n * before.maxFeePerGas, highest))
  return { maxFeePerGas, maxPriorityFeePerGas: smaller(2n * before.maxPriorityFeePerGas, maxFeePerGas) }
}

function aboveCap({ floor, cap }: FeeSettings, price: bigint, what = 'the network asks'): EnergywebError {
  const limit =
    cap === 0n
      ? 'the fees are free: nothing is paid'
      : `the ${floor === cap ? 'fixed price' : 'fee cap'} is ${shown(cap)}`
  return new EnergywebError('ledger-not-ready', `${what} ${shown(price)} per gas, ${limit}`, {
    retryable: true,
    hint: 'What waits is kept and sent when the price falls; or change `fees` of the network.',
  })
}

/** In gwei where that is shorter to read. */
function shown(wei: bigint): string {
  const unit = 1_000_000_000n
  if (wei < unit / 1_000n) return `${wei} wei`
  const decimals = String(wei % unit)
    .padStart(9, '0')
    .replace(/0+$/, '')
  return `${wei / unit}${decimals === '' ? '' : `.${decimals}`} gwei`
}
