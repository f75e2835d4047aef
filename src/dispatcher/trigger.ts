import type { Clock } from '../core/clock.ts'
import { sleep } from '../core/clock.ts'
import { type Duration, parseDuration } from '../core/duration.ts'
import type { Instant } from '../core/time.ts'
import { phaseOf } from './phase.ts'

/** One call to run. */
export interface Tick<Item = undefined> {
  /** Counts from 0 in the task. A skipped slot uses up its number; a retry carries the number of the run that failed. */
  readonly number: number
  /** The wall clock when the run began. */
  readonly at: Instant
  /** Milliseconds between the moment that was meant and the moment the run began. */
  readonly lateness: number
  /** What there is to handle, where the trigger brings items. */
  readonly item?: Item
  /**
   * Where it is given, the run is owed: one that fails is tried again with this very tick. It is called once, with `true`
   * when a run has succeeded or the task gave up, with `false` when the task ended before that. What it throws counts as a
   * failure of the trigger.
   */
  settle?(handled: boolean): unknown
}

/** What a trigger gets from the app. */
export interface TriggerContext {
  /** The task's name in this app. */
  readonly name: string
  readonly clock: Clock
  /** Aborts when the task ends; the iteration should end then too. */
  readonly signal: AbortSignal
}

/**
 * Says when a task runs: every tick that the iteration yields is one run, and the next is asked for when that run has
 * ended. The task ends with the iteration.
 */
export type Trigger<Item = undefined> = (context: TriggerContext) => AsyncIterable<Tick<Item>>

/** A trigger by interval. An app puts it on its timer wheel and never iterates it. */
export interface IntervalTrigger extends Trigger<never> {
  /** Milliseconds. */
  readonly interval: number
  readonly aligned: boolean
}

export interface EveryOptions {
  /**
   * True: all tasks of this interval tick together, at whole intervals since the start of the app. Default false: each
   * has its own phase, given by its name, so that they don't all run in the same millisecond.
   */
  readonly aligned?: boolean
}

/**
 * A trigger by interval, on monotonic time: it doesn't drift, and a jump of the wall clock neither skips nor doubles a run.
 * @throws EnergywebError `duration-invalid`
 * @example
 * every('15m')
 */
export function every(interval: Duration, options: EveryOptions = {}): IntervalTrigger {
  const milliseconds = parseDuration(interval)
  const aligned = options.aligned ?? false
  const iterate = (context: TriggerContext) => ticks(context, milliseconds, aligned)
  return Object.assign(iterate, { interval: milliseconds, aligned })
}

/** True for what {@link every} makes. */
export function isIntervalTrigger(trigger: Trigger<unknown>): trigger is IntervalTrigger {
  return 'interval' in trigger && typeof trigger.interval === 'number'
}

async function* ticks(
  context: TriggerContext,
  interval: number,
  aligned: boolean,
): AsyncGenerator<Tick<never>> {
  const { clock, name, signal } = context
  const start = clock.monotonic()
  let slot = start + (aligned ? interval : firstSlotAfter(name, interval, false))
  for (let number = 0; ; number++) {
    await sleep(Math.max(0, slot - clock.monotonic()), { clock, signal })
    const lateness = clock.monotonic() - slot
    yield { number, at: clock.now(), lateness }
    const missed = Math.max(0, Math.floor((clock.monotonic() - slot) / interval))
    number += missed
    slot += (missed + 1) * interval
  }
}

/**
 * Milliseconds from the start of a task to the first slot of its phase: at most one interval; for an eager task, which
 * has just run, at least half of one.
 */
export function firstSlotAfter(name: string, interval: number, eager: boolean): number {
  const phase = phaseOf(name)
  if (!eager) return 1 + Math.floor(phase * interval)
  const half = Math.floor(interval / 2)
  return interval - half + Math.floor(phase * (half + 1))
}
