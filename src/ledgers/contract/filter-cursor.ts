import { hash } from 'node:crypto'
import { EnergywebError } from '../../core/errors.ts'
import type { EventCursorStore } from '../../core/event-cursor.ts'

/** How far whoever iterates events is: all blocks before this one, and of it all logs up to this index. */
export interface FilterPlace {
  readonly block: bigint
  /** -1 for none of the block. */
  readonly logIndex: number
}

export interface FilterCursorOptions {
  readonly store: EventCursorStore
  /** Default made of what tells these events from others. */
  readonly name: string | undefined
  /** What tells these events from others: chain, contract, topics. */
  readonly filter: string
}

/** Keeps how far the events of a filter were taken, in a log's database. */
export class FilterCursor {
  readonly #store: EventCursorStore
  readonly #name: string
  readonly #filter: string

  constructor({ store, name, filter }: FilterCursorOptions) {
    this.#store = store
    this.#filter = filter
    this.#name = name ?? `event-filter/${hash('sha256', filter).slice(0, 16)}`
  }

  /**
   * Where to go on; undefined at first.
   * @throws EnergywebError `argument-invalid` for the cursor of other events; `log-corrupt`, `log-io`
   */
  async read(): Promise<FilterPlace | undefined> {
    const text = await this.#store.eventCursor(this.#name)
    if (text === undefined) return undefined
    const { filter, place } = readCursor(text, this.#name)
    if (filter === this.#filter) return place
    throw new EnergywebError('argument-invalid', `the cursor "${this.#name}" is of other events`, {
      hint: 'Contract, event and arguments belong to a cursor: give these events a name of their own.',
    })
  }

  /** Resolves when it is durable. @throws EnergywebError `log-io` */
  keep({ block, logIndex }: FilterPlace): Promise<void> {
    const text = JSON.stringify({ v: 1, filter: this.#filter, place: [block.toString(), logIndex] })
    return this.#store.keepEventCursor(this.#name, text)
  }
}

function readCursor(text: string, name: string): { filter: string; place: FilterPlace } {
  const damaged = (cause?: unknown) =>
    new EnergywebError('log-corrupt', `the event cursor "${name}" can't be read`, { cause })
  try {
    const { v, filter, place } = JSON.parse(text)
    if (v !== 1 || typeof filter !== 'string' || !Array.isArray(place)) throw damaged()
    return { filter, place: { block: BigInt(place[0]), logIndex: Number(place[1]) } }
  } catch (error) {
    throw error instanceof EnergywebError ? error : damaged(error)
  }
}
