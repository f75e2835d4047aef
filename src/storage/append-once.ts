import { decodeEntry } from '../core/entry.ts'
import type { EntryReference } from '../core/log.ts'
import { integer, text } from './columns.ts'
import { type AppendInput, append } from './record.ts'
import type { Store } from './store.ts'

export interface AppendOnceInput extends AppendInput {
  readonly key: string
}

/** Appends an entry unless one was appended for this key; answers the one that stands for it. */
export function appendOnce(store: Store, { key, ...input }: AppendOnceInput): EntryReference {
  const { sql } = store
  const row = sql.get(
    `SELECT entries.id, sequence, entries.text FROM once_entries
       JOIN entries ON entries.id = once_entries.entry WHERE key = ?`,
    key,
  )
  if (row !== undefined) {
    const { kind } = decodeEntry(text(row.text))
    return { index: integer(row.id), sequence: integer(row.sequence), kind }
  }
  const reference = append(store, input)
  sql.run('INSERT INTO once_entries (key, entry) VALUES (?, ?)', key, reference.index)
  return reference
}
