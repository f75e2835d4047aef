import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DestinationStatus } from '../../core/remote-log.ts'
import { type Counts, parseCounts } from './counts.ts'
import { type SpooledLine, severities } from './line.ts'
import { spoolName } from './spool-database.ts'
import { type Row, SpoolSql } from './spool-sql.ts'

/** One destination as the spool keeps it. */
export interface DestinationRow {
  readonly name: string
  readonly kind: string
  /** Place in `severities` of the least grave that it gets. */
  readonly level: number
  /** Sequence of the last message that it needs no more. */
  readonly cursor: number
  readonly delivered: number
  readonly shed: number
  readonly refused: number
  /** What is missing there and it has not been told of. */
  readonly untold: Counts
  readonly deliveredAt: number | undefined
  readonly trouble: string | undefined
}

export function destinationRow(row: Row): DestinationRow {
  const { name, kind, level, cursor, delivered, shed, refused, untold, delivered_at, trouble } = row
  return {
    name: String(name),
    kind: String(kind),
    level: Number(level ?? 0),
    cursor: Number(cursor ?? 0),
    delivered: Number(delivered ?? 0),
    shed: Number(shed ?? 0),
    refused: Number(refused ?? 0),
    untold: parseCounts(typeof untold === 'string' ? untold : '[]'),
    deliveredAt: typeof delivered_at === 'number' ? delivered_at : undefined,
    trouble: typeof trouble === 'string' ? trouble : undefined,
  }
}

/** The last instant of a calendar (ECMAScript's time values). A damaged time would be one that nobody can write. */
const instant = 'iif(at BETWEEN 0 AND 8640000000000000, at, 0) AS at'

/** What {@link lineOfRow} reads. */
export const lineColumns = `sequence, ${instant}, severity, message, fields`

export function lineOfRow({ sequence, at, severity, message, fields }: Row, spool: string): SpooledLine {
  return {
    sequence: Number(sequence),
    id: `${spool}-${sequence}`,
    at: Number(at),
    severity: severities[Number(severity)] ?? 'error',
    message: String(message),
    fields: String(fields),
  }
}

/** How a destination stands. */
export function statusOf(sql: SpoolSql, row: DestinationRow): DestinationStatus {
  const { name, kind, level, cursor, delivered, shed, refused, deliveredAt, trouble } = row
  // By severity, because the index is: counting then never reads a message.
  const counts = severities.map((_, at) =>
    at < level
      ? 0
      : Number(
          sql.get('SELECT count(*) AS count FROM line WHERE severity = ? AND sequence > ?', at, cursor)
            ?.count ?? 0,
        ),
  )
  const oldest = sql.get(
    `SELECT ${instant} FROM line WHERE sequence > ? AND severity >= ? ORDER BY sequence LIMIT 1`,
    cursor,
    level,
  )?.at
  return {
    destination: name,
    kind,
    waiting: counts.reduce((sum, count) => sum + count, 0),
    oldest: typeof oldest === 'number' ? oldest : undefined,
    delivered,
    shed,
    refused,
    deliveredAt,
    trouble,
  }
}

/** How the destinations of a spool stood when it was last written; empty where there is none. A gateway may write to it meanwhile. */
export function readSpoolStatus(folder: string): readonly DestinationStatus[] {
  const path = join(folder, spoolName)
  if (!existsSync(path)) return []
  const sql = new SpoolSql(new DatabaseSync(path, { readOnly: true, timeout: 2_000 }))
  try {
    return sql.all('SELECT * FROM destination ORDER BY name').map(row => statusOf(sql, destinationRow(row)))
  } finally {
    sql.close()
  }
}
