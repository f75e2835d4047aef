import { EnergywebError } from '../core/errors.ts'
import type { NodeLookup } from '../proof/merkle-proof.ts'
import { blob, integer } from './columns.ts'
import type { Sql } from './sql.ts'

/** One hash of a row, so that the others of a row that completes many subtrees are not copied. */
const oneHash = 'SELECT substr(hashes, ?, 32) AS hash FROM entries WHERE id = ?'

/** Node hashes of the tree, out of the rows of the leaves that completed them: one row a node, whatever the log's size. */
export function nodesOf(sql: Sql): NodeLookup {
  return (level, index) => {
    const row = (index + 1) * 2 ** level - 1
    const found = sql.get(oneHash, 32 * level + 1, row)
    const hash = blob(found?.hash)
    if (hash.length !== 32) {
      throw new EnergywebError('log-corrupt', `entry ${row} has no hash of its subtree of level ${level}`)
    }
    return hash
  }
}

/**
 * The same of a log that may be asked for what it doesn't have.
 * @throws EnergywebError `argument-invalid` for a node that is not complete yet.
 */
export function nodeOf(sql: Sql, { level, index }: { level: number; index: number }): Uint8Array {
  const size = sizeOf(sql)
  const whole = Number.isSafeInteger(level) && Number.isSafeInteger(index) && level >= 0 && index >= 0
  if (!whole || (index + 1) * 2 ** level > size) {
    throw new EnergywebError(
      'argument-invalid',
      `a log of ${size} entries has no complete subtree ${index} of level ${level}`,
    )
  }
  return nodesOf(sql)(level, index)
}

/**
 * Checks that the log has had this size. Nothing is ever taken from it, so that its trees of every smaller size are there too.
 * @throws EnergywebError `argument-invalid`
 */
export function requireSize(sql: Sql, size: number): void {
  const entries = sizeOf(sql)
  if (Number.isSafeInteger(size) && size >= 0 && size <= entries) return
  throw new EnergywebError('argument-invalid', `the log has ${entries} entries and no tree of ${size}`)
}

function sizeOf(sql: Sql): number {
  return integer(sql.get('SELECT size FROM head WHERE id = 0')?.size)
}
