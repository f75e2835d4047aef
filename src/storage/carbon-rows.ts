import { decodeCarbon, encodeCarbon } from '../core/carbon-json.ts'
import type { CarbonSummary } from '../core/carbon-log.ts'
import { type CarbonState, carbonTotal } from '../core/carbon-register.ts'
import { EnergywebError } from '../core/errors.ts'
import { countOpenSteps, firstOpenStep } from './carbon-steps.ts'
import { integer, optional, text } from './columns.ts'
import type { StreamState } from './log-state.ts'
import type { Sql } from './sql.ts'

/** False in a database of a format that had no carbon registers: it is read as it is, and migrated when it is written to. */
function hasCarbonTables(sql: Sql): boolean {
  return (
    sql.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'carbon_registers'") !== undefined
  )
}

/** What a stream has to do with carbon registers, as it was kept. */
export function loadCarbon(sql: Sql, stream: number): Pick<StreamState, 'pricedBy' | 'carbon'> {
  if (!hasCarbonTables(sql)) return { pricedBy: undefined, carbon: undefined }
  const by = sql.get('SELECT stream FROM carbon_registers WHERE asset = ?', stream)
  const own = sql.get('SELECT state FROM carbon_registers WHERE stream = ?', stream)
  return {
    pricedBy: optional(by?.stream, integer),
    carbon: optional(own?.state, state => decodeCarbon(text(state))),
  }
}

/** Writes a stream's carbon register as it is now, given what stands in the database. */
export function keepCarbon(sql: Sql, stream: StreamState, before: StreamState | undefined): void {
  const { id, carbon } = stream
  if (carbon === undefined || carbon === before?.carbon) return
  sql.run('UPDATE carbon_registers SET state = ? WHERE stream = ?', encodeCarbon(carbon), id)
}

/** A carbon register in short. */
export function summariseCarbon(
  sql: Sql,
  { id, name, sequence }: StreamState,
  carbon: CarbonState,
): CarbonSummary {
  const { opened } = carbon
  if (opened === undefined) {
    throw new EnergywebError('log-corrupt', `the carbon register of ${name} was never opened`)
  }
  const waiting = firstOpenStep(sql, id, 'waiting')
  return {
    asset: name,
    basis: opened.basis,
    total: carbonTotal(carbon),
    cursor: waiting === undefined ? sequence : waiting - 1,
    waiting: countOpenSteps(sql, id, 'waiting'),
    missing: countOpenSteps(sql, id, 'missing'),
    outage: carbon.outage ?? undefined,
  }
}

/** Makes the row of a new carbon register. */
export function insertCarbon(
  sql: Sql,
  { stream, asset, state }: { stream: number; asset: number; state: CarbonState },
): void {
  sql.insert(
    'INSERT INTO carbon_registers (stream, asset, state) VALUES (?, ?, ?)',
    stream,
    asset,
    encodeCarbon(state),
  )
}
