import { equalBytes, toBase64url } from '../core/bytes.ts'
import { decodeEntry } from '../core/entry.ts'
import { EnergywebError } from '../core/errors.ts'
import { type Instant, parseInstant } from '../core/time.ts'
import { readCheckpoint } from '../proof/checkpoint.ts'
import type { Hashes } from '../proof/hashes.ts'
import { appendLeaf, frontierRoot, leafHash } from '../proof/merkle.ts'
import { lastCheckpoint } from './checkpoints.ts'
import { blob, integer, optional, text } from './columns.ts'
import { openDatabaseForReading } from './database.ts'
import { loadFrontier, loadHead } from './log-state.ts'
import type { Sql } from './sql.ts'

/** How many of the newest entries are hashed again at every start. */
const tailLength = 1_000

/** What was looked at. */
export interface VerifiedTail {
  /** Entries of the log. */
  readonly size: number
  /** How many of them were derived again. */
  readonly verified: number
  /** When the newest was appended; undefined for an empty log. */
  readonly newest: Instant | undefined
}

function corrupt(what: string): EnergywebError {
  return new EnergywebError('log-corrupt', `the log is not what was written: ${what}`, {
    hint: 'Run `energyweb log check`. Keep the data folder as it is; restore a backup into another one.',
  })
}

/**
 * Verifies what a crash or a failing disk would have hurt first: the newest entries, their place in tree and streams, size
 * and root, the registers' ends and the last signed checkpoint.
 * @throws EnergywebError `log-corrupt`, naming the first bad entry.
 */
export function verifyTail(sql: Sql, hashes: Hashes): VerifiedTail {
  const { size, root } = loadHead(sql)
  const end = optional(sql.get('SELECT max(id) AS last FROM entries')?.last, integer) ?? -1
  if (end + 1 !== size) throw corrupt(`it has ${end + 1} entries, its head says ${size}`)
  const start = Math.max(0, size - tailLength)
  let frontier = loadFrontier(sql, start)
  let index = start
  const leaves = new Map<string, Uint8Array>()
  let newest: Instant | undefined
  for (const row of sql.all('SELECT id, text, hashes FROM entries WHERE id >= ? ORDER BY id', start)) {
    if (integer(row.id) !== index) throw corrupt(`entry ${index} is missing`)
    const encoded = text(row.text)
    const leaf = leafHash(encoded, hashes)
    const appended = appendLeaf(frontier, leaf, hashes)
    if (!equalBytes(blob(row.hashes), Buffer.concat([leaf, ...appended.completed]))) {
      throw corrupt(`entry ${index} does not have its hash`)
    }
    const entry = decodeEntry(encoded)
    const before = leaves.get(entry.stream)
    if (before !== undefined && entry.previous !== toBase64url(before)) {
      throw corrupt(`entry ${index} does not follow the one before it in its stream`)
    }
    leaves.set(entry.stream, leaf)
    newest = parseInstant(entry.at)
    frontier = appended.frontier
    index += 1
  }
  if (!equalBytes(frontierRoot(frontier, hashes), root)) throw corrupt('its root is not that of its head')
  verifyStreams(sql)
  verifyCheckpoint(sql, { size, hashes })
  return { size, verified: size - start, newest }
}

/**
 * Verifies the tail as it stands on the disk, while the log is in use: through a connection of its own, which sees nothing
 * that another one only remembers.
 * @throws EnergywebError `log-corrupt`, naming the first bad entry; `log-io`
 */
export function verifyTailOnDisk(folder: string, hashes: Hashes): VerifiedTail {
  const sql = openDatabaseForReading(folder)
  try {
    sql.execute('BEGIN')
    return verifyTail(sql, hashes)
  } finally {
    sql.database.close()
  }
}

function verifyStreams(sql: Sql): void {
  const rows = sql.all(
    `SELECT s.name, r.sequence, r.leaf,
       (SELECT max(sequence) FROM entries e WHERE e.stream = s.id) AS last,
       (SELECT hashes FROM entries e WHERE e.stream = s.id AND e.sequence = r.sequence) AS hashes
     FROM streams s LEFT JOIN registers r ON r.stream = s.id`,
  )
  for (const row of rows) {
    const last = optional(row.last, integer) ?? -1
    if (last !== row.sequence)
      throw corrupt(`stream ${row.name} ends at ${last}, its register at ${row.sequence}`)
    const leaf = optional(row.leaf, blob)
    const stored = optional(row.hashes, blob)?.subarray(0, 32)
    if (leaf !== undefined && (stored === undefined || !equalBytes(leaf, stored))) {
      throw corrupt(`stream ${row.name} does not end with the entry that its register knows`)
    }
  }
}

function verifyCheckpoint(sql: Sql, { size, hashes }: { size: number; hashes: Hashes }): void {
  const note = lastCheckpoint(sql)
  if (note === undefined) return
  const signed = readCheckpoint(note)
  if (signed.size > size) throw corrupt(`it has ${size} entries, but ${signed.size} were signed`)
  if (!equalBytes(signed.root, frontierRoot(loadFrontier(sql, signed.size), hashes))) {
    throw corrupt(`its first ${signed.size} entries are not those that were signed`)
  }
}
