import { didYouMean } from '../config/nearest.ts'
import { schemas } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'

/** Every field that a document of an asset's stream has, those of readings first. */
const known: readonly string[] = [
  ...new Set([
    ...Object.keys(schemas.reading.fields),
    ...Object.values(schemas).flatMap(({ fields }) => Object.keys(fields)),
  ]),
]

/**
 * Names of fields between commas.
 * @throws EnergywebError `argument-invalid` for one that no document has, naming the nearest
 */
export function parseFields(given: string): readonly string[] {
  const names = [...new Set(given.split(',').map(name => name.trim()))]
  const unknown = names.find(name => !known.includes(name))
  if (unknown === undefined) return names
  throw new EnergywebError(
    'argument-invalid',
    `there is no field "${unknown}"${didYouMean(unknown, known)}`,
    { hint: `A reading has ${Object.keys(schemas.reading.fields).join(', ')}.` },
  )
}
