import type { HeldReading, TimeRange } from '../core/register.ts'
import { encodeHeld, encodeRegister } from '../core/register-json.ts'
import type { StreamState } from './log-state.ts'
import type { Sql } from './sql.ts'

/*
 * A hold of weeks and a year full of gaps are long lists of which a reading changes one or two items. Both have rows of
 * their own, and only the changed ones are written: what the law left alone is still the same object.
 */

/** How many items at the start, and behind them at the end, are the same objects in both lists. */
function unchanged(
  before: readonly unknown[],
  after: readonly unknown[],
): { atStart: number; atEnd: number } {
  const shorter = Math.min(before.length, after.length)
  let atStart = 0
  while (atStart < shorter && before[atStart] === after[atStart]) atStart += 1
  let atEnd = 0
  while (atEnd < shorter - atStart && before.at(-1 - atEnd) === after.at(-1 - atEnd)) atEnd += 1
  return { atStart, atEnd }
}

/** Writes a stream's register as it is now, given what stands in the database. */
export function keepRegister(sql: Sql, stream: StreamState, before: StreamState | undefined): void {
  const { id, register } = stream
  keepHeld(sql, id, { before: before?.register.held ?? [], after: register.held })
  keepCovered(sql, id, { before: before?.register.covered ?? [], after: register.covered })
  sql.run(
    'UPDATE registers SET sequence = ?, leaf = ?, state = ? WHERE stream = ?',
    stream.sequence,
    stream.leaf ?? null,
    encodeRegister(register),
    id,
  )
}

/** A held reading's row is its position in the list: a revised one keeps its place though its sequence is new. */
function keepHeld(
  sql: Sql,
  stream: number,
  { before, after }: { before: readonly HeldReading[]; after: readonly HeldReading[] },
): void {
  if (before === after) return
  const { atStart, atEnd } = unchanged(before, after)
  const end = before.length === after.length ? after.length - atEnd : after.length
  for (const [i, held] of after.slice(atStart, end).entries()) {
    sql.run(
      `INSERT INTO held (stream, position, sequence, reading) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET sequence = excluded.sequence, reading = excluded.reading`,
      stream,
      atStart + i,
      held.sequence,
      encodeHeld(held),
    )
  }
  if (after.length < before.length) {
    sql.run('DELETE FROM held WHERE stream = ? AND position >= ?', stream, after.length)
  }
}

function keepCovered(
  sql: Sql,
  stream: number,
  { before, after }: { before: readonly TimeRange[]; after: readonly TimeRange[] },
): void {
  if (before === after) return
  const { atStart, atEnd } = unchanged(before, after)
  for (const range of before.slice(atStart, before.length - atEnd)) {
    sql.run('DELETE FROM covered WHERE stream = ? AND from_at = ?', stream, range.from)
  }
  for (const range of after.slice(atStart, after.length - atEnd)) {
    sql.run('INSERT INTO covered (stream, from_at, to_at) VALUES (?, ?, ?)', stream, range.from, range.to)
  }
}
