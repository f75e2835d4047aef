import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { toHex } from '../../src/core/bytes.ts'
import { readCheckpoint } from '../../src/proof/checkpoint.ts'
import { parseNote, type SignedNote } from '../../src/proof/signed-note.ts'

/** A kept checkpoint: its size, its text, and its lines by key id in hex. */
export interface KeptCheckpoint extends SignedNote {
  readonly size: number
  readonly keyIds: readonly string[]
}

/** The checkpoints in a data folder, the smallest first. */
export function checkpointsIn(data: string): readonly KeptCheckpoint[] {
  const database = new DatabaseSync(join(data, 'log.db'), { readOnly: true })
  try {
    return database
      .prepare('SELECT note FROM checkpoints ORDER BY size')
      .all()
      .map(({ note }) => {
        const parsed = parseNote(String(note))
        return {
          ...parsed,
          size: readCheckpoint(String(note)).size,
          keyIds: parsed.signatures.map(({ keyId }) => toHex(keyId)),
        }
      })
  } finally {
    database.close()
  }
}

/** What `openssl dgst -verify` says of a checkpoint's line. */
export function opensslVerifies(
  { text, signatures }: SignedNote,
  { publicKey, keyId, folder }: { publicKey: Uint8Array; keyId: string; folder: string },
): boolean {
  const line = signatures.find(one => toHex(one.keyId) === keyId)
  if (line === undefined) return false
  const file = (name: string) => join(folder, name)
  writeFileSync(file('checkpoint.txt'), text)
  writeFileSync(file('checkpoint.sig'), line.signature)
  writeFileSync(file('evidence.der'), publicKey)
  const words = ['-sha256', '-verify', file('evidence.der'), '-keyform', 'DER']
  const { status } = spawnSync('openssl', [
    'dgst',
    ...words,
    ...['-signature', file('checkpoint.sig'), file('checkpoint.txt')],
  ])
  return status === 0
}

/** Files below a folder in which one of the secrets stands as it is. */
export function filesWith(secrets: readonly string[], folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => {
      const bytes = readFileSync(path)
      return secrets.some(secret => bytes.includes(secret))
    })
}
