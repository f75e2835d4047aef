import { EnergywebError } from '../../core/errors.ts'
import { malformed } from '../answers.ts'
import { uuidOf } from './uuid.ts'

/** A state as it was pushed: its UUID and a number, in 24 bytes. */
export interface ValueRecord {
  readonly uuid: string
  readonly bytes: Uint8Array
}

const recordLength = 24

/** A Miniserver has some thousands of states: new ones without end would take all memory, and many at once all time. */
export const mostStates = 50_000

/** Says that there are more. */
export function tooManyStates(where: string): EnergywebError {
  return new EnergywebError('source-too-large', `${where}: more than ${mostStates} states were pushed`, {
    hint: 'Is this a Miniserver?',
  })
}

/**
 * The records of a value table.
 * @throws EnergywebError `source-malformed`, `source-too-large`
 */
export function valueRecords(bytes: Uint8Array, where: string): ValueRecord[] {
  if (bytes.length % recordLength !== 0) throw malformed(where, 'a value table that is cut')
  if (bytes.length > recordLength * mostStates) throw tooManyStates(where)
  return Array.from({ length: bytes.length / recordLength }, (_, index) => {
    const record = bytes.slice(index * recordLength, (index + 1) * recordLength)
    return { uuid: uuidOf(record), bytes: record }
  })
}

/**
 * The number of a record as decimal text: the shortest that stands for this very float64 and no other (ECMAScript's
 * Number::toString). So what was counted in decimals comes out in them; `NaN` and `Infinity` are told as they are, and are no
 * energies.
 */
export function decimalOf({ bytes }: ValueRecord): string {
  const value = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(16, true)
  return String(value)
}
