import type { SourceReading } from '../core/reading.ts'
import { longestClockLead } from '../core/register-judge.ts'
import type { Instant } from '../core/time.ts'
import type { Rhythm } from './rhythm.ts'

/** A slot counts as missed when the wait was this many times as long as agreed. */
const patience = 1.5

/** More holes of one answer than this are not told apart. */
const mostHoles = 16

/** A time without readings, by the source's own clock. */
export interface Hole {
  readonly from: Instant
  readonly to: Instant
}

/** What one asset's past readings let expect of the next one. Wall-clock times: that is what documents hold. */
export class Punctuality {
  readonly #rhythm: Rhythm
  /** Where silence is counted from when nothing was ever heard. */
  readonly #start: Instant
  #newest: Instant | undefined
  #delta = Number.POSITIVE_INFINITY
  #spacing = 0
  #lastPoll: Instant | undefined

  /** @param newest - the newest instant that the log has */
  constructor(rhythm: Rhythm, { start, newest }: { start: Instant; newest: Instant | undefined }) {
    this.#rhythm = rhythm
    this.#start = start
    this.#newest = newest
    this.#lastPoll = newest
  }

  /** The newest instant that the log has, as far as known here. */
  get newest(): Instant | undefined {
    return this.#newest
  }

  /** Notes the end of a poll, whatever came of it. */
  polled(now: Instant): void {
    this.#lastPoll = now
  }

  /** True when slots passed without a poll: the gateway was down, or its machine asleep. */
  missedSlots(now: Instant): boolean {
    const last = this.#lastPoll
    return last !== undefined && now - last > patience * this.#rhythm(last)
  }

  /**
   * The hole before the first new reading of an answer, by the source's own times; undefined when there is none. A clock of
   * ours that was put forward looks like missed slots: what follows in its usual time leaves no hole.
   */
  holeBefore(readings: readonly SourceReading[], missed: boolean): Hole | undefined {
    const from = this.#newest
    const first = readings.find(({ measuredAt }) => from === undefined || measuredAt > from)
    if (from === undefined || first === undefined) return undefined
    const to = first.from ?? first.measuredAt
    if (to <= from) return undefined
    const usual =
      first.from === undefined
        ? patience * (this.#rhythm(from) + this.#spacing)
        : first.measuredAt - first.from
    const isHole = first.from === undefined ? missed && to - from > usual : missed || to - from >= usual
    return isHole ? { from, to } : undefined
  }

  /**
   * The holes between the new intervals of an answer, where at least one is left out. More than 16 are told as one from the
   * sixteenth on: a source in pieces must not fill the log.
   */
  holesBetween(readings: readonly SourceReading[]): readonly Hole[] {
    const newest = this.#newest ?? Number.NEGATIVE_INFINITY
    const holes: Hole[] = []
    let earlier = Number.POSITIVE_INFINITY
    for (const { measuredAt, from } of readings) {
      if (measuredAt <= newest || from === undefined) continue
      if (from - earlier >= measuredAt - from) holes.push({ from: earlier, to: from })
      earlier = measuredAt
    }
    const rest = holes.slice(mostHoles - 1)
    const [first, last] = [rest[0], rest.at(-1)]
    if (first === undefined || last === undefined) return holes
    return [...holes.slice(0, mostHoles - 1), { from: first.from, to: last.to }]
  }

  /** True when the log has a reading of a time to come, as after a clock was put back: a counter stands still until then. */
  ahead(now: Instant): boolean {
    return this.#newest !== undefined && this.#newest - now > longestClockLead
  }

  /** Notes readings that the log has acknowledged; answers whether they brought anything newer. */
  heard(readings: readonly SourceReading[], now: Instant): boolean {
    let fresh = false
    for (const { measuredAt, from } of readings) {
      if (this.#newest !== undefined && measuredAt <= this.#newest) continue
      fresh = true
      // A device whose clock runs ahead must not decide what "newest" means: its readings are held.
      if (measuredAt - now > longestClockLead) continue
      const delta = measuredAt - (from ?? this.#newest ?? measuredAt)
      // The smaller of two, so that one long outage doesn't make the next one look normal.
      this.#spacing = Math.min(delta, this.#delta)
      this.#delta = delta
      this.#newest = measuredAt
    }
    return fresh
  }

  /**
   * True when a source that answers has had nothing newer for too long. A source may publish less often than it is
   * asked, so one spacing of its own readings is allowed for on top of the interval.
   */
  overdue(now: Instant): boolean {
    if (this.ahead(now)) return true
    const since = this.#newest ?? this.#start
    return now - since > patience * (this.#rhythm(since) + this.#spacing)
  }
}
