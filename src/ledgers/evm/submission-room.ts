import type { Sender, Turn } from './sender.ts'

/** More than this an account never has under way, whatever its chain takes: all of it is in memory and signed again on doubt. */
const mostInFlight = 4_096

/** So many blocks' worth stand ready: enough that no block goes half empty while the next ones are signed and sent. */
const blocksAhead = 3

/**
 * How many submissions may be under way adapts to the chain: three times what its blocks were seen to take, but never less
 * than `inFlight`, with which it begins. Too little leaves blocks half empty while a backlog waits: 64 in blocks of one second
 * are 64 readings a second, however large the blocks are. Too much only waits in the node's pool.
 */
export function adaptRoom(sender: Sender, { head, count }: Turn): void {
  const { least, now, seen } = sender.room
  sender.room.seen = { count, block: head.number }
  if (seen === undefined || head.number <= seen.block) return
  const perBlock = Math.ceil((count - seen.count) / Number(head.number - seen.block))
  const wanted = Math.min(Math.max(mostInFlight, least), perBlock * blocksAhead)
  if (wanted > now) sender.room.now = wanted
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
  /** Transactions of the account that were mined when the last turn began, and the head then. */
  seen: { readonly count: number; readonly block: bigint } | undefined
}
