import { EnergywebError } from '../core/errors.ts'
import { gatewayStream, type StoredEntry } from '../core/log.ts'
import type { LineState } from '../core/submission.ts'
import { blob, integer, optional, type Row, text } from './columns.ts'
import { entriesFrom, entriesOfStream } from './entry-rows.ts'
import type { Sql } from './sql.ts'

/** A report line's row. */
export interface LineRow {
  readonly id: number
  readonly name: string
  readonly stream: number
  readonly streamName: string
  readonly cursor: number
  readonly stopped: string | undefined
}

const columns = `SELECT l.id, l.name, l.stream, s.name AS stream_name, l.cursor, l.stopped
  FROM lines l JOIN streams s ON s.id = l.stream`

function lineOf(row: Row): LineRow {
  return {
    id: integer(row.id),
    name: text(row.name),
    stream: integer(row.stream),
    streamName: text(row.stream_name),
    cursor: integer(row.cursor),
    stopped: optional(row.stopped, text),
  }
}

/** @throws EnergywebError `argument-invalid` when it was never opened. */
export function lineNamed(sql: Sql, name: string): LineRow {
  const line = findLine(sql, name)
  if (line === undefined) throw new EnergywebError('argument-invalid', `the report line ${name} is not open`)
  return line
}

/** The line of this name; undefined when it was never opened. */
export function findLine(sql: Sql, name: string): LineRow | undefined {
  const row = sql.get(`${columns} WHERE l.name = ?`, name)
  return row && lineOf(row)
}

/** Every line, by name. */
export function allLines(sql: Sql): readonly LineRow[] {
  return sql.all(`${columns} ORDER BY l.name`).map(lineOf)
}

/** The lines that report the documents of a stream; the log's own needs none of them. */
export function linesOfStream(sql: Sql, stream: number): readonly LineRow[] {
  return allLines(sql).filter(line => line.stream === stream && !isLogLine(line))
}

/** Sequence of the last entry that any submission of the line covers; -1 at first. */
export function plannedOf(sql: Sql, line: LineRow): number {
  const row = sql.get('SELECT max(last) AS planned FROM submissions WHERE line = ?', line.id)
  return optional(row?.planned, integer) ?? -1
}

/** True for a line that reports the log itself: its sequences are places in the whole log. */
export function isLogLine({ streamName }: { readonly streamName: string }): boolean {
  return streamName === gatewayStream
}

/** Entries of the line that no submission covers yet, oldest first. */
export function unplannedOf(sql: Sql, line: LineRow, limit: number): readonly StoredEntry[] {
  const planned = plannedOf(sql, line)
  return isLogLine(line)
    ? entriesFrom(sql, { from: planned + 1, limit })
    : entriesOfStream(sql, line.stream, { after: planned, limit })
}

/** The line as its ledger sees it. */
export function lineState(sql: Sql, line: LineRow): LineState {
  const entry = isLogLine(line) ? 'e.id = s.reading' : 'e.stream = l.stream AND e.sequence = s.reading'
  const row = sql.get(
    `SELECT s.reading, e.hashes FROM submissions s JOIN lines l ON l.id = s.line JOIN entries e ON ${entry}
     WHERE s.line = ? AND s.reading IS NOT NULL ORDER BY s.last DESC LIMIT 1`,
    line.id,
  )
  return {
    line: line.name,
    stream: line.streamName,
    cursor: line.cursor,
    planned: plannedOf(sql, line),
    lastReading: row && { sequence: integer(row.reading), leafHash: blob(row.hashes).slice(0, 32) },
    stopped: line.stopped,
  }
}

/** Moves the cursor over the submissions that lie behind it without a hole and are final or skipped. */
export function moveCursor(sql: Sql, line: LineRow): void {
  let { cursor } = line
  for (;;) {
    const next = sql.get(
      "SELECT last FROM submissions WHERE line = ? AND first = ? AND state IN ('final', 'skipped')",
      line.id,
      cursor + 1,
    )
    if (next === undefined) break
    cursor = integer(next.last)
  }
  if (cursor !== line.cursor) sql.run('UPDATE lines SET cursor = ? WHERE id = ?', cursor, line.id)
}
