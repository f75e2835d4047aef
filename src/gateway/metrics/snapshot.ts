import { allMetricFamilies, type MetricName, metricFamilies } from './families.ts'
import type { MetricFamily, MetricSample, MetricSeries } from './family.ts'

/** What was measured at one moment. */
export interface MetricSnapshot {
  readonly at: number
  /** Since when counters count, by the wall clock. */
  readonly since: number
  /** Families that have samples, in the order of the table. */
  readonly series: readonly MetricSeries[]
}

/** What a histogram has counted; see {@link HistogramSample}. */
interface CountedValues {
  readonly counts: readonly number[]
  readonly sum: number
}

/** Gathers the samples of one moment. */
export class Snapshot {
  readonly #samples = new Map<MetricFamily, MetricSample[]>()

  /** Adds a value; what is not known is left out, never told as 0. */
  add(name: MetricName, labels: readonly string[], value: number | undefined): void {
    if (value !== undefined) this.#put(name, { labels, value })
  }

  /** Adds 1 or 0. */
  flag(name: MetricName, labels: readonly string[], isSo: boolean): void {
    this.add(name, labels, isSo ? 1 : 0)
  }

  /** Adds a time, given in milliseconds since 1970. */
  instant(name: MetricName, labels: readonly string[], instant: number | undefined): void {
    if (instant !== undefined) this.add(name, labels, instant / 1_000)
  }

  histogram(name: MetricName, labels: readonly string[], { counts, sum }: CountedValues): void {
    this.#put(name, { labels, counts: [...counts], sum })
  }

  /** The families that have samples, in the order of the table. */
  get series(): readonly MetricSeries[] {
    return allMetricFamilies.flatMap(family => {
      const samples = this.#samples.get(family)
      return samples === undefined ? [] : [{ family, samples }]
    })
  }

  #put(name: MetricName, sample: MetricSample): void {
    const family = metricFamilies[name]
    const samples = this.#samples.get(family)
    if (samples === undefined) this.#samples.set(family, [sample])
    else samples.push(sample)
  }
}
