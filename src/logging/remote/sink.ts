import type { SpooledLine } from './line.ts'

/** What became of messages that were sent. */
export type Delivery =
  /** The destination has them, but for some that it refused for good. */
  | { readonly outcome: 'taken'; readonly refused: number; readonly said: string }
  /** Not now: the same messages again, not before `after` milliseconds where it says so. */
  | { readonly outcome: 'later'; readonly why: string; readonly after?: number | undefined }
  /** Not before somebody has changed something: a certificate, a token, an address. Looked at again from time to time. */
  | { readonly outcome: 'stands'; readonly why: string }
  /** Some of them are not fit to be taken: fewer at once, and one alone is given up. */
  | { readonly outcome: 'unfit'; readonly why: string }
  /** None of them may be sent again. */
  | { readonly outcome: 'refused'; readonly why: string }

/** How messages get to one destination. */
export interface Sink {
  /** Most messages, and most characters, at once. */
  readonly most: { readonly lines: number; readonly characters: number }
  /** Sends messages, in order; never none. @throws EnergywebError `aborted` alone */
  send(lines: readonly SpooledLine[], options: { readonly signal: AbortSignal }): Promise<Delivery>
  close(): Promise<void>
}
