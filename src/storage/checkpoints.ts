import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { equalBytes } from '../core/bytes.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import { readCheckpoint } from '../proof/checkpoint.ts'
import type { Hashes } from '../proof/hashes.ts'
import { frontierRoot } from '../proof/merkle.ts'
import { addSignatures, type NoteSignature } from '../proof/signed-note.ts'
import { integer, optional, text } from './columns.ts'
import { loadFrontier, loadHead } from './log-state.ts'
import { replaceFile } from './replace-file.ts'
import type { Sql } from './sql.ts'

/** Name of the newest signed checkpoint's file in the data folder. */
export const checkpointName = 'checkpoint'

/** The newest signed checkpoint; undefined before the first. */
export function lastCheckpoint(sql: Sql): string | undefined {
  const row = sql.get('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1')
  return optional(row?.note, text)
}

/**
 * True when something stands in the log that no checkpoint covers, receipts of the gateway's own stream aside: those anchor
 * checkpoints, and signing another for each would never end.
 */
export function isCheckpointDue(sql: Sql): boolean {
  const last = optional(sql.get('SELECT max(size) AS size FROM checkpoints')?.size, integer) ?? 0
  const row = sql.get(
    `SELECT 1 FROM entries WHERE id >= ? AND NOT (kind = 'receipt' AND stream IN
       (SELECT id FROM streams WHERE name = 'gateway')) LIMIT 1`,
    last,
  )
  return row !== undefined
}

/** Root of the first `size` entries; undefined when there are fewer. */
export function rootAt(sql: Sql, size: number, hashes: Hashes): Uint8Array | undefined {
  if (!Number.isSafeInteger(size) || size < 0 || size > loadHead(sql).size) return undefined
  return Uint8Array.from(frontierRoot(loadFrontier(sql, size), hashes))
}

/**
 * Keeps a signed checkpoint. One that this log can't be consistent with is refused: whoever signed it must know.
 * @throws EnergywebError `note-invalid`, `log-corrupt`
 */
export function keepCheckpoint(sql: Sql, note: string, hashes: Hashes): void {
  const { size, root } = readCheckpoint(note)
  if (size > loadHead(sql).size || !equalBytes(root, frontierRoot(loadFrontier(sql, size), hashes))) {
    throw new EnergywebError('log-corrupt', `the checkpoint of ${size} entries is not one of this log`)
  }
  sql.run(
    'INSERT INTO checkpoints (size, note) VALUES (?, ?) ON CONFLICT DO UPDATE SET note = excluded.note',
    size,
    note,
  )
}

/**
 * Adds signatures of others to a kept checkpoint; one of a key that has signed it already takes that one's place.
 * @throws EnergywebError `argument-invalid` when no checkpoint of this size is kept; `note-invalid`
 */
export function addCosignatures(
  sql: Sql,
  { size, signatures }: { readonly size: number; readonly signatures: readonly NoteSignature[] },
): void {
  const row = sql.get('SELECT note FROM checkpoints WHERE size = ?', size)
  if (row === undefined) {
    throw new EnergywebError('argument-invalid', `no checkpoint of ${size} entries is kept`)
  }
  sql.run('UPDATE checkpoints SET note = ? WHERE size = ?', addSignatures(text(row.note), signatures), size)
}

/**
 * Puts the newest checkpoint beside the database, for whoever serves it: the old file or the new one, never half of one.
 * @throws EnergywebError `log-io`
 */
function publishCheckpoint(folder: string, note: string): void {
  try {
    faultPoint('storage/before-checkpoint-file')
    replaceFile(join(folder, checkpointName), note, {
      onWritten: () => faultPoint('storage/before-checkpoint-rename'),
    })
  } catch (cause) {
    throw new EnergywebError('log-io', `the checkpoint's file can't be written: ${messageOf(cause)}`, {
      retryable: true,
      cause,
    })
  }
}

/** Puts the newest checkpoint beside the database if a crash came between the two. */
export function publishLastCheckpoint(folder: string, sql: Sql): void {
  const note = lastCheckpoint(sql)
  const path = join(folder, checkpointName)
  if (note === undefined || (existsSync(path) && readFileSync(path, 'utf8') === note)) return
  publishCheckpoint(folder, note)
}
