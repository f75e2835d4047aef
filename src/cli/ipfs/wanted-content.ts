import { createHash } from 'node:crypto'
import { type Cid, parseCid, rawCid } from '../../core/any-cid.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { nobleHashes } from '../../proof/hashes.ts'
import { decodeEntryRecord } from '../../proof/ipfs/entry-record.ts'
import type { LogReader } from '../../storage/index.ts'
import { findEntry, parseEntryName } from '../entry-argument.ts'
import { differenceFromLog } from './compare-record.ts'
import type { Fetched } from './fetch-content.ts'

/** Content that is to be fetched. */
export interface Wanted {
  /** What it is, for messages. */
  readonly of: string
  readonly cid: Cid
  /** Looks at content that is that of the CID: what it is in the log, or what is wrong with it. */
  recognise(content: Pick<Fetched, 'head' | 'digest'>): { readonly is?: string; readonly wrong?: string }
}

/** So many entries that name the same raw bytes are told. */
const mostEntries = 10

/** Content by its CID; where a log is given, it is looked for there. */
export function wantedByCid(cid: Cid, log: LogReader | undefined): Wanted {
  return {
    of: 'content',
    cid,
    recognise: ({ head, digest }) => (log === undefined ? {} : (recordIn(log, head) ?? rawIn(log, digest))),
  }
}

/**
 * The record and the raw bytes of an entry, under the CIDs that the log works out for them.
 * @throws EnergywebError `argument-invalid` where there is no such entry, or where it was erased
 */
export function wantedOfEntry(
  log: LogReader,
  name: string,
  content: readonly ('documents' | 'raw')[],
): readonly Wanted[] {
  const entry = findEntry(log, parseEntryName(name))
  const record = log.record(entry.index)
  if (record === undefined) {
    throw new EnergywebError(
      'argument-invalid',
      `the document of ${name} was erased: its CIDs are not known any more`,
      {
        hint: 'Whoever kept a CID can give it instead of the entry.',
      },
    )
  }
  const { document } = decodeEntryRecord(record, nobleHashes)
  const where = `${entry.stream}/${entry.sequence}`
  const ofRecord: Wanted = {
    of: `record of ${where}`,
    cid: rawCid(Uint8Array.from(createHash('sha256').update(record).digest())),
    recognise: ({ head }) => recordIn(log, head) ?? { wrong: 'it is not the record of an entry' },
  }
  const ofRaw: readonly Wanted[] =
    typeof document.cid === 'string'
      ? [
          {
            of: `raw bytes of ${where}`,
            cid: parseCid(document.cid),
            recognise: () => ({ is: `raw bytes of ${where}` }),
          },
        ]
      : []
  return [...(content.includes('documents') ? [ofRecord] : []), ...(content.includes('raw') ? ofRaw : [])]
}

function recordIn(log: LogReader, bytes: Uint8Array): { is: string } | { wrong: string } | undefined {
  try {
    const record = decodeEntryRecord(bytes, nobleHashes)
    const wrong = differenceFromLog(log, record)
    const { stream, sequence } = record.entry
    return wrong === undefined ? { is: `record of ${log.streamOf(stream)}/${sequence}` } : { wrong }
  } catch (error) {
    if (isEnergywebError(error, 'proof-invalid')) return undefined
    throw error
  }
}

function rawIn(log: LogReader, digest: Uint8Array): { is: string } | { wrong: string } {
  const entries = log.entriesOfRaw(digest, mostEntries)
  if (entries.length === 0) return { wrong: 'the log has nothing of it' }
  return { is: `raw bytes of ${entries.map(({ stream, sequence }) => `${stream}/${sequence}`).join(', ')}` }
}
