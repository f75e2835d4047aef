import { blob, text } from './columns.ts'
import type { Sql } from './sql.ts'

/*
 * The public key that was the first under each name of the configuration. A name stands for one key: when another one answers to it
 * later, somebody has exchanged a token or a file.
 */

/** The first key of this name; this one where there was none. */
export function knownKey(
  sql: Sql,
  { name, publicKey }: { readonly name: string; readonly publicKey: Uint8Array },
): Uint8Array {
  sql.run('INSERT INTO known_keys (name, public_key) VALUES (?, ?) ON CONFLICT DO NOTHING', name, publicKey)
  return blob(sql.get('SELECT public_key FROM known_keys WHERE name = ?', name)?.public_key)
}

/** The first key of each name; none in a log of before format 8. */
export function knownKeys(sql: Sql): ReadonlyMap<string, Uint8Array> {
  if (sql.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'known_keys'") === undefined)
    return new Map()
  const rows = sql.all('SELECT name, public_key FROM known_keys')
  return new Map(rows.map(row => [text(row.name), blob(row.public_key)]))
}
