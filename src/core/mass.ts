import { parseDecimal } from './energy.ts'
import { EnergywebError } from './errors.ts'

/** Mass in whole nanograms. */
export type Mass = bigint

/** Nanograms in one of each unit; the international pound is 0.45359237 kg exactly. */
const nanogramsPer = {
  g: 10n ** 9n,
  kg: 10n ** 12n,
  t: 10n ** 15n,
  lb: 453_592_370_000n,
} as const satisfies Readonly<Record<string, bigint>>

export type MassUnit = keyof typeof nanogramsPer

/**
 * Reads `123.5 kg`, exactly.
 * @throws EnergywebError `unit-unknown`; `energy-invalid` for what is no number, or is finer than a nanogram
 */
export function parseMass(text: string): Mass {
  const match = /^([\d.]{1,40}) *([A-Za-z]+)$/.exec(text.trim())
  const unit = match?.[2]
  if (match === null || !isMassUnit(unit)) {
    throw new EnergywebError('unit-unknown', `"${text.slice(0, 64)}" is not a mass`, {
      hint: 'Write a number and g, kg, t or lb, like 123.5 kg.',
    })
  }
  const { digits, scale } = parseDecimal(match[1] ?? '')
  const product = digits * nanogramsPer[unit]
  const divisor = 10n ** BigInt(scale)
  if (product % divisor !== 0n) {
    throw new EnergywebError('energy-invalid', `"${text.slice(0, 64)}" is finer than a nanogram`, {
      hint: 'Write fewer decimals.',
    })
  }
  return product / divisor
}

/** Whole grams, rounded down: what a ledger takes. */
export function toGrams(mass: Mass): bigint {
  return mass / nanogramsPer.g
}

/** For people: `1.234 kg`; exact to a gram, below one to a milligram, and cut off there. */
export function formatMass(mass: Mass): string {
  if (mass > 0n && mass < nanogramsPer.g) return `${mass / 1_000_000n} mg`
  const grams = toGrams(mass)
  if (grams < 1_000n) return `${grams} g`
  return `${grams / 1_000n}.${(grams % 1_000n).toString().padStart(3, '0')} kg`
}

function isMassUnit(text: string | undefined): text is MassUnit {
  return text !== undefined && Object.hasOwn(nanogramsPer, text)
}
