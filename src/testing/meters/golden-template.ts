import { readFileSync } from 'node:fs'
import { type Energy, millijoulesPer } from '../../core/energy.ts'
import { EnergywebError } from '../../core/errors.ts'

/** The folder of golden files, beside the sources and in the package alike. */
const golden = new URL('../golden/', import.meta.url)

/** The text of a golden file, like `eumel-v2/measured.xml`. */
export function goldenText(path: string): string {
  return readFileSync(new URL(path, golden), 'utf8')
}

/**
 * Puts a value where the pattern's first group matches; everything else of the template stays as it was captured.
 * @throws EnergywebError `internal` when the template has no such place
 */
export function fill(template: string, pattern: RegExp, value: string): string {
  const match = pattern.exec(template)
  const found = match?.[1]
  if (match === null || found === undefined) {
    throw new EnergywebError('internal', `the golden file has no place for ${pattern}`)
  }
  const at = match.index + match[0].lastIndexOf(found)
  return `${template.slice(0, at)}${value}${template.slice(at + found.length)}`
}

/** Watt-hours with two decimals, rounded down: what a meter's display shows. */
export function wattHoursText(energy: Energy): string {
  const hundredths = (energy * 100n) / millijoulesPer.Wh
  return `${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, '0')}`
}
