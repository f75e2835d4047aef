import type { StoredEntry } from '../../core/log.ts'

/**
 * What an entry registers: the register's new total in mJ, `down` for a silent meter, nothing for entries that leave
 * the total as it is (held and late readings, holds, notes, receipts) and for those whose document was erased.
 */
export function registeredTotal(entry: StoredEntry): bigint | 'down' | undefined {
  const { kind, document } = entry
  if (document === undefined) return undefined
  switch (kind) {
    case 'gap':
      return 'down'
    case 'reading':
    case 'revision':
      return document.status === 'counted' ? totalOf(entry) : undefined
    case 'write-off':
      // Dropping what was held may let the readings behind it count.
      return document.readings === 0n ? undefined : totalOf(entry)
    case 'release':
    case 'reset':
    case 'rollover':
    case 'swap':
      return totalOf(entry)
    default:
      return undefined
  }
}

function totalOf({ document }: StoredEntry): bigint | undefined {
  const total = document?.total
  return typeof total === 'bigint' ? total : undefined
}
