import { isCarbonStream } from '../core/carbon-log.ts'
import { formatEnergy } from '../core/energy.ts'
import { formatMass } from '../core/mass.ts'

/** Integers of documents that are energies, in millijoules. */
const energies = [
  'energy',
  'before',
  'debit',
  'declared',
  'final',
  'held',
  'initial',
  'last',
  'modulus',
  'released',
  'total',
  'writtenOff',
]
/** In a carbon register: masses in nanograms. */
const masses = ['before', 'carbon', 'total']

/** An integer of a document with its unit, and in words; undefined for what has none. */
export function shownMeasure(name: string, value: bigint, stream: string): string | undefined {
  const ofCarbon = isCarbonStream(stream)
  if (ofCarbon && name === 'factor') return `${value} ag/kWh`
  if (ofCarbon && masses.includes(name)) return `${value} ng (${formatMass(value)})`
  return energies.includes(name) ? `${value} mJ (${formatEnergy(value)})` : undefined
}
