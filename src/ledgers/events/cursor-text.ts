import { EnergywebError } from '../../core/errors.ts'
import type { OfferedEvent } from '../../core/event-cursor.ts'
import type { EventLog } from '../evm/answers.ts'

/** A block that was seen: what its chain is known by. */
export interface Anchor {
  readonly number: bigint
  readonly hash: string
}

/** Everything before this place was offered: the next is a log of this block with an index above. */
export interface Place {
  readonly block: bigint
  /** -1 for the whole block. */
  readonly logIndex: number
}

export interface Cursor {
  /** What tells these events from others: chain, contracts, topics. */
  readonly filter: string
  readonly next: Place
  /** Blocks below `next`, ascending. */
  readonly anchors: readonly Anchor[]
}

/** What is kept of an offered event, beside key and whether it was settled. */
export interface KeptEvent {
  readonly log: EventLog
  /** How often it was offered, reversals between. */
  readonly occurrence: number
  /** The newest block when it was found to be missing from the chain. */
  readonly missing: bigint | undefined
  /** True when its reversal was settled: only its number of occurrences is still of use. */
  readonly reversed: boolean
}

export function encodeCursor({ filter, next, anchors }: Cursor): string {
  return JSON.stringify({
    v: 1,
    filter,
    next: [next.block.toString(), next.logIndex],
    anchors: anchors.map(({ number, hash }) => [number.toString(), hash]),
  })
}

/** @throws EnergywebError `log-corrupt` */
export function decodeCursor(text: string): Cursor {
  const { v, filter, next, anchors } = JSON.parse(text)
  if (v !== 1)
    throw new EnergywebError('log-corrupt', `an event cursor has format ${v}, this program knows 1`)
  return {
    filter: String(filter),
    next: { block: BigInt(next[0]), logIndex: Number(next[1]) },
    anchors: anchors.map(([number, hash]: [string, string]) => ({ number: BigInt(number), hash })),
  }
}

export function encodeKept({ log, occurrence, missing, reversed }: KeptEvent): string {
  const { block, time, ...rest } = log
  return JSON.stringify({
    ...rest,
    block: block.toString(),
    ...(time !== undefined && { time }),
    occurrence,
    ...(missing !== undefined && { missing: missing.toString() }),
    ...(reversed && { reversed }),
  })
}

export function decodeKept({ body }: OfferedEvent): KeptEvent {
  const { occurrence, missing, reversed = false, block, ...rest } = JSON.parse(body)
  return {
    log: { ...rest, block: BigInt(block) },
    occurrence,
    missing: missing === undefined ? undefined : BigInt(missing),
    reversed,
  }
}
