import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import type { LogReader } from '../../storage/index.ts'
import { findData, withLog } from '../data-folder.ts'
import { findEntry, looksLikeEntry, type NamedEntry, parseEntryName } from '../entry-argument.ts'
import type { CommandIo } from '../io.ts'
import { ContentIdentifiers, contentIdentifiers } from './content-identifiers.ts'
import { type Identifier, identifiersOfLeaf, identifiersOfPlace } from './identifier.ts'

/** What was named on the command line, with all of its identifiers. */
export interface Identified {
  readonly what: string
  readonly identifiers: readonly Identifier[]
  /** What is not there to be named, in words. */
  readonly missing: readonly string[]
}

/** How a thing that has identifiers is named, for the help. */
export const identifiedWords =
  'an entry, by its index (12) or by stream and sequence (roof/3); else a file, like ./readings.xml'

/**
 * Works out the identifiers of an entry of the log or of a file.
 * @throws EnergywebError `argument-invalid`; what opening the log throws
 */
export async function identifiersOf(
  what: string,
  place: { readonly config: string | undefined; readonly data: string | undefined },
  io: CommandIo,
): Promise<Identified> {
  if (!looksLikeEntry(what)) return { what, identifiers: await ofFile(resolve(io.cwd, what)), missing: [] }
  const wanted = parseEntryName(what)
  return withLog(await findData(place, io), async log => ({ what, ...ofEntry(log, wanted) }))
}

async function ofFile(path: string): Promise<readonly Identifier[]> {
  const content = new ContentIdentifiers()
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) content.write(chunk)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause
    throw new EnergywebError('argument-invalid', `there is no file ${path}`, {
      hint: 'An entry is named by its index (12), or by stream and sequence (roof/3).',
      cause,
    })
  }
  return content.finish('file')
}

function ofEntry(log: LogReader, wanted: NamedEntry): Omit<Identified, 'what'> {
  const { stream, number } = wanted
  if (stream !== undefined && number > log.register(stream).sequence) {
    const identifiers = identifiersOfPlace({ stream: log.publicId(stream), sequence: number })
    return { identifiers, missing: ['there is no such entry yet: only its place is known'] }
  }
  const entry = findEntry(log, wanted)
  const raw = log.raw(entry.index)
  const record = log.record(entry.index)
  return {
    identifiers: [
      ...identifiersOfPlace({ stream: log.publicId(entry.stream), sequence: entry.sequence }),
      ...identifiersOfLeaf(entry.leafHash),
      ...(raw === undefined ? [] : contentIdentifiers(raw.bytes, 'raw bytes')),
      ...(record === undefined ? [] : contentIdentifiers(record, 'record')),
    ],
    missing:
      record === undefined
        ? ['its document was erased: record and raw bytes have no identifiers any more']
        : raw === undefined
          ? ['it has no raw bytes']
          : [],
  }
}
