import { isMainThread } from 'node:worker_threads'
import { Task } from '../../../src/dispatcher/index.ts'

/** A class that is the worker of its own. */
export default class Sum extends Task {
  readonly numbers: readonly number[]
  readonly results: unknown[] = []

  constructor(numbers: readonly number[]) {
    super({ interval: '1h', worker: new URL(import.meta.url), parameters: numbers })
    this.numbers = numbers
  }

  override coroutine() {
    return { sum: this.numbers.reduce((sum, number) => sum + number, 0), isMainThread }
  }

  override handleResult(result: unknown) {
    this.results.push({ result, isMainThread })
  }
}
