/** `counter`: only rises while the process lives; `gauge`: the value of now; `histogram`: how often a value was at most a bound. */
export type MetricType = 'counter' | 'gauge' | 'histogram'

/** What one name measures. */
export interface MetricFamily {
  /** As Prometheus writes it: a counter ends in `_total`, and the unit is part of it. */
  readonly name: string
  readonly type: MetricType
  /** Names of its labels, in the order of a sample's values. */
  readonly labels: readonly string[]
  /** One sentence. */
  readonly help: string
  /** Upper bounds of a histogram, rising; what is above the last counts too. */
  readonly bounds?: readonly number[]
}

/** One value of a counter or a gauge. */
export interface NumberSample {
  readonly labels: readonly string[]
  readonly value: number
}

/** What a histogram has counted. */
export interface HistogramSample {
  readonly labels: readonly string[]
  /** By bound, each for itself; one more than there are bounds, for what is above the last. */
  readonly counts: readonly number[]
  readonly sum: number
}

export type MetricSample = NumberSample | HistogramSample

/** A family with its samples; no two have the same labels. */
export interface MetricSeries {
  readonly family: MetricFamily
  readonly samples: readonly MetricSample[]
}
