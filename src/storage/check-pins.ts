import { toHex } from '../core/bytes.ts'
import { formatRawCid } from '../core/cid.ts'
import type { Hashes } from '../proof/hashes.ts'
import { checkMissingPins } from './check-missing-pins.ts'
import { Finding } from './check-result.ts'
import { blob, integer, type Row, text } from './columns.ts'
import { hasPins, pinStates, recordBytes } from './pin-rows.ts'
import type { Sql } from './sql.ts'

/**
 * Checks what is kept of remotes of IPFS: that lines stand where their pins say, that every pin names an entry, and content that
 * is still here, unless it is on its way out; and that none is missing.
 */
export function checkPins(sql: Sql, hashes: Pick<Hashes, 'sha256'>): void {
  if (!hasPins(sql)) return
  checkLines(sql)
  const strangers = new Map<string, Row>()
  const rows = sql.iterate(
    `SELECT p.line, p.cid, p.digest, p.entry, p.sequence, p.content, p.state, l.stream, l.cursor, l.gathered,
       s.name, e.stream AS entry_stream, e.sequence AS entry_sequence
     FROM pins p LEFT JOIN pin_lines l ON l.line = p.line LEFT JOIN streams s ON s.id = l.stream
       LEFT JOIN entries e ON e.id = p.entry ORDER BY p.line, p.sequence, p.cid`,
  )
  for (const row of rows) {
    const why = wrongPlace(row) ?? wrongContent(sql, row, hashes)
    if (why === 'elsewhere') strangers.set(`${integer(row.stream)} ${toHex(blob(row.digest))}`, row)
    else if (why !== undefined) throw pinFinding(row, why)
  }
  checkStrangers(sql, strangers)
  checkMissingPins(sql)
}

/** Raw bytes that the entry which named them first has no more: another of its stream may have them still. */
function checkStrangers(sql: Sql, strangers: Map<string, Row>): void {
  // No index knows raw bytes by their hash: all that are here are gone through, once.
  if (strangers.size > 0) {
    const here = sql.iterate(
      'SELECT e.stream, r.hash FROM documents d JOIN raw r ON r.id = d.raw JOIN entries e ON e.id = d.entry',
    )
    for (const { stream, hash } of here) strangers.delete(`${integer(stream)} ${toHex(blob(hash))}`)
  }
  for (const row of strangers.values()) {
    throw pinFinding(row, 'is of raw bytes that were erased, and is not taken back')
  }
}

function checkLines(sql: Sql): void {
  const rows = sql.all(
    `SELECT l.line, l.cursor, l.gathered, s.name, max(e.sequence) AS last FROM pin_lines l
     LEFT JOIN streams s ON s.id = l.stream LEFT JOIN entries e ON e.stream = l.stream GROUP BY l.line ORDER BY l.line`,
  )
  for (const row of rows) {
    const line = text(row.line)
    if (row.name === null) throw new Finding('pin', `the line ${line} is of no stream`)
    const place = { stream: text(row.name), sequence: integer(row.cursor) }
    const last = row.last === null ? -1 : integer(row.last)
    const [cursor, gathered] = [integer(row.cursor), integer(row.gathered)]
    if (cursor >= -1 && cursor <= gathered && gathered <= last) continue
    const detail = `the line ${line} stands at ${cursor}, has looked at entries up to ${gathered}, and its stream ends with ${last}`
    throw new Finding('pin', detail, place)
  }
}

/** What is wrong with where a pin stands. */
function wrongPlace(row: Row): string | undefined {
  if (row.stream === null) return 'is of no line'
  if (!pinStates.some(state => state === row.state)) return `has the state "${row.state}"`
  if (text(row.cid) !== formatRawCid(blob(row.digest))) return 'does not have the CID of its digest'
  if (row.entry_stream === null) return 'is of no entry'
  if (row.entry_stream !== row.stream || row.entry_sequence !== row.sequence)
    return 'is of another entry than it says'
  if (integer(row.sequence) > integer(row.gathered)) return 'is of an entry that was not looked at yet'
  const isSettled = row.state === 'pinned' || row.state === 'leaving' || row.state === 'too-long'
  if (integer(row.sequence) <= integer(row.cursor) && !isSettled)
    return `is ${row.state}, and its line is behind it`
  return undefined
}

/**
 * What is wrong with the content that a pin names; `elsewhere` when its entry has it no more. Content that leaves may be erased
 * already.
 */
function wrongContent(sql: Sql, row: Row, hashes: Pick<Hashes, 'sha256'>): string | undefined {
  if (row.state === 'leaving') return undefined
  if (row.content === 'raw') {
    const digest = blob(row.digest)
    const own = 'SELECT 1 FROM documents d JOIN raw r ON r.id = d.raw WHERE d.entry = ? AND r.hash = ?'
    return sql.get(own, integer(row.entry), digest) === undefined ? 'elsewhere' : undefined
  }
  if (row.content !== 'documents') return `is of "${row.content}"`
  const document = sql.get(
    'SELECT e.text, d.seed, d.body FROM entries e LEFT JOIN documents d ON d.entry = e.id WHERE e.id = ?',
    integer(row.entry),
  )
  const record = document && recordBytes(document)
  if (record === undefined) return 'is of a document that was erased, and is not taken back'
  const isSame = Buffer.from(hashes.sha256(record)).equals(blob(row.digest))
  return isSame ? undefined : 'is not of the record of its entry'
}

function pinFinding(row: Row, why: string): Finding {
  const index = row.entry_stream === null ? undefined : integer(row.entry)
  const stream = row.name === null ? undefined : text(row.name)
  const detail = `the pin ${text(row.cid)} of ${text(row.line)} ${why}`
  return new Finding('pin', detail, { index, stream, sequence: integer(row.sequence) })
}
