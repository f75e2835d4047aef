import type { Energy } from './energy.ts'
import type { Power } from './power.ts'
import type { Channel } from './reading.ts'
import type { Instant } from './time.ts'

/*
 * The register: the exact, never-falling total that we keep for an asset. It is a pure state machine. `judgeReading`
 * and `judgeResolution` decide which entries an event makes; `applyEntry` is what an entry does. The store runs both,
 * a verifier only the second: replaying a stream's entries gives the same state.
 */

/** Why a reading is held. `follows`: it comes after a held one and can't be told apart from it. */
export type HoldReason = 'fall' | 'rise' | 'serial' | 'clock' | 'negative' | 'overlap' | 'follows'

export interface HeldReading {
  readonly sequence: number
  readonly reason: HoldReason
  readonly energy: Energy
  readonly fraction: string
  readonly measuredAt: Instant
  readonly from: Instant | null
  readonly receivedAt: Instant
  readonly serial: string | null
  /** Energy in question, mJ: what counting it would have added at face value; 0 when it lies below what is counted. */
  readonly amount: Energy
  /** Later readings were counted without it: it can only be written off. Counters only. */
  readonly superseded: boolean
  /** A held revision of an interval: the value that it revises. */
  readonly before: { readonly energy: Energy; readonly fraction: string } | null
}

/** A counter value that was counted. */
export interface CountedValue {
  readonly energy: Energy
  readonly measuredAt: Instant
  readonly sequence: number
}

/** `[from, to)` in milliseconds. */
export interface TimeRange {
  readonly from: Instant
  readonly to: Instant
}

export interface RegisterState {
  /** Undefined before the opening. */
  readonly opened: { readonly channel: Channel; readonly kind: 'counter' | 'interval' } | undefined
  /** mJ; never falls. */
  readonly total: Energy
  /** Digits of a millijoule carried from intervals. */
  readonly fraction: string
  /** Energy that was counted and later revised away; the next energy pays it off before the total rises. */
  readonly debit: Energy
  readonly serial: string | undefined
  /** The newest counted counter value. */
  readonly last: CountedValue | undefined
  /** The one before it: what a revision of the newest is judged by. */
  readonly before: CountedValue | undefined
  /** What counted intervals cover: disjoint, sorted, merged. */
  readonly covered: readonly TimeRange[]
  /** In order of sequence; superseded ones first. */
  readonly held: readonly HeldReading[]
}

export const emptyRegister: RegisterState = {
  opened: undefined,
  total: 0n,
  fraction: '',
  debit: 0n,
  serial: undefined,
  last: undefined,
  before: undefined,
  covered: [],
  held: [],
}

/** What the operator configured for an asset. */
export interface RegisterLimits {
  /** Rated power, mW. Without it no rise is ever held. */
  readonly capacity?: Power
  /** One step of the meter's display, mJ; 0 when exact. */
  readonly resolution: Energy
  /** What the total starts from: nothing, the counter's first value, or an amount in mJ. */
  readonly opening: 'zero' | 'meter' | Energy
}

/** An operator's command on what is held. */
export type Resolution = {
  /** Who decided. */
  readonly by: string
  readonly reason: string
  /** Sequence of the held reading; default the oldest that can be resolved so. */
  readonly reading?: number
} & (
  | { readonly kind: 'release' }
  | { readonly kind: 'write-off' /** Default 1. */; readonly readings?: number }
  | { readonly kind: 'reset' /** Where the counter started again, mJ. */; readonly initial: Energy }
  | {
      readonly kind: 'rollover' /** One above the highest value that the counter shows, mJ. */
      readonly modulus: Energy
    }
  | { readonly kind: 'swap'; readonly final: Energy; readonly initial: Energy }
)

/** The register in short, for callers of the log. */
export interface RegisterSummary {
  readonly stream: string
  /** Sequence of the stream's last entry; -1 when it has none. */
  readonly sequence: number
  readonly opened: boolean
  readonly total: Energy
  readonly debit: Energy
  /** Energy in question, mJ, and how many readings hold it. */
  readonly held: Energy
  readonly heldReadings: number
  /** Why the oldest is held. */
  readonly holdReason: HoldReason | undefined
  /** The newest instant that was counted. */
  readonly since: Instant | undefined
}

/** All energy in question, mJ. */
export function heldEnergy(state: RegisterState): Energy {
  return state.held.reduce((sum, held) => sum + held.amount, 0n)
}

/** The newest instant that was counted. */
function countedUntil(state: RegisterState): Instant | undefined {
  return state.opened?.kind === 'interval' ? state.covered.at(-1)?.to : state.last?.measuredAt
}

/** The short form of a state. */
export function summarise(stream: string, sequence: number, state: RegisterState): RegisterSummary {
  return {
    stream,
    sequence,
    opened: state.opened !== undefined,
    total: state.total,
    debit: state.debit,
    held: heldEnergy(state),
    heldReadings: state.held.length,
    holdReason: state.held[0]?.reason,
    since: countedUntil(state),
  }
}
