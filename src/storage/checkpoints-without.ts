import { concatBytes, equalBytes, toBase64 } from '../core/bytes.ts'
import { parseNote } from '../proof/signed-note.ts'
import { integer, text } from './columns.ts'
import type { Sql } from './sql.ts'

/** A key as the lines of signed notes name it, and how many checkpoints are asked for. */
export interface CheckpointsWithout {
  readonly name: string
  /** 4 bytes. */
  readonly keyId: Uint8Array
  readonly limit: number
}

/** A checkpoint every quarter of an hour for a hundred days. */
const farthest = 10_000
const page = 100

/**
 * Checkpoints that a key has yet to sign, the oldest first: those after the newest that it has signed. A key that has signed none
 * begins with the newest: by its root that one speaks for all before it.
 */
export function checkpointsWithout(sql: Sql, { name, keyId, limit }: CheckpointsWithout): readonly string[] {
  const waiting: string[] = []
  // Four bytes are five characters of base64 and a bit: enough to look closer.
  const line = `— ${name} ${toBase64(concatBytes(keyId, new Uint8Array(2))).slice(0, 5)}`
  for (let before = Number.MAX_SAFE_INTEGER; waiting.length < farthest; ) {
    const rows = sql.all(
      'SELECT size, note FROM checkpoints WHERE size < ? ORDER BY size DESC LIMIT ?',
      before,
      page,
    )
    for (const row of rows) {
      const note = text(row.note)
      if (note.includes(line) && isSignedBy(note, { name, keyId })) return waiting.reverse().slice(0, limit)
      waiting.push(note)
      before = integer(row.size)
    }
    if (rows.length < page) break
  }
  return waiting.slice(0, 1)
}

function isSignedBy(note: string, key: Pick<CheckpointsWithout, 'name' | 'keyId'>): boolean {
  return parseNote(note).signatures.some(
    ({ name, keyId }) => name === key.name && equalBytes(keyId, key.keyId),
  )
}
