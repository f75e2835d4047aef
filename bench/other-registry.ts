/** The same series in prom-client, which the world counts and renders with on Node. */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { MetricFamily, MetricSeries } from '../src/gateway/metrics/index.ts'

type Labels = Readonly<Record<string, string>>

interface Other {
  inc(labels: Labels, amount?: number): void
  set(labels: Labels, value: number): void
  observe(labels: Labels, value: number): void
}

interface PromClient {
  readonly Registry: new () => { metrics(): Promise<string> }
  readonly Counter: new (options: object) => Other
  readonly Gauge: new (options: object) => Other
  readonly Histogram: new (options: object) => Other
}

export class OtherRegistry {
  readonly #registry: { metrics(): Promise<string> }
  readonly #families = new Map<string, Other>()

  /** Needs the counterpart's packages. */
  constructor(series: readonly MetricSeries[]) {
    const folder = fileURLToPath(new URL('../test/counterparts/prom-client/', import.meta.url))
    const client: PromClient = createRequire(folder)('prom-client')
    this.#registry = new client.Registry()
    for (const { family, samples } of series) {
      const other = this.#made(client, family)
      for (const sample of samples) {
        const labels = Object.fromEntries(family.labels.map((label, i) => [label, sample.labels[i] ?? '']))
        if (!('value' in sample)) fill(other, labels, { family, counts: sample.counts })
        else if (family.type === 'counter') other.inc(labels, sample.value)
        else other.set(labels, sample.value)
      }
    }
  }

  metrics(): Promise<string> {
    return this.#registry.metrics()
  }

  of({ name }: MetricFamily): Other {
    const found = this.#families.get(name)
    if (found === undefined) throw new Error(`no metric ${name}`)
    return found
  }

  #made(client: PromClient, { name, type, help, labels, bounds }: MetricFamily): Other {
    const options = { name, help, labelNames: labels, registers: [this.#registry], buckets: bounds }
    const Made = { counter: client.Counter, gauge: client.Gauge, histogram: client.Histogram }[type]
    const made = new Made(options)
    this.#families.set(name, made)
    return made
  }
}

/** Values that fall where ours fell. */
function fill(
  other: Other,
  labels: Labels,
  { family: { bounds = [] }, counts }: { family: MetricFamily; counts: readonly number[] },
): void {
  for (const [i, count] of counts.entries()) {
    const value = bounds[i] ?? (bounds.at(-1) ?? 0) + 1
    for (let n = 0; n < count; n++) other.observe(labels, value)
  }
}
