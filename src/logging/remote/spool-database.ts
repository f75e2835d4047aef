import { existsSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { EnergywebError } from '../../core/errors.ts'

/** Name of the spool in the data folder. It may be deleted: messages that waited are lost by that, nothing else. */
export const spoolName = 'spool.db'

const version = 1

/*
 * auto_vacuum lets the file shrink, and must be set before the first table. synchronous=NORMAL: a power cut may take the
 * messages of the last moments, never the file; a sync for each would wear the card that the readings are on.
 */
const pragmas = `
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -2000;
  PRAGMA wal_autocheckpoint = 128;
  PRAGMA journal_size_limit = 524288;
`

const schema = `
  CREATE TABLE IF NOT EXISTS line (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    message TEXT NOT NULL,
    fields TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS line_severity ON line (severity, sequence);
  CREATE TABLE IF NOT EXISTS destination (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    level INTEGER NOT NULL,
    cursor INTEGER NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0,
    shed INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    untold TEXT NOT NULL DEFAULT '[0,0,0,0]',
    delivered_at INTEGER,
    trouble TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS doubt (
    name TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    PRIMARY KEY (name, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS spool (id TEXT NOT NULL) STRICT;
`

/**
 * Opens the spool's database, making it where it is missing; `:memory:` is one that lives no longer than the process.
 * @throws EnergywebError `log-version` for one of a newer energyweb; else what SQLite throws
 */
export function openSpoolDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 2_000 })
  try {
    database.exec(pragmas)
    const found = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0)
    if (found > version) {
      throw new EnergywebError('log-version', `${path} was written by a newer energyweb`, {
        hint: 'It may be deleted: it holds nothing but messages that wait.',
      })
    }
    database.exec(`BEGIN; ${schema} PRAGMA user_version = ${version}; COMMIT`)
    checkRows(database, path)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A damaged file must be seen now, not in the middle of the work. */
function checkRows(database: DatabaseSync, path: string): void {
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
  if (found !== 'ok') throw new EnergywebError('log-corrupt', `${path} is damaged: ${String(found)}`)
}

/** Puts a damaged spool aside, in place of one that was put aside before; answers where it lies now. */
export function putAside(path: string): string {
  const aside = `${path}.damaged`
  rmSync(aside, { force: true })
  if (existsSync(path)) renameSync(path, aside)
  for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
  return aside
}
