import { type Energy, millijoulesPer, subtractExact } from './energy.ts'

/** Decimals of a watt-hour that a millijoule can touch: the first is the seventh. */
const decimals = 7
const one = 10n ** BigInt(decimals)

/**
 * Exact millijoules as decimal text.
 * @param fraction - digits behind the point, as an `ExactEnergy` carries them.
 */
export function formatMillijoules(energy: Energy, fraction = ''): string {
  if (fraction === '') return energy.toString()
  if (energy >= 0n) return `${energy}.${fraction}`
  const size = subtractExact({ energy: 0n, fraction: '' }, { energy, fraction })
  return `-${formatMillijoules(size.energy, size.fraction)}`
}

/**
 * Watt-hours as decimal text, cut off towards zero after seven decimals. What came in watt-hours of up to five decimals, or in
 * watt-seconds with none, is exact or the nearest below; the exact figure is that in millijoules.
 */
export function formatWattHours(energy: Energy): string {
  const size = energy < 0n ? -energy : energy
  const digits = (size * one) / millijoulesPer.Wh
  const tail = (digits % one).toString().padStart(decimals, '0').replace(/0+$/, '')
  const text = tail === '' ? `${digits / one}` : `${digits / one}.${tail}`
  return energy < 0n && digits !== 0n ? `-${text}` : text
}
