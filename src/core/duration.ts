import { EnergywebError } from './errors.ts'

/** A duration as text (`'500ms'`, `'5s'`, `'15m'`, `'1h'`, `'1d'`, `'1h30m'`) or in milliseconds. */
export type Duration = string | number

const unitMilliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/**
 * Milliseconds of a duration, a whole number above zero.
 * @throws EnergywebError `duration-invalid`
 */
export function parseDuration(duration: Duration): number {
  const milliseconds = typeof duration === 'number' ? duration : textMilliseconds(duration)
  if (!Number.isSafeInteger(milliseconds) || milliseconds <= 0) {
    throw new EnergywebError('duration-invalid', `"${String(duration).slice(0, 32)}" is not a duration`, {
      hint: 'Write a number and a unit, like 5s, 15m, 1h or 1d; or whole milliseconds above zero.',
    })
  }
  return milliseconds
}

function textMilliseconds(text: string): number {
  if (!/^(\d{1,9}(ms|s|m|h|d|w))+$/.test(text)) return Number.NaN
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d|w)/g)) {
    total += Number(count) * (unitMilliseconds[unit ?? ''] ?? Number.NaN)
  }
  return total
}
