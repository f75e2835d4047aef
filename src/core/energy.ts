import { EnergywebError } from './errors.ts'

/**
 * Energy in whole millijoules. One watt for one millisecond is one millijoule, so
 * capacity (W) x time (ms) needs no factor; 1 Wh = 3,600,000 mJ.
 */
export type Energy = bigint

/** Millijoules in one of each unit. Ws (watt-second) is another name of the joule. */
export const millijoulesPer = {
  J: 1_000n,
  Ws: 1_000n,
  Wh: 3_600_000n,
  kWh: 3_600_000_000n,
  MWh: 3_600_000_000_000n,
  GWh: 3_600_000_000_000_000n,
} as const satisfies Readonly<Record<string, bigint>>

export type EnergyUnit = keyof typeof millijoulesPer

/** An exact amount: `energy` is rounded down, `fraction` holds the decimal digits of a millijoule that were cut off. */
export interface ExactEnergy {
  readonly energy: Energy
  /** `''` when nothing was cut off; `'25'` means 0.25 mJ more. No trailing zeros. */
  readonly fraction: string
}

const decimal = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?$|^([+-]?)\.(\d+)(?:[eE]([+-]?\d{1,2}))?$/

/** Longest number text that is read. A meter's is under 20 characters. */
const longestText = 64

/**
 * Reads decimal text exactly; no float is involved. An exponent of up to two digits is understood.
 *
 * @param text - like `98765.43`, `-0.00`, `1.005`, `9.0e3`
 * @throws EnergywebError `energy-invalid`
 */
export function parseEnergy(text: string, unit: EnergyUnit): ExactEnergy {
  const { digits, scale } = parseDecimal(text)
  const product = digits * millijoulesPer[unit]
  if (scale <= 0) return { energy: product * 10n ** BigInt(-scale), fraction: '' }
  const divisor = 10n ** BigInt(scale)
  const energy = product >= 0n ? product / divisor : -((-product + divisor - 1n) / divisor)
  const rest = product - energy * divisor
  return { energy, fraction: rest === 0n ? '' : rest.toString().padStart(scale, '0').replace(/0+$/, '') }
}

/** A decimal number as `digits / 10^scale`. */
export function parseDecimal(text: string): { digits: bigint; scale: number } {
  const match = text.length <= longestText ? decimal.exec(text) : null
  if (match === null) {
    throw new EnergywebError('energy-invalid', `"${text.slice(0, longestText)}" is not a decimal number`)
  }
  const sign = match[1] ?? match[5] ?? ''
  const fraction = match[3] ?? match[6] ?? ''
  const digits = BigInt(`${match[2] ?? ''}${fraction}`)
  const exponent = Number(match[4] ?? match[7] ?? 0)
  return { digits: sign === '-' ? -digits : digits, scale: fraction.length - exponent }
}

/** Adds two texts of decimal digits after the point; `carry` is what came over one. */
export function addFractions(a: string, b: string): { carry: bigint; fraction: string } {
  if (a === '' || b === '') return { carry: 0n, fraction: a === '' ? b : a }
  const length = Math.max(a.length, b.length)
  const one = 10n ** BigInt(length)
  const sum = BigInt(a.padEnd(length, '0')) + BigInt(b.padEnd(length, '0'))
  return {
    carry: sum / one,
    fraction: (sum % one).toString().padStart(length, '0').replace(/0+$/, ''),
  }
}

/** Exact difference `a - b`, rounded down, with the digits that were cut off. */
export function subtractExact(a: ExactEnergy, b: ExactEnergy): ExactEnergy {
  if (b.fraction === '') return { energy: a.energy - b.energy, fraction: a.fraction }
  const one = 10n ** BigInt(b.fraction.length)
  const complement = (one - BigInt(b.fraction)).toString().padStart(b.fraction.length, '0')
  const { carry, fraction } = addFractions(a.fraction, complement.replace(/0+$/, ''))
  return { energy: a.energy - b.energy - 1n + carry, fraction }
}

/** Whole watt-hours, rounded down: what a ledger takes. */
export function toWattHours(energy: Energy): bigint {
  const wattHours = energy / millijoulesPer.Wh
  return energy < 0n && wattHours * millijoulesPer.Wh !== energy ? wattHours - 1n : wattHours
}

/** For people: `12.345 kWh`; exact to a watt-hour, cut off below. */
export function formatEnergy(energy: Energy): string {
  const wattHours = energy / millijoulesPer.Wh
  const sign = energy < 0n ? '-' : ''
  const size = wattHours < 0n ? -wattHours : wattHours
  if (size < 1_000n) return `${sign}${size} Wh`
  return `${sign}${size / 1_000n}.${(size % 1_000n).toString().padStart(3, '0')} kWh`
}
