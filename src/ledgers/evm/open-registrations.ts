import type { EventLog } from './answers.ts'
import type { Registration } from './registry.ts'

/**
 * What was found on the chain and stands for no call of ours yet. A log that tells of several registrations stays until each of
 * them was taken; another call that registers the same has an event of its own.
 */
export class OpenRegistrations {
  #logs: readonly EventLog[]
  readonly #taken = new Map<EventLog, Set<number>>()

  constructor(logs: readonly EventLog[]) {
    this.#logs = logs
  }

  get logs(): readonly EventLog[] {
    return this.#logs
  }

  /** Whether what stands at a place of a log is a call's already. */
  readonly isTaken = (log: EventLog, place: number): boolean => this.#taken.get(log)?.has(place) === true

  /** It is a call's from now on. */
  take({ log, part = { place: 0, of: 1 } }: Pick<Registration, 'log' | 'part'>): void {
    const taken = this.#taken.get(log) ?? new Set()
    this.#taken.set(log, taken.add(part.place))
    if (taken.size >= part.of) this.#logs = this.#logs.filter(one => one !== log)
  }
}
