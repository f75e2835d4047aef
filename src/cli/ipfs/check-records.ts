import { createHash } from 'node:crypto'
import { formatCid, parseCid } from '../../core/any-cid.ts'
import { concatBytes, equalBytes } from '../../core/bytes.ts'
import { isEnergywebError } from '../../core/errors.ts'
import { nobleHashes } from '../../proof/hashes.ts'
import { decodeEntryRecord, type EntryRecord } from '../../proof/ipfs/entry-record.ts'
import { readArchiveName } from './archive-names.ts'
import type { ArchiveFile } from './walk-files.ts'

/** No record is longer (`decodeEntryRecord`). */
const longestRecord = 1_048_576

export interface RecordsCounts {
  /** Records whose entry commits to their document. */
  readonly records: number
  /** Raw bytes that are those which the record beside them names. */
  readonly raw: number
  /** Records that the log has so, where it was asked. */
  readonly inLog: number
}

export interface CheckRecordsOptions {
  /** Called with each good record; the answer says what is wrong with it. */
  readonly compare?: ((record: EntryRecord) => string | undefined) | undefined
}

/** Looks at records and raw bytes of an archive as they pass by: that they prove themselves, and fit each other. */
export class RecordsCheck {
  readonly #compare: CheckRecordsOptions['compare']
  /** What waits for its other half, in the folder that is read now. */
  readonly #raw = new Map<string, Uint8Array>()
  readonly #named = new Map<string, { readonly path: string; readonly cid: string | undefined }>()
  readonly #wrong: string[] = []
  readonly #counts = { records: 0, raw: 0, inLog: 0 }
  #folder = ''

  constructor({ compare }: CheckRecordsOptions = {}) {
    this.#compare = compare
  }

  /** Passes a file's bytes on and looks at them. */
  async *look({ path, content }: ArchiveFile): AsyncGenerator<Uint8Array> {
    const folder = path.slice(0, -1).join('/')
    if (folder !== this.#folder) this.#endFolder(folder)
    const { sequence = '', content: kind } = readArchiveName(path.at(-1) ?? '') ?? {}
    const hash = createHash('sha256')
    const parts: Uint8Array[] = []
    let length = 0
    for await (const part of content) {
      length += part.length
      if (kind === 'raw') hash.update(part)
      if (kind === 'documents' && length <= longestRecord) parts.push(part)
      yield part
    }
    if (kind === 'raw') this.#raw.set(sequence, Uint8Array.from(hash.digest()))
    if (kind === 'documents') this.#takeRecord(path.join('/'), sequence, concatBytes(...parts))
    this.#pair(sequence)
  }

  /** What was found wrong, in words, and how much was good. */
  finish(): RecordsCounts & { readonly wrong: readonly string[] } {
    this.#endFolder('')
    return { ...this.#counts, wrong: this.#wrong }
  }

  #takeRecord(path: string, sequence: string, bytes: Uint8Array): void {
    try {
      const record = decodeEntryRecord(bytes, nobleHashes)
      const { cid } = record.document
      if (String(record.entry.sequence) !== sequence) {
        this.#wrong.push(`${path}: it is the record of an entry ${record.entry.sequence}`)
        return
      }
      this.#named.set(sequence, { path, cid: typeof cid === 'string' ? cid : undefined })
      this.#counts.records += 1
      const why = this.#compare?.(record)
      if (why !== undefined) this.#wrong.push(`${path}: ${why}`)
      else if (this.#compare !== undefined) this.#counts.inLog += 1
    } catch (error) {
      if (!isEnergywebError(error, 'proof-invalid')) throw error
      this.#wrong.push(`${path}: ${error.message}`)
    }
  }

  #pair(sequence: string): void {
    const [digest, named] = [this.#raw.get(sequence), this.#named.get(sequence)]
    if (digest === undefined || named === undefined) return
    this.#raw.delete(sequence)
    this.#named.delete(sequence)
    if (named.cid !== undefined && equalBytes(parseCid(named.cid).digest, digest)) this.#counts.raw += 1
    else
      this.#wrong.push(
        `${named.path}: it names ${named.cid ?? 'no raw bytes'}, those beside it are ${textOf(digest)}`,
      )
  }

  /** Raw bytes without a record, and records without raw bytes, are what was exported so. */
  #endFolder(next: string): void {
    this.#raw.clear()
    this.#named.clear()
    this.#folder = next
  }
}

function textOf(digest: Uint8Array): string {
  return formatCid({ version: 1, codec: 'raw', digest })
}
