import { EnergywebError } from '../core/errors.ts'

/** How a published log can be found wrong. The list is closed. */
export const followFaults = [
  /** The checkpoint is none, or not signed by the log's key. */
  'checkpoint-invalid',
  /** A smaller checkpoint than one that was seen before. */
  'rolled-back',
  /** Another tree than one that was seen before: the log has two courses, and its key has signed both. */
  'forked',
  /** What the checkpoint needs is not there. */
  'file-missing',
  /** A tile or a bundle that does not hold what it must. */
  'file-malformed',
  /** A hash of a tile is not the one that was signed. */
  'tile-hash',
  /** An entry is not the one that was signed. */
  'entry-hash',
  /** Tiles and entries fit each other, but not what was signed. */
  'root-differs',
  /** What was signed is no entry. */
  'entry-invalid',
  /** An entry does not follow the one before it of its stream. */
  'stream-broken',
  /** What this follower has kept of its own progress does not fit. */
  'progress-differs',
  /** Too few of the witnesses have cosigned. */
  'witnesses-missing',
] as const

export type FollowFaultKind = (typeof followFaults)[number]

/** Where the fault is. */
export interface FaultPlace {
  /** The entry that is meant, or the first of those that are. */
  readonly index?: number
  /** The file below the log's address. */
  readonly path?: string
}

/** A published log is not what it must be. */
export class FollowFault extends EnergywebError {
  readonly fault: FollowFaultKind
  readonly place: FaultPlace
  /** File in which the proof was kept: both checkpoints, for whoever doubts it. */
  readonly kept: string | undefined

  constructor(
    fault: FollowFaultKind,
    message: string,
    options: { place?: FaultPlace; kept?: string; cause?: unknown; hint?: string; retryable?: boolean } = {},
  ) {
    const { place = {}, kept, ...rest } = options
    super('proof-invalid', message, rest)
    this.fault = fault
    this.place = place
    this.kept = kept
  }
}
