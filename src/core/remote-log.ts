import type { Instant } from './time.ts'

/** How a place outside of the box stands to which messages are sent. */
export interface DestinationStatus {
  readonly destination: string
  /** Like `otlp`. */
  readonly kind: string
  /** Messages that wait for it. */
  readonly waiting: number
  /** When the oldest of them was written; undefined when none waits. */
  readonly oldest: Instant | undefined
  /** Messages that it has taken, that were given up for lack of room, and that it refused for good; over all runs. */
  readonly delivered: number
  readonly shed: number
  readonly refused: number
  /** When it last took some; undefined before the first. */
  readonly deliveredAt: Instant | undefined
  /** Why it takes none now; undefined while all is well. */
  readonly trouble: string | undefined
}

/** How the messages stand that leave the box. */
export interface RemoteLogStatus {
  readonly destinations: readonly DestinationStatus[]
  /** Bytes that wait, and the most that may. */
  readonly bytes: number
  readonly cap: number
  /** Why they can't wait on the disk now; undefined while they do. */
  readonly trouble: string | undefined
}
