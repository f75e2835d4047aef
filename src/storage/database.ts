import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { EnergywebError } from '../core/errors.ts'
import { checkVersion, migrate } from './schema.ts'
import { Sql } from './sql.ts'
import { sqliteCode, stoppingError } from './sqlite-error.ts'

/** Name of the database in the data folder. */
export const databaseName = 'log.db'

/**
 * Opens the log's database for writing, making it where it is missing. WAL with `synchronous=FULL` is the mode that lost
 * nothing in power-cut tests; SQLite may silently keep another one, hence it is read back.
 * @throws EnergywebError `log-io`, `log-version`, `log-corrupt`
 */
export function openDatabase(folder: string): Sql {
  const database = opened(() => new DatabaseSync(join(folder, databaseName), { timeout: 5_000 }))
  try {
    const sql = new Sql(database)
    checkVersion(sql)
    sql.execute('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
    sql.execute(
      'PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000; PRAGMA journal_size_limit = 67108864',
    )
    const mode = sql.get('PRAGMA journal_mode')?.journal_mode
    const synchronous = sql.get('PRAGMA synchronous')?.synchronous
    if (mode !== 'wal' || synchronous !== 2) {
      throw new EnergywebError(
        'log-io',
        `the database runs with journal ${mode} and synchronous ${synchronous}`,
        {
          hint: 'The file system of the data folder must support shared memory and locks: a local disk, not a network share.',
        },
      )
    }
    migrate(sql)
    return sql
  } catch (error) {
    database.close()
    throw stoppingError(error) ?? error
  }
}

/**
 * Opens the log's database for reading; a gateway may be writing to it meanwhile.
 * @throws EnergywebError `log-io` when there is none; `log-version`, `log-corrupt`
 */
export function openDatabaseForReading(folder: string): Sql {
  const path = join(folder, databaseName)
  if (!existsSync(path)) {
    throw new EnergywebError('log-io', `there is no log in ${folder}`, {
      hint: 'Has the gateway ever run here?',
    })
  }
  const sql = new Sql(opened(() => readOnly(path)))
  try {
    checkVersion(sql)
    return sql
  } catch (error) {
    sql.database.close()
    throw stoppingError(error) ?? error
  }
}

function readOnly(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    database.prepare('SELECT 1 FROM sqlite_schema').get()
    return database
  } catch (error) {
    database.close()
    // A read-only folder has no room for the -shm file. Without a -wal file nothing is missed by doing without both.
    if (sqliteCode(error) !== 14 || existsSync(`${path}-wal`)) throw error
    const url = pathToFileURL(path)
    url.searchParams.set('immutable', '1')
    return new DatabaseSync(url, { readOnly: true })
  }
}

function opened(open: () => DatabaseSync): DatabaseSync {
  try {
    return open()
  } catch (error) {
    throw stoppingError(error) ?? error
  }
}
