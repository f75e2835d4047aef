import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import type { EntryReference } from '../core/log.ts'
import type { Instant } from '../core/time.ts'
import { integer } from './columns.ts'
import { linesOfStream } from './lines.ts'
import type { StreamState } from './log-state.ts'
import { leaveErasedPins } from './pins.ts'
import { refused, type StatedErasurePlan } from './plan-erasure.ts'
import { rememberScrub } from './scrub.ts'
import type { Sql } from './sql.ts'
import type { PlannedEntry, Store } from './store.ts'

export interface EraseInput {
  readonly plans: readonly Pick<StatedErasurePlan, 'stream' | 'first' | 'last' | 'state' | 'assetLast'>[]
  readonly by: string
  readonly reason: string
  readonly at: Instant
}

type Plan = EraseInput['plans'][number]

/**
 * Erases planned ranges in the transaction under way. What may have changed since the plan is looked at again: a line that was
 * opened or stopped, a reading that is held.
 */
export function erase(store: Store, { plans, by, reason, at }: EraseInput): readonly EntryReference[] {
  const composed = plans.map(plan => {
    const stream = store.stream(plan.stream)
    checkStill(store.sql, stream, plan)
    return { plan, stream, entries: composeErasure(store, stream, { plan, by, reason, at }) }
  })
  const references = composed.flatMap(({ plan, stream, entries }) => {
    deleteDocuments(store.sql, stream, plan)
    markKeys(store.sql, stream, plan)
    deleteSteps(store.sql, stream, plan)
    leaveErasedPins(store.sql, stream.id)
    faultPoint('storage/between-erasures')
    return store.write(stream, entries, { register: stream.register })
  })
  rememberScrub(store.sql)
  store.forgetPayloads()
  return references
}

function checkStill(sql: Sql, { name, id, register }: StreamState, { last }: Plan): void {
  const line = linesOfStream(sql, id).find(one => one.stopped !== undefined || one.cursor < last)
  if (line !== undefined) throw refused(`the report line ${line.name} needs entries of ${name} that would go`)
  const held = register.held.find(({ sequence }) => sequence <= last)
  if (held !== undefined) throw refused(`reading ${held.sequence} of ${name} is held`)
}

function composeErasure(
  store: Store,
  stream: StreamState,
  { plan, by, reason, at }: { plan: Plan; by: string; reason: string; at: Instant },
): readonly PlannedEntry[] {
  const { first, last, state } = plan
  const document = { by, first: BigInt(first), last: BigInt(last), reason, state }
  try {
    return store.compose(stream, [{ kind: 'erasure', document }], at)
  } catch (cause) {
    if (!isEnergywebError(cause, 'entry-too-large') || state.length < 4_096) throw cause
    throw new EnergywebError(
      'erasure-refused',
      `the register of ${stream.name} after entry ${last} is too long for an entry: ${state.length} characters`,
      { hint: 'Intervals with thousands of holes between them make it so. Choose an earlier end.', cause },
    )
  }
}

const inRange = 'e.stream = ? AND e.sequence BETWEEN ? AND ?'

/**
 * A receipt tells what a chain tells everybody, and submissions are checked against it: it stays. An earlier erasure goes when
 * the new one says all that it said. Raw bytes go when no document needs them any more.
 */
function deleteDocuments(sql: Sql, { id }: StreamState, { first, last }: Plan): void {
  sql.execute('CREATE TEMP TABLE IF NOT EXISTS leaving (entry INTEGER PRIMARY KEY, raw INTEGER)')
  sql.run('DELETE FROM leaving')
  sql.run(
    `INSERT INTO leaving SELECT d.entry, d.raw FROM entries e JOIN documents d ON d.entry = e.id
     WHERE ${inRange} AND (e.kind NOT IN ('receipt', 'erasure') OR (e.kind = 'erasure'
       AND CAST(d.body ->> '$.first' AS INTEGER) >= ? AND CAST(d.body ->> '$.last' AS INTEGER) <= ?))`,
    id,
    first,
    last,
    first,
    last,
  )
  sql.run('DELETE FROM documents WHERE entry IN (SELECT entry FROM leaving)')
  const lowest = sql.get('SELECT min(raw) AS lowest FROM leaving')?.lowest
  if (lowest !== null) {
    sql.run(
      `DELETE FROM raw WHERE id IN (SELECT raw FROM leaving WHERE raw IS NOT NULL)
       AND id NOT IN (SELECT raw FROM documents WHERE raw >= ?)`,
      integer(lowest),
    )
  }
  sql.run('DELETE FROM leaving')
}

/** The steps that an erased carbon entry priced: they repeat what its document said. */
function deleteSteps(sql: Sql, { id }: StreamState, { last, assetLast }: Plan): void {
  if (assetLast === undefined) return
  sql.run(
    `DELETE FROM carbon_steps WHERE asset = (SELECT asset FROM carbon_registers WHERE stream = ?)
     AND sequence <= ? AND entry <= ? AND state = 'counted'`,
    id,
    assetLast,
    last,
  )
}

/**
 * A key stays, so that a meter or a service which hands the reading over again does not bring it back; its value goes. A hash
 * of the value in its place could be turned back by trying: energies are small numbers.
 */
function markKeys(sql: Sql, { id }: StreamState, { first, last }: Plan): void {
  sql.run(
    "UPDATE readings SET energy = '0', fraction = '', status = 'erased' WHERE stream = ? AND sequence BETWEEN ? AND ?",
    id,
    first,
    last,
  )
}
