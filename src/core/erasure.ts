import type { Instant } from './time.ts'

/** Which entries of a stream lose their documents: those appended before an instant, or from one sequence to another. */
export type ErasureRange = { readonly before: Instant } | { readonly first: number; readonly last: number }

export interface ErasureRequest {
  /** Names of the streams; all of them or none. Each has a range of its own by the same rule. */
  readonly streams: readonly string[]
  readonly range: ErasureRange
  /** Who decided. */
  readonly by: string
  readonly reason: string
}

/** What an erasure takes from one stream, or would take. */
export interface ErasurePlan {
  readonly stream: string
  /** Sequences. */
  readonly first: number
  readonly last: number
  /** How many documents go. */
  readonly documents: number
  /** Why the range ends before the asked one does; undefined when it does not. */
  readonly shortened: string | undefined
}

export interface ErasureOutcome {
  /** What went, with the index of the entry that says so. */
  readonly erased: readonly (ErasurePlan & { readonly entry: number })[]
  /**
   * Why the bytes may still be found in the files; undefined when they are gone. The log remembers that they have to go, and
   * tries again at its next start and erasure.
   */
  readonly remains: string | undefined
}

/** Whoever can erase documents and raw bytes. */
export interface Eraser {
  /**
   * Deletes the documents and raw bytes of a range and appends an `erasure` entry that holds the register's state at its end.
   * MUST NOT resolve before that is durable; all of it or nothing.
   * @throws EnergywebError `erasure-refused` for what is held, unreported or in dispute, and where nothing is left to erase;
   * `stream-unknown`, `argument-invalid`, `log-io`
   */
  erase(request: ErasureRequest, options?: { signal?: AbortSignal }): Promise<ErasureOutcome>
}
