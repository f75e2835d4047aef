import { toBase64url } from '../core/bytes.ts'
import { decodeDocument } from '../core/document.ts'
import { decodeEntry, type Entry, type EntryKind } from '../core/entry.ts'
import { messageOf } from '../core/errors.ts'
import { emptyRegister, type RegisterState } from '../core/register.ts'
import { applyEntry } from '../core/register-apply.ts'
import { decodeWholeRegister, encodeWholeRegister } from '../core/register-json.ts'
import type { Draft } from '../core/register-transition.ts'
import { KeyCheck } from './check-keys.ts'
import type { CheckReason } from './check-result.ts'
import { Finding } from './check-result.ts'
import type { EntryRow } from './check-rows.ts'
import { integer, text } from './columns.ts'
import { loadStreams, type StreamState } from './log-state.ts'
import type { Sql } from './sql.ts'

interface StreamCheck {
  readonly stream: StreamState
  readonly keys: KeyCheck
  sequence: number
  leaf: string | undefined
  /** Undefined inside an erased range: what it does is not known. */
  register: RegisterState | undefined
}

/** Runs the checks that follow each stream from entry to entry: its chain, its register and its readings' keys. */
export class StreamsCheck {
  readonly #byPublicId = new Map<string, StreamCheck>()

  constructor(sql: Sql) {
    for (const stream of loadStreams(sql).values()) {
      const keys = new KeyCheck(sql, stream)
      const fresh = { sequence: -1, leaf: undefined, register: emptyRegister }
      this.#byPublicId.set(stream.publicId, { stream, keys, ...fresh })
    }
  }

  get count(): number {
    return this.#byPublicId.size
  }

  /** Reads an entry and checks that it follows the one before it in its stream. */
  follow(row: EntryRow, leaf: string): { entry: Entry; stream: string } {
    const entry = entryOf(row)
    const check = this.#byPublicId.get(entry.stream)
    if (check === undefined || check.stream.id !== row.stream || entry.kind !== row.kind) {
      throw finding('entry-columns', `entry ${row.index}: stream or kind is not that of its text`, row)
    }
    const { name } = check.stream
    if (entry.sequence !== row.sequence) {
      throw finding('entry-columns', `entry ${row.index}: its text has sequence ${entry.sequence}`, row, name)
    }
    const previous = check.leaf === undefined ? null : toBase64url(Buffer.from(check.leaf, 'latin1'))
    if (entry.sequence !== check.sequence + 1 || entry.previous !== previous) {
      const detail = `entry ${row.index} is number ${entry.sequence} of ${name} and does not follow number ${check.sequence}`
      throw finding('stream-chain', detail, row, name)
    }
    check.sequence = entry.sequence
    check.leaf = leaf
    return { entry, stream: name }
  }

  /** Does to the register what the entry does; `undefined` is an erased document. */
  apply(row: EntryRow, entry: Entry, draft: Draft | undefined): void {
    const check = this.#byPublicId.get(entry.stream)
    if (check === undefined) return
    const before = check.register
    if (draft === undefined) {
      check.register = undefined
      check.keys.erased()
      return
    }
    if (draft.kind === 'erasure') this.#resume(check, row, draft.document.state)
    if (before === undefined || check.register === undefined) return
    try {
      check.register = applyEntry(before, draft, entry.sequence)
    } catch (error) {
      throw finding('register-law', `entry ${row.index}: ${messageOf(error)}`, row, check.stream.name)
    }
    check.keys.take(row, draft, { before, after: check.register })
  }

  /** An erasure holds the register at its own place in the stream. */
  #resume(check: StreamCheck, row: EntryRow, state: string | null): void {
    try {
      const resumed = decodeWholeRegister(state ?? '')
      if (check.register !== undefined && encodeWholeRegister(check.register) !== state) {
        throw finding('register-law', `entry ${row.index} erases, with another register`, row)
      }
      check.register = resumed
    } catch (error) {
      if (error instanceof Finding) throw error
      throw finding('register-law', `entry ${row.index}: ${messageOf(error)}`, row, check.stream.name)
    }
  }

  /** Compares the ends of all streams with the registers that are kept. */
  finish(): void {
    for (const { stream, keys, sequence, leaf, register } of this.#byPublicId.values()) {
      const place = { stream: stream.name, sequence: stream.sequence }
      const kept = stream.leaf === undefined ? undefined : Buffer.from(stream.leaf).toString('latin1')
      if (stream.sequence !== sequence || kept !== leaf) {
        const detail = `${stream.name} ends with entry ${sequence}, its register with ${stream.sequence}`
        throw new Finding(stream.sequence > sequence ? 'tail-missing' : 'register-state', detail, place)
      }
      if (register !== undefined && encodeWholeRegister(register) !== encodeWholeRegister(stream.register)) {
        throw new Finding(
          'register-state',
          `the register of ${stream.name} is not what its entries make`,
          place,
        )
      }
      keys.finish()
    }
  }
}

function entryOf(row: EntryRow): Entry {
  try {
    return decodeEntry(row.text)
  } catch (error) {
    throw finding('entry-invalid', `entry ${row.index}: ${messageOf(error)}`, row)
  }
}

/** A finding at an entry. */
export function finding(reason: CheckReason, detail: string, row: EntryRow, stream?: string): Finding {
  return new Finding(reason, detail, { index: row.index, sequence: row.sequence, stream })
}

/** A kept document with its kind. @throws EnergywebError `document-invalid` */
export function draftOf(kind: EntryKind, body: string): Draft {
  // decodeDocument answers the document of the kind that it is given.
  return { kind, document: decodeDocument(kind, body) } as Draft
}

/** Every erased range, by stream. */
export function erasedRanges(sql: Sql): (stream: number, sequence: number) => boolean {
  const ranges = sql
    .all("SELECT e.stream, d.body FROM entries e JOIN documents d ON d.entry = e.id WHERE e.kind = 'erasure'")
    .map(row => {
      const { first, last } = decodeDocument('erasure', text(row.body))
      return { stream: integer(row.stream), first: first ?? 0n, last: last ?? -1n }
    })
  return (stream, sequence) =>
    ranges.some(range => range.stream === stream && range.first <= sequence && sequence <= range.last)
}
