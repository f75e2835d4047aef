import { EnergywebError } from '../core/errors.ts'
import { parseInstant } from '../core/time.ts'
import { type PlantType, plantTypes } from '../ledgers/registries/plant-types.ts'
import type { Release } from '../ledgers/registries/roles.ts'
import { flag, flagOf, parsed, text, texts } from './command.ts'
import { oneOf } from './word-option.ts'

/** What one may say of a new asset in release A, and in registries of our own. */
export const optionsA = {
  type: parsed(
    'type',
    `of release A: kind of plant: ${plantTypes.join(', ')}; default solar`,
    (given): PlantType => oneOf(given, plantTypes),
  ),
  since: parsed(
    'time',
    'of release A: when it began to work, like 2024-05-01T00:00:00Z; default now',
    value => parseInstant(value),
  ),
  country: text('text', 'of release A: its country, public for ever'),
  region: text('text', 'of release A: its region, public for ever'),
  another: flag('of release A: one more, although the smart meter writes for an asset already'),
}

/** What one may say of a new asset in release B. */
export const optionsB = {
  matcher: texts('address', 'of release B: an account that may match it'),
  documentHash: text('text', 'of release B: hash of a document that describes it'),
  url: text('text', 'of release B: where that document lies'),
  ownerChanges: parsed(
    'number',
    'of release B: how often its certificates may change hands; default 10',
    wholeNumber,
  ),
}

function wholeNumber(given: string): bigint {
  if (/^\d{1,18}$/.test(given)) return BigInt(given)
  throw new EnergywebError('argument-invalid', `"${given.slice(0, 64)}" is not a whole number`)
}

/** Options of the other release are refused: whoever gives them thinks that they do something. @throws EnergywebError `argument-invalid` */
export function refuseOtherRelease(release: Release, input: Readonly<Record<string, unknown>>): void {
  const others = release === 'A' ? optionsB : optionsA
  const given = Object.keys(others).filter(name => {
    const value = input[name]
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
  })
  if (given.length === 0) return
  throw new EnergywebError(
    'argument-invalid',
    `the registry is of release ${release}, which knows no ${given.map(name => flagOf(name)).join(', ')}`,
  )
}
