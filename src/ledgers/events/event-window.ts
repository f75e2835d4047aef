import type { EventLog } from '../evm/answers.ts'
import type { KeptEvent } from './cursor-text.ts'

/** An event that was offered while its block was young. */
export interface WindowEvent {
  readonly key: string
  log: EventLog
  occurrence: number
  /** In the queue; in hand of a task; neither, as it is missing; or settled. */
  place: 'queued' | 'in-hand' | 'waiting' | 'settled'
  /** False as long as certainly nobody was told of it. */
  told: boolean
  /** The newest block when it was found to be missing. */
  missing: bigint | undefined
  /** Its reversal is offered. */
  reversing: boolean
  /** Its reversal was settled. */
  reversed: boolean
}

export interface TakenBack {
  /** They are missing now: this must be kept. */
  readonly changed: readonly WindowEvent[]
  /** Nobody was told of them: nothing need be known any more. */
  readonly forgotten: readonly WindowEvent[]
}

/** So many events that were reversed are remembered, so that one that comes again is counted on. */
const mostReversed = 1_000

/** The events of the newest blocks, down to the depth to which a chain may be reorganised, and what became of them. */
export class EventWindow {
  readonly #events = new Map<string, WindowEvent>()
  #missing = 0

  /** Puts back what was kept. */
  restore(key: string, { log, occurrence, missing, reversed }: KeptEvent, settled: boolean): WindowEvent {
    // What was kept may have been handed out before the process ended.
    const place = settled || reversed ? 'settled' : missing === undefined ? 'queued' : 'waiting'
    const event: WindowEvent = {
      key,
      log,
      occurrence,
      missing,
      reversed,
      reversing: false,
      told: true,
      place,
    }
    this.#events.set(key, event)
    if (missing !== undefined) this.#missing += 1
    return event
  }

  get isEmpty(): boolean {
    return this.#events.size === 0
  }

  has(key: string): boolean {
    return this.#events.has(key)
  }

  /** An event was found on the chain; answers it, and whether it is to be offered. */
  found(key: string, log: EventLog): { readonly event: WindowEvent; readonly isOffered: boolean } {
    const known = this.#events.get(key)
    if (known === undefined) {
      const event: WindowEvent = { key, log, ...fresh, occurrence: 1 }
      this.#events.set(key, event)
      return { event, isOffered: true }
    }
    known.log = log
    if (known.reversed) {
      Object.assign(known, fresh, { occurrence: known.occurrence + 1 })
      return { event: known, isOffered: true }
    }
    if (known.missing !== undefined) this.#missing -= 1
    known.missing = undefined
    const isOffered = known.place === 'waiting'
    if (isOffered) known.place = 'queued'
    return { event: known, isOffered }
  }

  /** The chain is another one above block `fork`. */
  takeBack(fork: bigint, head: bigint): TakenBack {
    const gone = [...this.#events.values()].filter(
      ({ log, missing, reversed }) => log.block > fork && missing === undefined && !reversed,
    )
    const isUntold = ({ place, told }: WindowEvent) => place === 'queued' && !told
    const changed = gone.filter(event => !isUntold(event) || event.occurrence > 1)
    const forgotten = gone.filter(event => isUntold(event) && event.occurrence === 1)
    for (const event of forgotten) {
      event.place = 'settled'
      this.#events.delete(event.key)
    }
    for (const event of changed) this.#miss(event, { head, untold: isUntold(event) })
    return { changed, forgotten }
  }

  #miss(event: WindowEvent, { head, untold }: { head: bigint; untold: boolean }): void {
    if (untold) {
      // It is as it was after its last reversal.
      Object.assign(event, { place: 'settled', reversed: true, occurrence: event.occurrence - 1 })
      return
    }
    event.missing = head
    this.#missing += 1
    if (event.place === 'queued') event.place = 'waiting'
  }

  /** Marks and answers those whose reversal is due: missing since this block or longer, and in nobody's hand. */
  reverse(since: bigint): readonly WindowEvent[] {
    if (this.#missing === 0) return []
    const due = [...this.#events.values()].filter(
      ({ missing, place, reversing }) =>
        missing !== undefined &&
        missing <= since &&
        !reversing &&
        (place === 'settled' || place === 'waiting'),
    )
    for (const event of due) event.reversing = true
    return due
  }

  /** The reversal of an event was settled. */
  reversed(event: WindowEvent): void {
    if (event.missing !== undefined) this.#missing -= 1
    Object.assign(event, { place: 'settled', reversing: false, reversed: true, missing: undefined })
  }

  /** Drops and answers events at or below a block of which nothing can be heard any more. */
  forget(depth: bigint): readonly WindowEvent[] {
    const past: WindowEvent[] = []
    const reversed: WindowEvent[] = []
    for (const event of this.#events.values()) {
      if (event.reversed) reversed.push(event)
      else if (event.log.block <= depth && event.place === 'settled' && event.missing === undefined)
        past.push(event)
    }
    if (reversed.length > mostReversed) past.push(...reversed.slice(0, reversed.length - mostReversed))
    for (const { key } of past) this.#events.delete(key)
    return past
  }
}

const fresh = {
  place: 'queued',
  told: false,
  missing: undefined,
  reversing: false,
  reversed: false,
} as const
