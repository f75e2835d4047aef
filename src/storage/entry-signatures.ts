import type { EntrySignature, UnsignedEntry } from '../core/entry-signatures.ts'
import { EnergywebError } from '../core/errors.ts'
import { blob, integer, optional, text } from './columns.ts'
import type { Sql } from './sql.ts'

/*
 * Signatures of single entries, by a key of hardware. They stand beside the entries and change nothing of them: no hash covers
 * them, and a log without them is as whole. What waits follows from how far each asset has come.
 */

const signedKinds = ['reading', 'revision']
const values = `e.kind IN (${signedKinds.map(kind => `'${kind}'`).join(', ')})`

/** A count of what waits goes no further than this: it is told every now and then, by the thread that appends. */
const farthest = 10_000

/** Assets that are not named yet begin with what comes behind the newest entry of their stream. */
export function beginSigning(sql: Sql, assets: readonly string[]): void {
  for (const asset of assets) {
    sql.run(
      `INSERT INTO signing_cursors (asset, cursor, began)
       SELECT ?, newest, newest FROM (
         SELECT ifnull(max(e.sequence), -1) AS newest
         FROM streams s JOIN entries e ON e.stream = s.id WHERE s.name = ?)
       WHERE TRUE ON CONFLICT DO NOTHING`,
      asset,
      asset,
    )
  }
}

/** Some of each asset, so that none waits for another one's thousands. */
export function entriesToSign(
  sql: Sql,
  { assets, limit }: { readonly assets: readonly string[]; readonly limit: number },
): readonly UnsignedEntry[] {
  const share = Math.max(1, Math.ceil(limit / assets.length))
  return assets.flatMap(asset =>
    sql
      .all(
        `SELECT s.public_id, e.sequence, e.hashes
         FROM signing_cursors c JOIN streams s ON s.name = c.asset
         JOIN entries e ON e.stream = s.id AND e.sequence > c.cursor
         WHERE c.asset = ? AND ${values} ORDER BY e.sequence LIMIT ?`,
        asset,
        share,
      )
      .map(row => ({
        asset,
        stream: text(row.public_id),
        sequence: integer(row.sequence),
        leaf: blob(row.hashes).slice(0, 32),
      })),
  )
}

/** How many wait, counted no further than {@link farthest} of each asset. */
export function countEntriesToSign(sql: Sql, assets: readonly string[]): number {
  return assets.reduce((sum, asset) => {
    const row = sql.get(
      `SELECT count(*) AS count FROM (
         SELECT 1 FROM signing_cursors c JOIN streams s ON s.name = c.asset
         JOIN entries e ON e.stream = s.id AND e.sequence > c.cursor
         WHERE c.asset = ? AND ${values} LIMIT ${farthest})`,
      asset,
    )
    return sum + integer(row?.count)
  }, 0)
}

/**
 * Keeps signatures, and moves each asset's cursor behind its last one.
 * @throws EnergywebError `argument-invalid` for an entry that the log has not
 */
export function keepEntrySignatures(
  sql: Sql,
  { key, signatures }: { readonly key: string; readonly signatures: readonly EntrySignature[] },
): void {
  sql.run('INSERT INTO signing_keys (key) VALUES (?) ON CONFLICT DO NOTHING', key)
  const signer = integer(sql.get('SELECT id FROM signing_keys WHERE key = ?', key)?.id)
  for (const { asset, sequence, signature } of signatures) {
    const kept = sql.run(
      `INSERT OR REPLACE INTO entry_signatures (entry, key, signature)
       SELECT e.id, ?, ? FROM entries e JOIN streams s ON s.id = e.stream WHERE s.name = ? AND e.sequence = ?`,
      signer,
      signature,
      asset,
      sequence,
    )
    if (kept !== 1) {
      throw new EnergywebError('argument-invalid', `${asset} has no entry ${sequence} that could be signed`)
    }
    sql.run('UPDATE signing_cursors SET cursor = max(cursor, ?) WHERE asset = ?', sequence, asset)
  }
}

/** A signature as it is kept, with the verifier key by which it holds. */
export interface KeptSignature {
  readonly key: string
  readonly signature: Uint8Array
}

/** Signatures of entries `[first, last]` of a stream, by their sequence. */
export function signaturesBetween(
  sql: Sql,
  { stream, first, last }: { readonly stream: number; readonly first: number; readonly last: number },
): ReadonlyMap<number, KeptSignature> {
  if (!hasSignatures(sql)) return new Map()
  const rows = sql.all(
    `SELECT e.sequence, k.key, g.signature
     FROM entries e JOIN entry_signatures g ON g.entry = e.id JOIN signing_keys k ON k.id = g.key
     WHERE e.stream = ? AND e.sequence BETWEEN ? AND ?`,
    stream,
    first,
    last,
  )
  return new Map(
    rows.map(row => [integer(row.sequence), { key: text(row.key), signature: blob(row.signature) }]),
  )
}

/** Verifier keys that have signed entries, in the order of their first one. */
export function signingKeys(sql: Sql): readonly string[] {
  return hasSignatures(sql)
    ? sql.all('SELECT key FROM signing_keys ORDER BY id').map(row => text(row.key))
    : []
}

/** Entries of this kind are signed one by one, where any are. */
export function isSignedKind(kind: string): boolean {
  return signedKinds.includes(kind)
}

/** From which entry of an asset on its readings are signed, and how far: behind the first, and up to the second sequence. */
export interface SigningMark {
  readonly began: number
  readonly cursor: number
}

/** The marks of all assets by name. One from before the beginning was written down begins with its first signature. */
export function signingMarks(sql: Sql): ReadonlyMap<string, SigningMark> {
  const first = `SELECT min(e.sequence) - 1 FROM entry_signatures g JOIN entries e ON e.id = g.entry
    JOIN streams s ON s.id = e.stream WHERE s.name = c.asset`
  const began = hasBeginnings(sql) ? `ifnull(c.began, (${first}))` : `(${first})`
  const rows = sql.all(`SELECT c.asset, c.cursor, ifnull(${began}, c.cursor) AS began FROM signing_cursors c`)
  return new Map(
    rows.map(row => [text(row.asset), { began: integer(row.began), cursor: integer(row.cursor) }]),
  )
}

/** Not in a log of format 7 that is only read. */
function hasBeginnings(sql: Sql): boolean {
  return sql.all('PRAGMA table_info(signing_cursors)').some(({ name }) => name === 'began')
}

/** A log that is only read may be one from before there were any. */
export function hasSignatures(sql: Sql): boolean {
  return (
    optional(
      sql.get("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'entry_signatures'")?.name,
      text,
    ) !== undefined
  )
}
