import { equalBytes } from '../core/bytes.ts'
import { isEnergywebError, messageOf } from '../core/errors.ts'
import { derOf, parseAnyVerifierKey } from '../proof/ecdsa-key.ts'
import { entryStatement } from '../proof/entry-statement.ts'
import { hasSigned, keyInWords, type VerifierKey } from '../proof/verifier-key.ts'
import { Finding } from './check-result.ts'
import type { EntryRow } from './check-rows.ts'
import { finding } from './check-streams.ts'
import { blob, integer, text } from './columns.ts'
import { hasSignatures, isSignedKind, type SigningMark, signingMarks } from './entry-signatures.ts'
import { byOpenSsl } from './openssl-signatures.ts'
import type { Sql } from './sql.ts'

/** An entry's row, with what else its signature is of. */
interface CheckedEntry {
  readonly row: EntryRow
  /** Name of its stream, and its random id. */
  readonly name: string
  readonly stream: string
}

/**
 * Checks that each kept signature of a single entry is that of its entry, and that none is missing between the reading with which
 * an asset began to be signed and the mark of how far it is.
 */
export class EntrySignaturesCheck {
  readonly #sql: Sql
  readonly #isKept: boolean
  readonly #keys: ReadonlyMap<number, VerifierKey>
  readonly #marks: ReadonlyMap<string, SigningMark>
  readonly #trusted: readonly VerifierKey[]
  #verified = 0

  /** @throws Finding `entry-signature` for a kept key that is none */
  constructor(sql: Sql, { trusted }: { readonly trusted: readonly VerifierKey[] }) {
    this.#sql = sql
    this.#trusted = trusted
    this.#isKept = hasSignatures(sql)
    this.#keys = this.#isKept ? keptKeys(sql) : new Map()
    this.#marks = this.#isKept ? signingMarks(sql) : new Map()
  }

  /** How many signatures were good so far. */
  get verified(): number {
    return this.#verified
  }

  take(checked: CheckedEntry): void {
    if (!this.#isKept) return
    const { row, name } = checked
    const { began, cursor } = this.#marks.get(name) ?? nowhere
    const kept = this.#sql.get('SELECT key, signature FROM entry_signatures WHERE entry = ?', row.index)
    if (kept === undefined) {
      if (!isSignedKind(row.kind) || row.sequence <= began || row.sequence > cursor) return
      const detail = `entry ${row.index} has no signature, and ${name} is signed up to entry ${cursor}`
      throw finding('entry-signature-missing', detail, row, name)
    }
    this.#mustHold(checked, { key: integer(kept.key), numbers: blob(kept.signature) })
    if (row.sequence > cursor) {
      const detail = `entry ${row.index} is signed, and ${name} is said to be signed up to entry ${cursor}`
      throw finding('entry-signature', detail, row, name)
    }
    this.#verified += 1
  }

  #mustHold(
    { row, name, stream }: CheckedEntry,
    { key: id, numbers }: { readonly key: number; readonly numbers: Uint8Array },
  ): void {
    const wrong = (why: string) => finding('entry-signature', `entry ${row.index}: ${why}`, row, name)
    const key = this.#keys.get(id)
    if (key === undefined) throw wrong('the key that has signed it is not kept')
    if (this.#trusted.length > 0 && !this.#trusted.some(one => isSame(one, key)))
      throw wrong(`it is signed by ${keyInWords(key)}, which is none of the given keys`)
    const { sequence } = row
    const message = entryStatement(key.name, { stream, sequence, leaf: row.hashes.subarray(0, 32) })
    const signature = derOf(numbers)
    if (signature === undefined || hasSigned(key, { message, signature }) !== true)
      throw wrong(`its signature is not that of ${keyInWords(key)}`)
  }

  finish(): void {
    if (!this.#isKept) return
    const kept = integer(this.#sql.get('SELECT count(*) AS count FROM entry_signatures')?.count)
    if (kept === this.#verified) return
    throw new Finding(
      'entry-signature',
      `${kept} signatures of entries are kept, ${this.#verified} of them have an entry`,
    )
  }
}

/** Of an asset that has no mark. */
const nowhere: SigningMark = { began: -1, cursor: -1 }

function isSame(a: VerifierKey, b: VerifierKey): boolean {
  return a.name === b.name && a.type === b.type && equalBytes(a.publicKey, b.publicKey)
}

function keptKeys(sql: Sql): ReadonlyMap<number, VerifierKey> {
  const rows = sql.all('SELECT id, key FROM signing_keys')
  return new Map(rows.map(row => [integer(row.id), keyOf(text(row.key))]))
}

function keyOf(written: string): VerifierKey {
  try {
    return byOpenSsl(parseAnyVerifierKey(written))
  } catch (error) {
    if (!isEnergywebError(error, 'note-invalid')) throw error
    throw new Finding('entry-signature', `a key that has signed entries is none: ${messageOf(error)}`)
  }
}
