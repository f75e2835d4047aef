import type { Energy } from './energy.ts'

/** mJ in a kWh, without the 9 in it: what is left has a finite decimal. */
const perNinth = 400_000_000n
const decimals = 10

/**
 * Energy in kWh as decimal text, without rounding; undefined where no decimal of finite length says it, which is so for
 * millijoules that are not a multiple of nine.
 */
export function exactKilowattHours(energy: Energy): string | undefined {
  if (energy % 9n !== 0n) return undefined
  const ninths = energy / 9n
  const size = ninths < 0n ? -ninths : ninths
  // 400,000,000 is 2^10 times 5^8: ten decimals are enough.
  const digits = (size * 10n ** BigInt(decimals)) / perNinth
  const text = digits.toString().padStart(decimals + 1, '0')
  const whole = BigInt(text.slice(0, -decimals)).toLocaleString('en')
  const rest = text.slice(-decimals).replace(/0+$/, '')
  return `${energy < 0n ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`
}

/** Energy for a report that must not round: `250.75 kWh`, or millijoules where no decimal says it. */
export function exactEnergy(energy: Energy): string {
  const text = exactKilowattHours(energy)
  return text === undefined
    ? `${energy.toLocaleString('en')} mJ (about ${Number(energy / 3_600n) / 1_000_000} kWh)`
    : `${text} kWh`
}
