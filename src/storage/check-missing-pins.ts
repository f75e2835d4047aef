import { formatRawCid } from '../core/cid.ts'
import type { PinContent } from '../core/pin-book.ts'
import { Finding } from './check-result.ts'
import { blob, integer, type Row, text } from './columns.ts'
import { contentOf } from './pin-rows.ts'
import { pinNoteSchema } from './pins.ts'
import type { Sql } from './sql.ts'

/** Entries whose content must be in the book of a line, as far as it is still here. */
interface Duty {
  readonly line: string
  readonly stream: { readonly id: number; readonly name: string }
  readonly content: readonly PinContent[]
  readonly first: number
  readonly last: number
}

/**
 * Looks for content that should be in the book and is not, which a gateway would never give to its remote, nor take back: what
 * lines' notes say of the entries that they stand for, and what a line has looked at and not told of yet. Notes are entries, so
 * that nobody can change them as a row can be changed. What was erased can't be missed: nobody knows its CIDs any more.
 */
export function checkMissingPins(sql: Sql): void {
  for (const duty of [...toldDuties(sql), ...openDuties(sql)]) {
    const { content } = duty
    if (content.includes('documents')) findMissingRecord(sql, duty)
    if (content.includes('raw')) findMissingRaw(sql, duty)
  }
}

function openDuties(sql: Sql): readonly Duty[] {
  return sql
    .all('SELECT l.*, s.name FROM pin_lines l JOIN streams s ON s.id = l.stream ORDER BY l.line')
    .map(row => ({
      line: text(row.line),
      stream: { id: integer(row.stream), name: text(row.name) },
      content: contentOf(text(row.content)),
      first: integer(row.cursor) + 1,
      last: integer(row.gathered),
    }))
}

function toldDuties(sql: Sql): readonly Duty[] {
  const duties: Duty[] = []
  const notes = sql.iterate(
    `SELECT e.id, e.stream, e.sequence, s.name, d.body ->> '$.text' AS said
     FROM entries e JOIN documents d ON d.entry = e.id JOIN streams s ON s.id = e.stream
     WHERE e.kind = 'note' AND d.body ->> '$.by' = 'energyweb' ORDER BY e.id`,
  )
  for (const row of notes) {
    const said = noteIn(text(row.said))
    if (said === undefined) continue
    const { ledger, content, first, last } = said
    const stream = { id: integer(row.stream), name: text(row.name) }
    const line = lineOf(sql, row, { ledger, stream, last })
    duties.push({ line, stream, content, first, last })
  }
  return duties
}

/** @throws Finding when there is no such line, or when it stands behind what it told */
function lineOf(
  sql: Sql,
  row: Row,
  {
    ledger,
    stream,
    last,
  }: { readonly ledger: string; readonly stream: Duty['stream']; readonly last: number },
): string {
  const found = sql.get(
    'SELECT line, cursor FROM pin_lines WHERE ledger = ? AND stream = ?',
    ledger,
    stream.id,
  )
  const place = { index: integer(row.id), stream: stream.name, sequence: integer(row.sequence) }
  if (found === undefined) {
    throw new Finding('pin', `it tells what the remote ${ledger} has, and no line to it is kept`, place)
  }
  const cursor = integer(found.cursor)
  if (cursor >= last) return text(found.line)
  const detail = `it tells what ${text(found.line)} has up to entry ${last}, and the line stands at ${cursor}`
  throw new Finding('pin', detail, place)
}

/** Each reading and revision has a record of its own. By itself SQLite would go through all pins of the line for each. */
function findMissingRecord(sql: Sql, { line, stream, first, last }: Duty): void {
  const row = sql.get(
    `SELECT e.id, e.sequence FROM entries e JOIN documents d ON d.entry = e.id
     WHERE e.stream = ? AND e.sequence BETWEEN ? AND ? AND e.kind IN ('reading', 'revision')
       AND NOT EXISTS (SELECT 1 FROM pins p INDEXED BY pins_by_sequence
         WHERE p.line = ? AND p.sequence = e.sequence AND p.content = 'documents')
     ORDER BY e.sequence LIMIT 1`,
    stream.id,
    first,
    last,
    line,
  )
  if (row !== undefined) throw missing(row, 'its record', { line, stream })
}

/** Raw bytes are known by their hash: the pin may be that of an earlier entry with the same ones. */
function findMissingRaw(sql: Sql, { line, stream, first, last }: Duty): void {
  const rows = sql.iterate(
    `SELECT e.id, e.sequence, r.hash FROM entries e JOIN documents d ON d.entry = e.id JOIN raw r ON r.id = d.raw
     WHERE e.stream = ? AND e.sequence BETWEEN ? AND ? ORDER BY e.sequence`,
    stream.id,
    first,
    last,
  )
  for (const row of rows) {
    const cid = formatRawCid(blob(row.hash))
    const pin = sql.get('SELECT 1 FROM pins WHERE line = ? AND cid = ?', line, cid)
    if (pin === undefined) throw missing(row, `its raw bytes, ${cid},`, { line, stream })
  }
}

function missing(row: Row, what: string, { line, stream }: Pick<Duty, 'line' | 'stream'>): Finding {
  const [index, sequence] = [integer(row.id), integer(row.sequence)]
  const detail = `${line} has looked at it, and no pin of ${what} is kept`
  return new Finding('pin', detail, { index, stream: stream.name, sequence })
}

type PinNote = Pick<Duty, 'content' | 'first' | 'last'> & { readonly ledger: string }

/** What a note of a line says (`settlePins`); undefined for any other text. */
function noteIn(given: string): PinNote | undefined {
  // Whoever makes notes by a program of his own may write anything.
  if (!given.includes(`"${pinNoteSchema}"`)) return undefined
  let said: unknown
  try {
    said = JSON.parse(given)
  } catch {
    return undefined
  }
  if (typeof said !== 'object' || said === null || !('schema' in said) || said.schema !== pinNoteSchema)
    return undefined
  if (!('ledger' in said && 'content' in said && 'first' in said && 'last' in said)) return undefined
  const { ledger, content, first, last } = said
  const isRange = Number.isSafeInteger(first) && Number.isSafeInteger(last)
  if (typeof ledger !== 'string' || !Array.isArray(content) || !isRange) return undefined
  return { ledger, content: contentOf(content.join(' ')), first: Number(first), last: Number(last) }
}
