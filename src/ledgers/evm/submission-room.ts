import type { Sender, Turn } from './sender.ts'

/** More than this an account never has under way, whatever its chain takes: all of it is in memory and signed again on doubt. */
export const mostInFlight = 4_096

/**
 * How many submissions may be under way adapts to the chain, as a sender on the Internet finds out what a path carries: a
 * block, or a few, that took half of what was under way shows that there is room for more; a full pool that there is less.
 * It begins with `inFlight` and never falls below it. Too little leaves blocks half empty while a backlog waits: 64 in
 * blocks of one second are 64 readings a second, however large the blocks are.
 */
export function adaptRoom(sender: Sender, turn: Turn): void {
  const { least, now, minedBefore } = sender.room
  const mined = minedBefore === undefined ? 0 : turn.count - minedBefore
  sender.room.minedBefore = turn.count
  if (mined * 2 >= now) sender.room.now = Math.min(Math.max(mostInFlight, least), now * 2)
}

/** The node's pool is full: half of it, for now. */
export function shrinkRoom(sender: Sender): void {
  sender.room.now = Math.max(sender.room.least, Math.floor(sender.room.now / 2))
}

/** See {@link adaptRoom}. */
export interface Room {
  /** What is configured as `inFlight`. */
  readonly least: number
  now: number
  /** Transactions of the account that were mined when the last turn began. */
  minedBefore: number | undefined
}
