import { formatRawCid } from '../core/cid.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Pin, PinContent, PinLine, PinLineState, PinState } from '../core/pin-book.ts'
import type { Hashes } from '../proof/hashes.ts'
import { encodeEntryRecord } from '../proof/ipfs/entry-record.ts'
import { blob, integer, optional, type Row, text } from './columns.ts'
import type { Sql } from './sql.ts'

/** Content that does not travel between nodes of IPFS in one block is not given to them: 1 MiB is what all take. */
const longestPin = 1_048_576

/** A line to a remote of IPFS, as its row has it. */
export interface PinLineRow extends Omit<PinLine, 'stream'> {
  /** Row of the stream. */
  readonly stream: number
  readonly streamName: string
  readonly cursor: number
  readonly gathered: number
}

/**
 * Finds or makes the row. What it is to be given may change, from the first entry on of which no note has told yet: those that were
 * looked at only are looked at again, as a note says what all of its entries are given.
 */
export function keepPinLine(sql: Sql, { line, ledger, content }: PinLine, stream: number): void {
  sql.run(
    `INSERT INTO pin_lines (line, stream, ledger, content, cursor, gathered) VALUES (?, ?, ?, ?, -1, -1)
     ON CONFLICT (line) DO UPDATE SET content = excluded.content,
       gathered = iif(content = excluded.content, gathered, cursor)`,
    line,
    stream,
    ledger,
    content.join(' '),
  )
}

/** @throws EnergywebError `argument-invalid` when it was never opened */
export function pinLineNamed(sql: Sql, line: string): PinLineRow {
  const row = sql.get(
    `SELECT p.line, p.stream, s.name, p.ledger, p.content, p.cursor, p.gathered
     FROM pin_lines p JOIN streams s ON s.id = p.stream WHERE p.line = ?`,
    line,
  )
  if (row === undefined) throw new EnergywebError('argument-invalid', `the line ${line} is not open`)
  return {
    line,
    stream: integer(row.stream),
    streamName: text(row.name),
    ledger: text(row.ledger),
    content: contentOf(text(row.content)),
    cursor: integer(row.cursor),
    gathered: integer(row.gathered),
  }
}

/** The words of `pin_lines.content`. */
export function contentOf(words: string): readonly PinContent[] {
  return (['raw', 'documents'] as const).filter(word => words.split(' ').includes(word))
}

/** The line's state, with the end of its stream. */
export function pinLineState(sql: Sql, { line, cursor, gathered }: PinLineRow, end: number): PinLineState {
  // By the index of those that are not pinned, which SQLite does not choose by itself: this is asked at every turn, however many
  // there are.
  const rows = sql.all(
    "SELECT state, count(*) AS count FROM pins INDEXED BY open_pins WHERE line = ? AND state <> 'pinned' GROUP BY state",
    line,
  )
  const counts = Object.fromEntries(rows.map(row => [text(row.state), integer(row.count)]))
  return { cursor, gathered, end, counts }
}

/** Pins that are not at rest, in the order of `PinBook.pinsUnderWay`. */
export function pinsUnderWay(
  sql: Sql,
  { line }: PinLineRow,
  { limit, after }: { readonly limit: number; readonly after: number },
): readonly Pin[] {
  return sql
    .all(
      `SELECT cid, state, sequence FROM pins INDEXED BY open_pins WHERE line = ? AND state <> 'pinned' AND state <> 'too-long'
       ORDER BY state <> 'leaving', state <> 'wanted', state <> 'wanted' AND sequence <= ?, sequence, cid LIMIT ?`,
      line,
      after,
      limit,
    )
    .map(row => ({ cid: text(row.cid), state: stateOf(text(row.state)), sequence: integer(row.sequence) }))
}

/** All states of a pin. */
export const pinStates: readonly PinState[] = ['wanted', 'asked', 'pinned', 'failed', 'leaving', 'too-long']

