import { EnergywebError, messageOf } from '../core/errors.ts'

/*
 * Result codes (https://www.sqlite.org/rescode.html) after which nothing that SQLite says about the file can be trusted
 * until it was opened anew: after a failed fsync the next write succeeds as if nothing had happened.
 */
const stopping: ReadonlyMap<number, string> = new Map([
  [5, 'another program has locked the database'],
  [7, 'out of memory'],
  [8, 'the file system has turned read-only'],
  [10, 'the disk failed'],
  [11, 'the database is damaged'],
  [13, 'the disk is full'],
  [14, 'a file can not be opened'],
  [26, 'the file is not a database'],
])

/** The primary result code of an error that came from SQLite; undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined
  return error.errcode & 0xff
}

/** What an error says about the disk; undefined when it is not about the disk. */
function troubleOf(error: unknown): string | undefined {
  const code = sqliteCode(error)
  if (code !== undefined) return stopping.get(code)
  // An error of the operating system, from node:fs.
  return error instanceof Error && 'syscall' in error ? 'the data folder does not do what it must' : undefined
}

/** `log-io` for an error of SQLite or the file system that must stop the log; undefined for anything else. */
export function stoppingError(error: unknown): EnergywebError | undefined {
  const why = troubleOf(error)
  if (why === undefined) return undefined
  return new EnergywebError('log-io', `the log has stopped: ${why} (${messageOf(error)})`, {
    cause: error,
    retryable: true,
    hint: 'Nothing is acknowledged until the log was opened again and its tail verified. Look at the disk.',
  })
}
