/** A log of very many entries, quickly: the store's own schema, opening and tree, and rows of the size that readings have. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { nobleHashes } from '../src/proof/hashes.ts'
import { appendLeaf, emptyFrontier, frontierRoot, leafHash } from '../src/proof/merkle.ts'
import { sha256 } from '../src/storage/hashes.ts'
import { databaseName, openLog } from '../src/storage/index.ts'

/** The hash functions of the store's trees. */
export const treeHashes = { ...nobleHashes, sha256 }

/** The n-th entry's text: as long as a reading's entry is. */
export function benchEntry(n: number): string {
  return `{"at":"2024-05-01T08:00:00.000Z","commitment":{"fields":"${'k'.repeat(43)}"},"kind":"reading","previous":"${'p'.repeat(43)}","schema":"reading/1","sequence":${n},"stream":"c3RyZWFtLW9mLTE2LWJ5dA","v":1}`
}

/** Writes a log of so many entries into the folder, a commit for every `perCommit`; seconds that this took. */
export async function writeLog(folder: string, count: number, perCommit: number): Promise<number> {
  const log = await openLog({ folder })
  await log.openStream({ name: 'roof' })
  await log.close()
  const database = new DatabaseSync(join(folder, databaseName))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  const insert = database.prepare(
    "INSERT INTO entries (id, stream, sequence, kind, text, hashes) VALUES (?, 1, ?, 'reading', ?, ?)",
  )
  const head = database.prepare('UPDATE head SET size = ?, root = ?')
  const start = performance.now()
  let frontier = emptyFrontier
  for (let index = 0; index < count; index++) {
    if (index % perCommit === 0) database.exec('BEGIN')
    const text = benchEntry(index)
    const leaf = leafHash(text, treeHashes)
    const appended = appendLeaf(frontier, leaf, treeHashes)
    frontier = appended.frontier
    const { completed } = appended
    insert.run(index, index, text, completed.length === 0 ? leaf : Buffer.concat([leaf, ...completed]))
    if (index % perCommit === perCommit - 1 || index === count - 1) {
      head.run(index + 1, frontierRoot(frontier, treeHashes))
      database.exec('COMMIT')
    }
  }
  const seconds = (performance.now() - start) / 1000
  database.close()
  return seconds
}
