import type { RemoteLogStatus } from '../../core/remote-log.ts'
import type { Instant } from '../../core/time.ts'
import type { Counts } from './counts.ts'
import type { Destination, Sender } from './destination.ts'

/*
 * What the main thread and the one that stores and sends messages say to each other.
 */

/** A message as it crosses: time, place in `severities`, text, fields as JSON. Texts are the cheapest to copy. */
export type CrossingLine = readonly [at: Instant, level: number, message: string, fields: string]

export interface RemoteSetup {
  /** The data folder. */
  readonly folder: string
  /** Bytes that may wait. */
  readonly cap: number
  readonly destinations: readonly Destination[]
  readonly sender: Sender
}

export type ToRemote =
  | { readonly type: 'open'; readonly setup: RemoteSetup }
  | { readonly type: 'lines'; readonly lines: readonly CrossingLine[]; readonly lost: Counts }
  /** Room is short: give some up, and don't grow until `relax`. */
  | { readonly type: 'shed'; readonly bytes: number }
  | { readonly type: 'relax' }
  /** Send what there is, no longer than so many milliseconds, and end. */
  | { readonly type: 'close'; readonly patience: number }

export type FromRemote =
  /** Messages of so many characters have been dealt with. */
  | { readonly type: 'taken'; readonly characters: number }
  | { readonly type: 'status'; readonly status: RemoteLogStatus }
  /** For the messages on this machine alone. */
  | { readonly type: 'trouble'; readonly subject: string; readonly why: string | undefined }
  | { readonly type: 'shed'; readonly freed: number }
  | { readonly type: 'closed' }
