import {
  type ELDHistogram,
  type EventLoopUtilization,
  monitorEventLoopDelay,
  performance,
} from 'node:perf_hooks'
import type { Snapshot } from './snapshot.ts'

/** Milliseconds between two looks at the event loop: each wakes the processor. */
const resolution = 100
/** How long one window of delays is. */
const windowLength = 60_000
const nanosecondsPerSecond = 1e9

const percentiles = [50, 90, 99, 100] as const

/** Measures the process: its event loop, memory and processor time. */
export class ProcessMetrics {
  readonly #delays: ELDHistogram = monitorEventLoopDelay({ resolution })
  #windowBegan = performance.now()
  /** Seconds by percentile, of the window before. */
  #before: readonly number[] = []

  constructor() {
    this.#delays.enable()
  }

  measure(snapshot: Snapshot): void {
    const delays = this.#delaysNow()
    for (const [index, percentile] of percentiles.entries()) {
      snapshot.add('loopDelay', [String(percentile)], Math.max(delays[index] ?? 0, this.#before[index] ?? 0))
    }
    this.#roll(delays)
    const { active, idle }: EventLoopUtilization = performance.eventLoopUtilization()
    snapshot.add('loopActive', [], active / 1_000)
    snapshot.add('loopIdle', [], idle / 1_000)
    const { rss, heapUsed } = process.memoryUsage()
    snapshot.add('heap', [], heapUsed)
    snapshot.add('memory', [], rss)
    const { user, system } = process.cpuUsage()
    snapshot.add('cpu', [], (user + system) / 1e6)
    snapshot.instant('startTime', [], performance.timeOrigin)
  }

  close(): void {
    this.#delays.disable()
  }

  /** The library counts the whole time between two looks, its own interval included. */
  #delaysNow(): readonly number[] {
    if (this.#delays.count === 0) return []
    return percentiles.map(percentile => {
      const nanoseconds = percentile === 100 ? this.#delays.max : this.#delays.percentile(percentile)
      return Math.max(0, nanoseconds / nanosecondsPerSecond - resolution / 1_000)
    })
  }

  /** Several may ask, at times of their own: none of them takes a delay away from the others. */
  #roll(delays: readonly number[]): void {
    const now = performance.now()
    if (now - this.#windowBegan < windowLength) return
    this.#before = delays
    this.#windowBegan = now
    this.#delays.reset()
  }
}
