import { decodeDocument } from '../core/document.ts'
import { integer, text } from './columns.ts'
import type { Sql } from './sql.ts'

/** What an erasure entry says. */
export interface Erasure {
  /** Row of the stream. */
  readonly stream: number
  /** Place of the erasure itself in the stream. */
  readonly sequence: number
  /** Sequences of the range. */
  readonly first: number
  readonly last: number
  readonly by: string | null
  readonly reason: string | null
  /** The register after the entry `last`. */
  readonly state: string
}

/** Every erasure whose own document is still there, in the order of the log. A later one that covers it takes its document too. */
export function loadErasures(sql: Sql): readonly Erasure[] {
  return sql
    .all(
      `SELECT e.stream, e.sequence, d.body FROM entries e JOIN documents d ON d.entry = e.id
       WHERE e.kind = 'erasure' ORDER BY e.id`,
    )
    .map(row => {
      const { first, last, by, reason, state } = decodeDocument('erasure', text(row.body))
      return {
        stream: integer(row.stream),
        sequence: integer(row.sequence),
        first: Number(first ?? 0n),
        last: Number(last ?? -1n),
        by,
        reason,
        state: state ?? '',
      }
    })
}

/** Erased ranges by stream, for looking up. */
export class Erasures {
  readonly all: readonly Erasure[]
  readonly #byStream: ReadonlyMap<number, readonly Erasure[]>

  constructor(all: readonly Erasure[]) {
    this.all = all
    this.#byStream = Map.groupBy(all, ({ stream }) => stream)
  }

  /** Those of a stream, by its row. */
  of(stream: number): readonly Erasure[] {
    return this.#byStream.get(stream) ?? []
  }

  /** True when an erasure says that the document of this entry is gone. */
  covers(stream: number, sequence: number): boolean {
    return this.of(stream).some(({ first, last }) => first <= sequence && sequence <= last)
  }

  /** The erasure whose range ends with this entry: its state is the register after it. */
  endingAt(stream: number, sequence: number): Erasure | undefined {
    return this.of(stream).find(({ last }) => last === sequence)
  }
}
