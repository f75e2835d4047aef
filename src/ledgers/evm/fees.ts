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
  if (least > cap) throw aboveCap(least, cap)
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
  if (maxFeePerGas > cap) throw aboveCap(maxFeePerGas, cap)
  if (type === 'legacy') return { maxFeePerGas, maxPriorityFeePerGas: 0n }
  const maxPriorityFeePerGas = smaller(maxFeePerGas, larger(raised(before.maxPriorityFeePerGas), tip))
  return { maxFeePerGas, maxPriorityFeePerGas }
}

function aboveCap(price: bigint, cap: bigint): EnergywebError {
  return new EnergywebError(
    'ledger-not-ready',
    `the network asks ${price} wei per gas, the fee cap is ${cap}`,
    {
      retryable: true,
      hint: 'What waits is kept and sent when the price falls; or raise the cap in the configuration.',
    },
  )
}
