import type { EnergyUnit, ExactEnergy } from '../../core/energy.ts'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import type { RawPayload } from '../../core/reading.ts'
import { type Instant, parseInstant } from '../../core/time.ts'
import { malformed } from '../answers.ts'
import { JsonNumber } from '../exact-json.ts'
import { plausibleEnergy } from '../plausible-energy.ts'

/** An energy of a service's history, and the answer that said it. */
export interface EnergyItem extends ExactEnergy {
  readonly time: Instant
  readonly raw: RawPayload
}

export interface EnergyItems {
  readonly items: readonly EnergyItem[]
  readonly warnings: readonly string[]
}

/** The rows of an answer, and how they are written. */
export interface Rows {
  readonly rows: readonly unknown[]
  readonly unit: EnergyUnit
  /** Name of the energy. */
  readonly energy: string
  /** Names of the time; the first that is there counts. */
  readonly time: readonly string[]
  /** The answer that the rows stand in. */
  readonly raw: RawPayload
  /** For messages. */
  readonly where: string
}

const mostNamed = 3

/**
 * Reads the rows of one list, which may have come in several answers, each row by itself. A row that can't be read is left
 * out and named in a warning: nothing is put in its place, so that it stays a hole. A list without one good row is refused.
 * @throws EnergywebError `source-malformed` when rows are there and none is good
 */
export function readRows(answers: readonly Rows[]): EnergyItems {
  const items: EnergyItem[] = []
  const refused: EnergywebError[] = []
  let refusals = 0
  for (const answer of answers) {
    for (const row of answer.rows) {
      try {
        items.push(readRow(row, answer))
      } catch (error) {
        if (!(error instanceof EnergywebError)) throw error
        refusals++
        // A service can send bad rows by the hundred thousand: those that are named are enough to keep.
        if (refused.length < mostNamed) refused.push(error)
      }
    }
  }
  const [first] = refused
  if (first === undefined) return { items, warnings: [] }
  if (items.length === 0) throw first
  const named = refused.map(messageOf).join('; ')
  const more = refusals > mostNamed ? ', and others' : ''
  return {
    items,
    warnings: [`${refusals} of ${refusals + items.length} rows were refused: ${named}${more}`],
  }
}

function readRow(row: unknown, { unit, energy, time, raw, where }: Rows): EnergyItem {
  const fields = new Map(typeof row === 'object' && row !== null ? Object.entries(row) : [])
  const said = time.map(name => fields.get(name)).find(text => text !== undefined && text !== null)
  if (typeof said !== 'string') throw malformed(where, `a row without ${time.join(' or ')}`)
  const value = fields.get(energy)
  if (!(value instanceof JsonNumber)) {
    throw malformed(where, `the row of ${said.slice(0, 64)} has no number as its ${energy}`)
  }
  return {
    ...plausibleEnergy(value.text, unit, `${where}: ${said.slice(0, 64)}`),
    time: instantOf(said, where),
    raw,
  }
}

function instantOf(text: string, where: string): Instant {
  try {
    return parseInstant(text, { assume: 'utc' })
  } catch (error) {
    if (error instanceof EnergywebError) throw malformed(where, messageOf(error), error)
    throw error
  }
}

/** Items in order of time. Equal ones are one; of one time with different energies all stay: which one holds is not ours to choose. */
export function inOrder(unordered: readonly EnergyItem[]): EnergyItems {
  const kept: EnergyItem[] = []
  let repeated = 0
  let contradicting = 0
  for (const next of unordered.toSorted((a, b) => a.time - b.time || compare(a, b))) {
    const last = kept.at(-1)
    if (last?.time === next.time && compare(last, next) === 0) repeated++
    else {
      if (last?.time === next.time) contradicting++
      kept.push(next)
    }
  }
  const warnings: string[] = []
  if (repeated > 0) warnings.push(`${repeated} rows were repeated`)
  if (contradicting > 0) warnings.push(`${contradicting} rows contradict another row of the same time`)
  return { items: kept, warnings }
}

function compare(a: ExactEnergy, b: ExactEnergy): number {
  if (a.energy !== b.energy) return a.energy < b.energy ? -1 : 1
  return a.fraction === b.fraction ? 0 : a.fraction < b.fraction ? -1 : 1
}
