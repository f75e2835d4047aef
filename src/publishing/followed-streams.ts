import { fromUtf8, toBase64url } from '../core/bytes.ts'
import { decodeEntry, type Entry, type EntryKind } from '../core/entry.ts'
import { isEnergywebError, messageOf } from '../core/errors.ts'
import { FollowFault } from './follow-fault.ts'

/** Where a stream stands: sequence and leaf hash (base64url) of its newest entry. */
export interface StreamEnd {
  readonly sequence: number
  readonly leaf: string
}

/** What is new of one stream: how many entries of each kind. */
export interface StreamNews {
  readonly stream: string
  readonly kinds: Readonly<Partial<Record<EntryKind, number>>>
}

/** Follows every stream from entry to entry: none may be missing, twice, or in another order. */
export class FollowedStreams {
  readonly #ends: Map<string, StreamEnd>
  readonly #news = new Map<string, Partial<Record<EntryKind, number>>>()

  constructor(ends: Iterable<readonly [string, StreamEnd]>) {
    this.#ends = new Map(ends)
  }

  /** Every stream and where it stands. */
  get ends(): readonly (readonly [string, StreamEnd])[] {
    return [...this.#ends]
  }

  get news(): readonly StreamNews[] {
    return [...this.#news].map(([stream, kinds]) => ({ stream, kinds }))
  }

  /**
   * Takes the next entry of the log.
   * @throws FollowFault `entry-invalid`, `stream-broken`
   */
  take(bytes: Uint8Array, { index, leaf }: { readonly index: number; readonly leaf: Uint8Array }): void {
    const entry = decoded(bytes, index)
    const { stream, sequence, previous, kind } = entry
    const end = this.#ends.get(stream)
    const next = (end?.sequence ?? -1) + 1
    if (sequence !== next)
      throw broken(index, `is number ${sequence} of stream ${stream}, where ${next} must come`)
    if (previous !== (end?.leaf ?? null))
      throw broken(index, `of stream ${stream} does not hang on the one before it, number ${sequence - 1}`)
    this.#ends.set(stream, { sequence, leaf: toBase64url(leaf) })
    const kinds = this.#news.get(stream) ?? {}
    kinds[kind] = (kinds[kind] ?? 0) + 1
    this.#news.set(stream, kinds)
  }
}

function decoded(bytes: Uint8Array, index: number): Entry {
  try {
    return decodeEntry(fromUtf8(bytes))
  } catch (cause) {
    if (!isEnergywebError(cause)) throw cause
    throw new FollowFault('entry-invalid', `entry ${index} was signed and is none: ${messageOf(cause)}`, {
      place: { index },
      cause,
    })
  }
}

function broken(index: number, why: string): FollowFault {
  return new FollowFault('stream-broken', `entry ${index} ${why}`, { place: { index } })
}
