import { EnergywebError } from '../core/errors.ts'
import { type EventChange, longestEventCursor, type OfferedEvent } from '../core/event-cursor.ts'
import { integer, optional, text } from './columns.ts'
import type { Sql } from './sql.ts'

/** What was kept under a name last. */
export function eventCursor(sql: Sql, name: string): string | undefined {
  return optional(sql.get('SELECT cursor FROM event_cursors WHERE name = ?', name)?.cursor, text)
}

/** Keeps a cursor. @throws EnergywebError `argument-invalid` */
export function keepEventCursor(sql: Sql, name: string, cursor: string): void {
  if (cursor.length > longestEventCursor) {
    throw new EnergywebError(
      'argument-invalid',
      `the event cursor "${name}" has ${cursor.length} characters, more than ${longestEventCursor}`,
    )
  }
  sql.run(
    'INSERT INTO event_cursors (name, cursor) VALUES (?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor',
    name,
    cursor,
  )
}

/** The events kept beside a cursor. */
export function offeredEvents(sql: Sql, name: string): readonly OfferedEvent[] {
  return sql
    .all('SELECT key, body, settled FROM offered_events WHERE cursor = ?', name)
    .map(row => ({ key: text(row.key), body: text(row.body), settled: integer(row.settled) === 1 }))
}

/** Keeps a cursor and changes the events beside it. @throws EnergywebError `argument-invalid` */
export function changeEvents(
  sql: Sql,
  name: string,
  { cursor, offered = [], settled = [], forgotten = [] }: EventChange,
): void {
  keepEventCursor(sql, name, cursor)
  for (const event of offered) {
    sql.run(
      `INSERT INTO offered_events (cursor, key, body, settled) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET body = excluded.body, settled = excluded.settled`,
      name,
      event.key,
      event.body,
      event.settled ? 1 : 0,
    )
  }
  for (const key of settled) {
    sql.run('UPDATE offered_events SET settled = 1 WHERE cursor = ? AND key = ?', name, key)
  }
  for (const key of forgotten) {
    sql.run('DELETE FROM offered_events WHERE cursor = ? AND key = ?', name, key)
  }
}
