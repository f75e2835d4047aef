import { toBase64url } from '../core/bytes.ts'
import { formatRawCid } from '../core/cid.ts'
import { type Document, encodeDocument } from '../core/document.ts'
import type { Entry } from '../core/entry.ts'
import { messageOf } from '../core/errors.ts'
import { documentCommitment, fieldCommitment } from '../proof/field-tree.ts'
import { Finding } from './check-result.ts'
import type { EntryRow } from './check-rows.ts'
import { type CheckedContent, contentOf, finding } from './check-streams.ts'
import { blob, text } from './columns.ts'
import type { Composer } from './compose-entry.ts'
import type { Erasures } from './erasures.ts'
import type { Sql } from './sql.ts'

/** How many raw rows are remembered as verified: those that readings share lie close together. */
const remembered = 4_096

/** Checks documents against their entries' commitments, and raw bytes against the documents. */
export class DocumentsCheck {
  readonly #sql: Sql
  readonly #composer: Composer
  readonly #erasures: Erasures
  readonly #verified = new Map<number, { readonly raw: string; readonly cid: string }>()
  #erased = 0

  constructor(sql: Sql, composer: Composer, erasures: Erasures) {
    this.#sql = sql
    this.#composer = composer
    this.#erasures = erasures
  }

  /** How many documents were erased. */
  get erased(): number {
    return this.#erased
  }

  /** The document behind an entry; undefined when it was erased, as an erasure says. */
  check(row: EntryRow, entry: Entry, stream: string): CheckedContent | undefined {
    if (row.document === undefined) {
      if (!this.#erasures.covers(row.stream, row.sequence)) {
        throw finding(
          'document-missing',
          `entry ${row.index} has no document and no erasure says why`,
          row,
          stream,
        )
      }
      this.#erased += 1
      return undefined
    }
    const content = this.#read(row, entry, stream)
    const { draft, carbon } = content
    if (draft?.kind === 'reading' || draft?.kind === 'revision') this.#checkRaw(row, draft.document, stream)
    // Where a factor is missing there are no bytes either.
    if (carbon !== undefined && carbon.kind !== 'opening' && carbon.document.raw !== null) {
      this.#checkRaw(row, carbon.document, stream)
    }
    return content
  }

  #read(row: EntryRow, entry: Entry, stream: string): CheckedContent {
    const { seed, body } = row.document ?? { seed: new Uint8Array(0), body: '' }
    try {
      const content = contentOf(entry, body)
      if (encodeDocument(content.document) !== body) {
        throw finding(
          'document-invalid',
          `entry ${row.index}: its document is not written as it must be`,
          row,
          stream,
        )
      }
      if (this.#committed(content.document, { entry, seed, body })) return content
    } catch (error) {
      if (error instanceof Finding) throw error
      throw finding('document-invalid', `entry ${row.index}: ${messageOf(error)}`, row, stream)
    }
    throw finding('commitment', `entry ${row.index} does not commit to the document beside it`, row, stream)
  }

  #committed(
    document: Document,
    { entry, seed, body }: { entry: Entry; seed: Uint8Array; body: string },
  ): boolean {
    const { hashes, plans } = this.#composer
    const plan = plans.get(entry.schema)
    if (plan === undefined || seed.length !== 32) return false
    return 'fields' in entry.document
      ? toBase64url(fieldCommitment(document, { plan, seed }, hashes)) === entry.document.fields
      : toBase64url(documentCommitment(body, seed, hashes)) === entry.document.hash
  }

  #checkRaw(row: EntryRow, document: { raw: string | null; cid: string | null }, stream: string): void {
    const id = row.document?.raw
    const known = id === undefined ? undefined : (this.#verified.get(id) ?? this.#hashRaw(id))
    if (known === undefined || id === undefined) {
      throw finding('raw-missing', `the raw bytes of entry ${row.index} are gone`, row, stream)
    }
    if (known.raw !== document.raw || known.cid !== document.cid) {
      throw finding(
        'raw-hash',
        `the raw bytes of entry ${row.index} are not those that it names`,
        row,
        stream,
      )
    }
    const [oldest] = this.#verified.keys()
    if (this.#verified.size >= remembered && oldest !== undefined) this.#verified.delete(oldest)
    this.#verified.set(id, known)
  }

  #hashRaw(id: number): { raw: string; cid: string } | undefined {
    const row = this.#sql.get('SELECT hash, bytes, media_type FROM raw WHERE id = ?', id)
    if (row === undefined) return undefined
    text(row.media_type)
    const hash = this.#composer.hashes.sha256(blob(row.bytes))
    // The kept hash is only there to find bytes by; it must not say otherwise than they do.
    return Buffer.compare(hash, blob(row.hash)) === 0
      ? { raw: toBase64url(hash), cid: formatRawCid(hash) }
      : { raw: '', cid: '' }
  }
}
