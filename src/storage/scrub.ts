import { faultPoint } from '../core/fault-point.ts'
import { integer } from './columns.ts'
import type { Sql } from './sql.ts'
import { sqliteCode } from './sqlite-error.ts'

/*
 * After a deletion the bytes are zeroed where they stood (`secure_delete`), but earlier states of a page may still be in the
 * gaps of others and in the write-ahead log. A scrub writes the whole database anew and empties the write-ahead log. That it is
 * due is kept in the transaction that makes it so.
 */

/** Keeps that a scrub is due. */
export function rememberScrub(sql: Sql): void {
  sql.run("INSERT OR IGNORE INTO chores (name) VALUES ('scrub')")
}

/** True when something was deleted whose bytes may still be found. */
function isScrubDue(sql: Sql): boolean {
  return sql.get("SELECT 1 FROM chores WHERE name = 'scrub'") !== undefined
}

/** Result codes that say no more than that now is not the time: the log itself is well. Busy, locked, no memory, full disk. */
const harmless: readonly (number | undefined)[] = [5, 6, 7, 13]

/**
 * Writes the database anew and empties the write-ahead log. It takes about as long as copying the file, and its size in free
 * disk. Answers why something may remain; undefined when nothing does. Must not run within a transaction.
 */
export function scrub(sql: Sql): string | undefined {
  if (!isScrubDue(sql)) return undefined
  faultPoint('storage/before-scrub')
  try {
    rewrite(sql)
    faultPoint('storage/scrub-rewritten')
    const first = emptyWriteAheadLog(sql)
    if (first !== undefined) return first
    sql.run("DELETE FROM chores WHERE name = 'scrub'")
    return emptyWriteAheadLog(sql)
  } catch (error) {
    if (!harmless.includes(sqliteCode(error))) throw error
    return sqliteCode(error) === 13
      ? 'the disk has no room to write the log anew: that takes as much again as log.db'
      : 'the log is in use'
  }
}

/**
 * The copy on the way is a nameless file of SQLite's (in SQLITE_TMPDIR, TMPDIR or /var/tmp), as it may not fit into memory.
 * Naming the folder by `temp_store_directory` would change a variable of the whole process under other threads' feet.
 */
function rewrite(sql: Sql): void {
  sql.execute('PRAGMA temp_store = FILE')
  try {
    sql.execute('VACUUM')
  } finally {
    sql.execute('PRAGMA temp_store = MEMORY')
  }
}

function emptyWriteAheadLog(sql: Sql): string | undefined {
  const row = sql.get('PRAGMA wal_checkpoint(TRUNCATE)')
  return integer(row?.busy) === 0 ? undefined : 'another program has the log open for reading'
}
