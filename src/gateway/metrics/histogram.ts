import type { MetricFamily } from './family.ts'

/** Counts how often a value was at most a bound. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  constructor({ bounds = [] }: Pick<MetricFamily, 'bounds'>) {
    this.#bounds = bounds
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  /** By bound, each for itself; the last is what was above all of them. */
  get counts(): readonly number[] {
    return this.#counts
  }

  get sum(): number {
    return this.#sum
  }

  observe(value: number): void {
    const at = this.#bounds.findIndex(bound => value <= bound)
    const index = at < 0 ? this.#bounds.length : at
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#sum += value
  }
}
