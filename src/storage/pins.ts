import { canonicalJson } from '../core/canonical-json.ts'
import type { PinLine, PinLineState, PinNews, PinState } from '../core/pin-book.ts'
import type { Instant } from '../core/time.ts'
import { integer } from './columns.ts'
import { keepPinLine, pinLineNamed, pinLineState, pinsToGather } from './pin-rows.ts'
import { append } from './record.ts'
import type { Sql } from './sql.ts'
import type { Store } from './store.ts'

/** What tells these notes from others. */
export const pinNoteSchema = 'ipfs-pin/1'

export function openPins(store: Store, line: PinLine): PinLineState {
  keepPinLine(store.sql, line, store.stream(line.stream).id)
  return stateOf(store, line.line)
}

export function stateOf(store: Store, name: string): PinLineState {
  const line = pinLineNamed(store.sql, name)
  return pinLineState(store.sql, line, store.stream(line.streamName).sequence)
}

/** Takes what the next entries name into the book. */
export function gatherPins(store: Store, { line: name, limit }: { line: string; limit: number }): number {
  const { sql, composer } = store
  const line = pinLineNamed(sql, name)
  const { last, looked, pins } = pinsToGather(sql, line, { limit, hashes: composer.hashes })
  for (const { cid, digest, entry, sequence, content, state } of pins) {
    // Content that was to be taken back and is named again stays.
    sql.run(
      `INSERT INTO pins (line, cid, digest, entry, sequence, content, state) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (line, cid) DO UPDATE SET state = excluded.state, entry = excluded.entry, sequence = excluded.sequence
       WHERE state = 'leaving'`,
      name,
      cid,
      digest,
      entry,
      sequence,
      content,
      state,
    )
  }
  sql.run('UPDATE pin_lines SET gathered = ? WHERE line = ?', last, name)
  return looked
}

export interface RecordPinsInput {
  readonly line: string
  readonly news: readonly PinNews[]
}

/** Keeps what a remote said. */
export function recordPins({ sql }: Store, { line: name, news }: RecordPinsInput): void {
  for (const { cid, state } of news) {
    if (state === 'gone') sql.run('DELETE FROM pins WHERE line = ? AND cid = ?', name, cid)
    // What is to be taken back meanwhile is taken back, whatever the remote said before.
    else
      sql.run("UPDATE pins SET state = ? WHERE line = ? AND cid = ? AND state <> 'leaving'", state, name, cid)
  }
}

/** Moves the cursor over what is pinned, and says so in the stream. */
export function settlePins(store: Store, { line: name, at }: { line: string; at: Instant }): void {
  const { sql } = store
  const line = pinLineNamed(sql, name)
  const open = sql.get(
    // By the index of open pins: SQLite would walk along all that are pinned.
    "SELECT min(sequence) AS first FROM pins INDEXED BY open_pins WHERE line = ? AND state <> 'pinned' AND state NOT IN ('leaving', 'too-long')",
    line.line,
  )?.first
  const cursor = open === null || open === undefined ? line.gathered : integer(open) - 1
  if (cursor <= line.cursor) return
  sql.run('UPDATE pin_lines SET cursor = ? WHERE line = ?', cursor, line.line)
  const place = [line.line, line.cursor, cursor] as const
  const count = (state: PinState) =>
    integer(
      sql.get(
        'SELECT count(*) AS count FROM pins WHERE line = ? AND sequence > ? AND sequence <= ? AND state = ?',
        ...place,
        state,
      )?.count,
    )
  const [pinned, tooLong] = [count('pinned'), count('too-long')]
  if (pinned + tooLong === 0) return
  const { ledger, content, streamName } = line
  const text = canonicalJson({
    content: [...content],
    first: line.cursor + 1,
    last: cursor,
    ledger,
    pinned,
    schema: pinNoteSchema,
    tooLong: tooLong === 0 ? undefined : tooLong,
  })
  append(store, { stream: streamName, kind: 'note', document: { by: 'energyweb', text }, at })
}

/** True when another line to the same remote names the same content, which is still there. */
export function isPinShared(sql: Sql, { line, cid }: { line: string; cid: string }): boolean {
  const row = sql.get(
    `SELECT 1 FROM pins p JOIN pin_lines l ON l.line = p.line
     WHERE l.ledger = (SELECT ledger FROM pin_lines WHERE line = ?) AND p.line <> ? AND p.cid = ?
       AND p.state NOT IN ('leaving', 'too-long') LIMIT 1`,
    line,
    line,
    cid,
  )
  return row !== undefined
}

/** In the transaction of an erasure: what nobody here has any more is to be taken back from where it was given to. */
export function leaveErasedPins(sql: Sql, stream: number): void {
  if (sql.get('SELECT 1 FROM pin_lines WHERE stream = ? LIMIT 1', stream) === undefined) return
  const ofStream = 'line IN (SELECT line FROM pin_lines WHERE stream = ?)'
  // What was never given is only forgotten.
  sql.run(
    `DELETE FROM pins WHERE ${ofStream} AND state = 'too-long' AND entry NOT IN (SELECT entry FROM documents)`,
    stream,
  )
  sql.run(
    `UPDATE pins SET state = 'leaving' WHERE ${ofStream} AND state <> 'too-long' AND (
       (content = 'documents' AND entry NOT IN (SELECT entry FROM documents))
       OR (content = 'raw' AND digest NOT IN (SELECT r.hash FROM documents d
         JOIN entries e ON e.id = d.entry JOIN raw r ON r.id = d.raw WHERE e.stream = ?)))`,
    stream,
    stream,
  )
}
