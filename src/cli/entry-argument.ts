import { EnergywebError } from '../core/errors.ts'
import type { StoredEntry } from '../core/log.ts'
import type { LogReader } from '../storage/index.ts'
import { parseCount } from './count-argument.ts'

/** An entry as it is named on the command line. */
export interface NamedEntry {
  readonly number: number
  /** Undefined: the number is an index of the log. */
  readonly stream: string | undefined
}

/** How an entry is named, for the help. */
export const entryWords =
  'index of the entry in the log, or stream and sequence as `log tail` shows them: roof/3'

/**
 * `12`, or `roof/12`; the names of streams of their own have a `/` too: `roof/carbon/12`.
 * @throws EnergywebError `argument-invalid`
 */
export function parseEntryName(given: string, asset?: string): NamedEntry {
  const slash = given.lastIndexOf('/')
  if (asset !== undefined || slash < 0) return { number: parseCount(given), stream: asset }
  return { number: parseCount(given.slice(slash + 1)), stream: given.slice(0, slash) }
}

/** True for what names an entry: `12`, `roof/12`. A path like `./12` does not. */
export function looksLikeEntry(given: string): boolean {
  return /^(?![./])(?:.+\/)?\d+$/.test(given)
}

/** The entry of this name. @throws EnergywebError `argument-invalid` where there is none; `stream-unknown` */
export function findEntry(log: LogReader, { number, stream }: NamedEntry): StoredEntry {
  const entry =
    stream === undefined ? log.entry(number) : log.entries(stream, { after: number - 1, limit: 1 })[0]
  if (entry !== undefined) return entry
  const count = stream === undefined ? log.head().size : log.register(stream).sequence + 1
  throw new EnergywebError(
    'argument-invalid',
    `there is no entry ${number}: ${stream ?? 'the log'} has ${count}`,
  )
}
