import { EnergywebError } from '../../core/errors.ts'
import type { MetricFamily, MetricSample, MetricSeries } from './family.ts'
import { Histogram } from './histogram.ts'

/** What an app measures of its own: names, and what they mean. */
export interface OwnMetricOptions<Label extends string> {
  /** One sentence. */
  readonly help: string
  /** Names of its labels; each value of a label is a series of its own, so that there must be few. Default none. */
  readonly labels?: readonly Label[]
}

export interface OwnHistogramOptions<Label extends string> extends OwnMetricOptions<Label> {
  /** Upper bounds, rising; what is above the last counts too. */
  readonly bounds: readonly number[]
}

/** A value for each label. */
export type LabelValues<Label extends string> = Readonly<Record<Label, string>>

export interface OwnCounter<Label extends string = never> {
  /** @throws EnergywebError `argument-invalid` for what is no number, or below 0 */
  add(labels: LabelValues<Label>, amount?: number): void
}

export interface OwnGauge<Label extends string = never> {
  set(labels: LabelValues<Label>, value: number): void
}

export interface OwnHistogram<Label extends string = never> {
  /** @throws EnergywebError `argument-invalid` for what is no number */
  observe(labels: LabelValues<Label>, value: number): void
}

/** Series of one family; what comes beyond is counted as `other`, so that a label that strangers choose fills no memory. */
const mostSeries = 1_000
const other = 'other'

/** Families that an app adds to those that are measured of it. */
export class OwnMetrics {
  readonly #families = new Map<string, () => MetricSeries>()

  /** @throws EnergywebError `argument-invalid` for a name that is taken, or against the conventions of Prometheus */
  counter<const Label extends string = never>(
    name: string,
    options: OwnMetricOptions<Label>,
  ): OwnCounter<Label> {
    const family = familyOf(name, 'counter', options)
    const values = new SeriesByLabels(family, () => ({ value: 0 }))
    this.#add(family, () => values.samples(({ value }) => ({ value })))
    return {
      add(labels, amount = 1) {
        if (!(amount >= 0)) throw invalid(`${name}: a counter only rises: ${amount}`)
        values.of(labels).value += amount
      },
    }
  }

  /** @throws EnergywebError `argument-invalid` as {@link counter} */
  gauge<const Label extends string = never>(name: string, options: OwnMetricOptions<Label>): OwnGauge<Label> {
    const family = familyOf(name, 'gauge', options)
    const values = new SeriesByLabels(family, () => ({ value: 0 }))
    this.#add(family, () => values.samples(({ value }) => ({ value })))
    return {
      set(labels, value) {
        values.of(labels).value = value
      },
    }
  }

  /** @throws EnergywebError `argument-invalid` as {@link counter}, and for bounds that don't rise */
  histogram<const Label extends string = never>(
    name: string,
    { bounds, ...options }: OwnHistogramOptions<Label>,
  ): OwnHistogram<Label> {
    const rises = bounds.every(
      (bound, index) => Number.isFinite(bound) && bound > (bounds[index - 1] ?? -Infinity),
    )
    if (!rises || bounds.length === 0) throw invalid(`${name}: bounds are numbers that rise`)
    const family = { ...familyOf(name, 'histogram', options), bounds: [...bounds] }
    const values = new SeriesByLabels(family, () => new Histogram(family))
    this.#add(family, () => values.samples(({ counts, sum }) => ({ counts: [...counts], sum })))
    return {
      observe(labels, value) {
        if (Number.isNaN(value)) throw invalid(`${name}: not a number`)
        values.of(labels).observe(value)
      },
    }
  }

  /** Families that have samples, in the order in which they were added. */
  get series(): readonly MetricSeries[] {
    return [...this.#families.values()].map(read => read()).filter(({ samples }) => samples.length > 0)
  }

  #add(family: MetricFamily, read: () => readonly MetricSample[]): void {
    if (this.#families.has(family.name)) throw invalid(`there is a metric ${family.name} already`)
    this.#families.set(family.name, () => ({ family, samples: read() }))
  }
}

/** One value for each combination of labels. */
class SeriesByLabels<Value> {
  readonly #family: MetricFamily
  readonly #make: () => Value
  readonly #values = new Map<string, { readonly labels: readonly string[]; readonly value: Value }>()

  constructor(family: MetricFamily, make: () => Value) {
    this.#family = family
    this.#make = make
  }

  of(given: Readonly<Record<string, string>>): Value {
    const labels = this.#family.labels.map(label => given[label] ?? '')
    const known = this.#values.get(JSON.stringify(labels))
    if (known !== undefined) return known.value
    const isFull = this.#values.size >= mostSeries
    return this.#opened(isFull ? labels.map(() => other) : labels)
  }

  samples<Sample extends object>(
    read: (value: Value) => Sample,
  ): readonly (Sample & { labels: readonly string[] })[] {
    return [...this.#values.values()].map(({ labels, value }) => ({ labels, ...read(value) }))
  }

  #opened(labels: readonly string[]): Value {
    const key = JSON.stringify(labels)
    const entry = this.#values.get(key) ?? { labels, value: this.#make() }
    this.#values.set(key, entry)
    return entry.value
  }
}

/** https://prometheus.io/docs/practices/naming/ and https://prometheus.io/docs/concepts/data_model/. */
function familyOf(
  name: string,
  type: MetricFamily['type'],
  { help, labels = [] }: OwnMetricOptions<string>,
): MetricFamily {
  if (!/^[a-zA-Z][a-zA-Z0-9_]*$/.test(name)) throw invalid(`"${name}" is not the name of a metric`)
  if (/^(?:energyweb|process)_/.test(name)) throw invalid(`${name}: names like that are the gateway's own`)
  if (name.endsWith('_total') !== (type === 'counter')) {
    throw invalid(`${name}: names of counters end in _total, and no others do`)
  }
  if (/_(?:bucket|sum|count)$/.test(name)) throw invalid(`${name}: that end is for the parts of a histogram`)
  for (const label of labels) {
    const isGood = /^[a-zA-Z][a-zA-Z0-9_]*$/.test(label) && label !== 'le' && label !== 'quantile'
    if (!isGood) throw invalid(`${name}: "${label}" is not the name of a label`)
  }
  if (new Set(labels).size !== labels.length) throw invalid(`${name}: a label stands there twice`)
  return { name, type, help, labels: [...labels] }
}

function invalid(message: string): EnergywebError {
  return new EnergywebError('argument-invalid', message, {
    hint: 'docs/metrics.md says how metrics of your own are named.',
  })
}
