import { EnergywebError } from '../core/errors.ts'
import type { NodeLookup } from '../proof/merkle-proof.ts'
import { blob } from './columns.ts'
import type { Sql } from './sql.ts'

/** Node hashes of the tree, out of the rows of the leaves that completed them. */
export function nodesOf(sql: Sql): NodeLookup {
  return (level, index) => {
    const row = (index + 1) * 2 ** level - 1
    const found = sql.get('SELECT hashes FROM entries WHERE id = ?', row)
    return hashIn(found && blob(found.hashes), { level, row })
  }
}

/**
 * The hash of the subtree of a level that a row's leaf completes.
 * @throws EnergywebError `log-corrupt` when it is not there
 */
export function hashIn(
  hashes: Uint8Array | undefined,
  { level, row }: { readonly level: number; readonly row: number },
): Uint8Array {
  const hash = hashes?.subarray(32 * level, 32 * level + 32)
  if (hash?.length !== 32) {
    throw new EnergywebError('log-corrupt', `entry ${row} has no hash of its subtree of level ${level}`)
  }
  return hash
}