function stateOf(word: string): PinState {
  const state = pinStates.find(one => one === word)
  if (state === undefined) throw new EnergywebError('log-corrupt', `"${word}" is no state of a pin`)
  return state
}

/** The pins that the next entries of the line name, and up to which entry they go. */
export function pinsToGather(
  sql: Sql,
  line: PinLineRow,
  { limit, hashes }: { readonly limit: number; readonly hashes: Hashes },
): { readonly last: number; readonly looked: number; readonly pins: readonly NewPin[] } {
  const rows = sql.all(
    `SELECT e.id, e.sequence, e.kind, e.text, d.seed, d.body, r.hash, length(r.bytes) AS size
     FROM entries e LEFT JOIN documents d ON d.entry = e.id LEFT JOIN raw r ON r.id = d.raw
     WHERE e.stream = ? AND e.sequence > ? ORDER BY e.sequence LIMIT ?`,
    line.stream,
    line.gathered,
    limit,
  )
  const pins = rows.flatMap(row => [
    ...(line.content.includes('raw') ? rawPin(row) : []),
    ...(line.content.includes('documents') ? recordPin(row, hashes) : []),
  ])
  const last = rows.at(-1)
  return { last: last === undefined ? line.gathered : integer(last.sequence), looked: rows.length, pins }
}

/** A pin as it comes into the book. */
export interface NewPin {
  readonly cid: string
  readonly digest: Uint8Array
  readonly entry: number
  readonly sequence: number
  readonly content: PinContent
  readonly state: 'wanted' | 'too-long'
}

function rawPin(row: Row): readonly NewPin[] {
  const digest = optional(row.hash, blob)
  if (digest === undefined) return []
  const state = integer(row.size) > longestPin ? 'too-long' : 'wanted'
  const place = { entry: integer(row.id), sequence: integer(row.sequence) }
  return [{ cid: formatRawCid(digest), digest, ...place, content: 'raw', state }]
}

/** Readings and their revisions have records; what the gateway says of itself stays here. */
function recordPin(row: Row, hashes: Hashes): readonly NewPin[] {
  if (row.kind !== 'reading' && row.kind !== 'revision') return []
  const bytes = recordBytes(row)
  if (bytes === undefined) return []
  const digest = Uint8Array.from(hashes.sha256(bytes))
  const place = { entry: integer(row.id), sequence: integer(row.sequence) }
  return [{ cid: formatRawCid(digest), digest, ...place, content: 'documents', state: 'wanted' }]
}

/** The record of an entry's row; undefined once its document is erased. */
export function recordBytes(row: Row): Uint8Array | undefined {
  return optional(row.body, body =>
    encodeEntryRecord({ text: text(row.text), body: text(body), seed: blob(row.seed) }),
  )
}

/** The bytes behind a pin; undefined where they were erased. */
export function pinBytes(sql: Sql, line: string, cid: string): Uint8Array | undefined {
  const pin = sql.get('SELECT entry, content, digest FROM pins WHERE line = ? AND cid = ?', line, cid)
  if (pin === undefined) return undefined
  if (text(pin.content) === 'raw') {
    const row =
      sql.get(
        'SELECT r.hash, r.bytes FROM documents d JOIN raw r ON r.id = d.raw WHERE d.entry = ?',
        integer(pin.entry),
      ) ?? sql.get('SELECT hash, bytes FROM raw WHERE hash = ? LIMIT 1', blob(pin.digest))
    return row && blob(row.bytes)
  }
  return recordOfEntry(sql, integer(pin.entry))
}

/** The record of an entry; undefined once its document is erased. */
export function recordOfEntry(sql: Sql, index: number): Uint8Array | undefined {
  const row = sql.get(
    'SELECT e.text, d.seed, d.body FROM entries e JOIN documents d ON d.entry = e.id WHERE e.id = ?',
    index,
  )
  return row && recordBytes(row)
}

/** False for a database of an older format that is only read. */
export function hasPins(sql: Sql): boolean {
  return sql.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'pins'") !== undefined
}
