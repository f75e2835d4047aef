import { type Energy, parseDecimal } from './energy.ts'
import { EnergywebError } from './errors.ts'

/** Power in milliwatts. */
export type Power = bigint

const milliwattsPer: Readonly<Record<string, bigint>> = {
  W: 1_000n,
  kW: 1_000_000n,
  MW: 1_000_000_000n,
  GW: 1_000_000_000_000n,
}

/**
 * Reads `10 kW`, `800 W`, `2.5 MW`.
 * @throws EnergywebError `unit-unknown`, `energy-invalid`
 */
export function parsePower(text: string): Power {
  const match = /^([\d.]+) *([A-Za-z]+)$/.exec(text.trim())
  const factor = milliwattsPer[match?.[2] ?? '']
  if (match === null || factor === undefined) {
    throw new EnergywebError('unit-unknown', `"${text.slice(0, 64)}" is not a power`, {
      hint: 'Write a number and W, kW, MW or GW, like 10 kW.',
    })
  }
  const { digits, scale } = parseDecimal(match[1] ?? '')
  return (digits * factor) / 10n ** BigInt(Math.max(0, scale))
}

/** The energy of a power held for so many milliseconds, rounded up. */
export function energyOf(power: Power, milliseconds: number): Energy {
  return (power * BigInt(Math.max(0, Math.ceil(milliseconds))) + 999n) / 1_000n
}
