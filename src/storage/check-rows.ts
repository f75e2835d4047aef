import { messageOf } from '../core/errors.ts'
import { Finding } from './check-result.ts'
import { blob, integer, optional, type Row, text } from './columns.ts'
import type { Sql } from './sql.ts'

/** An entry's row, with its document's. */
export interface EntryRow {
  readonly index: number
  readonly stream: number
  readonly sequence: number
  readonly kind: string
  readonly text: string
  readonly hashes: Uint8Array
  readonly document:
    | { readonly seed: Uint8Array; readonly body: string; readonly raw: number | undefined }
    | undefined
}

const columns = 'e.id, e.stream, e.sequence, e.kind, e.text, e.hashes'
const bare = `SELECT ${columns} FROM entries e`
const full = `SELECT ${columns}, d.seed, d.body, d.raw FROM entries e LEFT JOIN documents d ON d.entry = e.id`

function entryRow(row: Row): EntryRow {
  const index = integer(row.id)
  try {
    return {
      index,
      stream: integer(row.stream),
      sequence: integer(row.sequence),
      kind: text(row.kind),
      text: text(row.text),
      hashes: blob(row.hashes),
      document: optional(row.seed, seed => ({
        seed: blob(seed),
        body: text(row.body),
        raw: optional(row.raw, integer),
      })),
    }
  } catch (error) {
    throw new Finding('database', `entry ${index}: ${messageOf(error)}`, { index })
  }
}

/**
 * Rows from `start` up to `end` (not included), many at a time. When SQLite can't read a range, it is read row by row, so
 * that the damaged one has a name.
 * @throws Finding `database`, `entry-missing`
 */
export function* entryRows(
  sql: Sql,
  { end, chunk, hashesOnly }: { end: number; chunk: number; hashesOnly: boolean },
): Generator<readonly EntryRow[]> {
  const select = hashesOnly ? bare : full
  for (let start = 0; start < end; start += chunk) {
    const stop = Math.min(start + chunk, end)
    yield complete(readRange(sql, select, { start, stop }), { start, stop })
  }
}

function readRange(sql: Sql, select: string, { start, stop }: { start: number; stop: number }): EntryRow[] {
  let rows: Row[]
  try {
    rows = sql.all(`${select} WHERE e.id >= ? AND e.id < ? ORDER BY e.id`, start, stop)
  } catch {
    rows = []
    for (let index = start; index < stop; index++) {
      try {
        const row = sql.get(`${select} WHERE e.id = ?`, index)
        if (row !== undefined) rows.push(row)
      } catch (error) {
        throw new Finding('database', `entry ${index} can't be read: ${messageOf(error)}`, { index })
      }
    }
  }
  return rows.map(entryRow)
}

/** The rows up to the first hole are checked first: one of them may be bad, and it comes first. */
function complete(rows: EntryRow[], { start, stop }: { start: number; stop: number }): EntryRow[] {
  const hole = rows.findIndex((row, i) => row.index !== start + i)
  if (hole >= 0) return rows.slice(0, hole)
  return rows.slice(0, stop - start)
}
