import type { Document } from './document.ts'
import type { EntryReference } from './log.ts'

/** Where those who follow the events of contracts keep how far they are: in the log's database, beside it. */
export interface EventCursorStore {
  /** What was kept under a name last; undefined at first. */
  eventCursor(name: string): Promise<string | undefined>
  /**
   * Keeps a cursor, whatever its owner writes in it, at most 65,535 characters. Resolves when it is durable.
   * @throws EnergywebError `log-io`; `argument-invalid` when it is longer
   */
  keepEventCursor(name: string, cursor: string): Promise<void>
}

/** The longest cursor, in characters. */
export const longestEventCursor = 65_535

/** An event that was offered to a task and that its chain may still take back. */
export interface OfferedEvent {
  /** One event has one key, however often it is mined. */
  readonly key: string
  /** What its owner must know of it, as text. */
  readonly body: string
  /** True once a run of the task has succeeded with it, or was given up. */
  readonly settled: boolean
}

/** What becomes durable together. */
export interface EventChange {
  readonly cursor: string
  /** Events that are new, or of which something else must be known now. */
  readonly offered?: readonly OfferedEvent[]
  /** Keys of events that were settled. */
  readonly settled?: readonly string[]
  /** Keys of events that the chain can't take back any more, or that nobody was told of. */
  readonly forgotten?: readonly string[]
}

/** Cursors, and the events beside them that are not yet beyond recall. */
export interface EventBook extends EventCursorStore {
  /** The events kept beside a cursor, in no order. */
  offeredEvents(name: string): Promise<readonly OfferedEvent[]>
  /**
   * Keeps a cursor and changes the events beside it, in one transaction. Resolves when it is durable.
   * @throws EnergywebError `log-io`, `argument-invalid`
   */
  changeEvents(name: string, change: EventChange): Promise<void>
}

/** A log that takes an entry for a key once: what makes a task's effect exactly one, however often it runs. */
export interface OnceLog {
  /**
   * Appends an entry that does not touch the register, unless one was appended for this key before; answers that one then.
   * Entry and key become durable together.
   * @throws EnergywebError `stream-unknown`, `document-invalid`, `entry-too-large`, `log-io`
   */
  appendOnce(key: string, stream: string, kind: 'gap' | 'note', document: Document): Promise<EntryReference>
}
