import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { sqliteCode } from './sqlite-error.ts'

/** What is told to the second one who wants a folder. */
export interface LockWords {
  readonly what: string
  readonly hint: string
}

const ofData: LockWords = {
  what: 'data folder',
  hint: 'One gateway writes to a data folder. Stop the other one, or give this one its own folder.',
}

/**
 * Makes this process the only one that writes to a data folder. An exclusive SQLite transaction on an empty database of its
 * own is a file lock of the operating system: it ends with the process, however that ends, so that no stale lock ever stands
 * in the way. Who holds it is written beside it.
 *
 * @param words.what - what the folder is called where somebody else holds it
 * @returns a function that lets go.
 * @throws EnergywebError `log-locked`, naming the process that holds it.
 */
export function lockFolder(folder: string, words: LockWords = ofData): () => void {
  const database = new DatabaseSync(join(folder, 'lock'))
  const holder = join(folder, 'lock.pid')
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if (sqliteCode(cause) !== 5) throw cause
    throw new EnergywebError(
      'log-locked',
      `the ${words.what} ${folder} is in use by process ${readHolder(holder)}`,
      { hint: words.hint, cause },
    )
  }
  writeFileSync(holder, `${process.pid}\n`)
  return () => {
    rmSync(holder, { force: true })
    database.close()
  }
}

function readHolder(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim() || '(unknown)'
  } catch (error) {
    // The lock is what counts; its holder may be just writing its name.
    return `(unknown: ${messageOf(error)})`
  }
}
