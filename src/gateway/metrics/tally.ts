import type { Clock } from '../../core/clock.ts'
import type { RecordedStatus } from '../../core/log.ts'
import type { Instant } from '../../core/time.ts'
import { readCheckpoint } from '../../proof/checkpoint.ts'
import type { GatewayEvent, GatewayObserver } from '../events.ts'
import { metricFamilies } from './families.ts'
import { Histogram } from './histogram.ts'

/** What became of an asset's readings. */
export type ReadingCounts = Readonly<Record<RecordedStatus, number>>

const noReadings: ReadingCounts = { counted: 0, held: 0, late: 0, duplicate: 0 }

/** Counts what a gateway tells its observer. A poll costs it a few additions; nothing is formatted before somebody asks. */
export class Tally {
  readonly #clock: Pick<Clock, 'now'>
  readonly #readings = new Map<string, Record<RecordedStatus, number>>()
  readonly #pollErrors = new Map<string, Map<string, number>>()
  readonly #pollDurations = new Map<string, Histogram>()
  readonly #outages = new Map<string, number>()
  readonly #holds = new Map<string, number>()
  readonly pollLateness = new Histogram(metricFamilies.pollLateness)
  readonly recordDuration = new Histogram(metricFamilies.recordDuration)
  readonly commitDuration = new Histogram(metricFamilies.commitDuration)
  #logFailures = 0
  #refusedPoints = 0
  #checkpoints = 0
  #checkpoint: { readonly at: Instant; readonly size: number } | undefined

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** To be told of every event. */
  readonly observe: GatewayObserver = event => {
    if (event.type === 'poll-ended') this.#polled(event)
    else if (event.type === 'readings-recorded') this.#recorded(event)
    else if (event.type === 'reading-held') count(this.#holds, event.reason ?? 'follows')
    else if (event.type === 'outage-began') count(this.#outages, event.reason)
    else if (event.type === 'log-committed') this.commitDuration.observe(event.duration / 1_000)
    else if (event.type === 'log-failed') this.#logFailures++
    else if (event.type === 'checkpoint-signed') this.#signed(event.note)
  }

  readingsOf(asset: string): ReadingCounts {
    return this.#readings.get(asset) ?? noReadings
  }

  /** Failed polls by driver, then by code. */
  get pollErrors(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return this.#pollErrors
  }

  /** By driver, seconds. */
  get pollDurations(): ReadonlyMap<string, Histogram> {
    return this.#pollDurations
  }

  get outages(): ReadonlyMap<string, number> {
    return this.#outages
  }

  get holds(): ReadonlyMap<string, number> {
    return this.#holds
  }

  get logFailures(): number {
    return this.#logFailures
  }

  /** Data points that a collector refused. */
  get refusedPoints(): number {
    return this.#refusedPoints
  }

  /** A collector has refused so many data points. */
  addRefusedPoints(points: number): void {
    this.#refusedPoints += points
  }

  get checkpoints(): number {
    return this.#checkpoints
  }

  /** The last one that was signed; undefined before the first of this run. */
  get checkpoint(): { readonly at: Instant; readonly size: number } | undefined {
    return this.#checkpoint
  }

  #polled({
    source,
    duration,
    lateness,
    recording,
    code,
  }: Extract<GatewayEvent, { type: 'poll-ended' }>): void {
    let durations = this.#pollDurations.get(source)
    if (durations === undefined) {
      durations = new Histogram(metricFamilies.pollDuration)
      this.#pollDurations.set(source, durations)
    }
    durations.observe(duration / 1_000)
    this.pollLateness.observe(lateness / 1_000)
    if (recording !== undefined) this.recordDuration.observe(recording / 1_000)
    if (code === undefined) return
    const errors = this.#pollErrors.get(source) ?? new Map<string, number>()
    this.#pollErrors.set(source, errors)
    count(errors, code)
  }

  #recorded({ asset, statuses }: Extract<GatewayEvent, { type: 'readings-recorded' }>): void {
    let counts = this.#readings.get(asset)
    if (counts === undefined) {
      counts = { ...noReadings }
      this.#readings.set(asset, counts)
    }
    for (const status of statuses) counts[status]++
  }

  #signed(note: string): void {
    this.#checkpoints++
    this.#checkpoint = { at: this.#clock.now(), size: readCheckpoint(note).size }
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
