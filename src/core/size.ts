import { EnergywebError } from './errors.ts'

const bytesPer: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
}

/**
 * Reads a size like `10 MB` (10,000,000 bytes) or `64 MiB`; answers bytes, a whole number.
 * @throws EnergywebError `argument-invalid`
 */
export function parseSize(text: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,6})?) *([A-Za-z]{1,3})$/.exec(text.trim())
  const unit = match?.[2] ?? ''
  if (match === null || !Object.hasOwn(bytesPer, unit)) {
    throw new EnergywebError('argument-invalid', `"${text.slice(0, 64)}" is not a size like 10 MB`, {
      hint: 'Write a number and one of B, kB, MB, GB, KiB, MiB, GiB.',
    })
  }
  return Math.round(Number(match[1]) * (bytesPer[unit] ?? 0))
}

/** A count of bytes for people: `3.2 MB`, three significant digits at most. */
export function formatSize(bytes: number): string {
  const [unit, per] = scaleOf(Math.abs(bytes))
  const value = bytes / per
  const digits = Math.abs(value) >= 100 || per === 1 ? 0 : 1
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${unit}`
}

/** The next unit begins where this one would be shown as 1,000. */
function scaleOf(bytes: number): readonly [string, number] {
  if (bytes < 999.5) return ['B', 1]
  if (bytes < 999.5e3) return ['kB', 1e3]
  if (bytes < 999.5e6) return ['MB', 1e6]
  return ['GB', 1e9]
}
