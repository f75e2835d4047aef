import type { EventBook, OfferedEvent } from '../../core/event-cursor.ts'
import { encodeKept } from './cursor-text.ts'
import type { WindowEvent } from './event-window.ts'

/** What is to become of a kept event: written as it is by then, marked as settled, or forgotten. */
type Change = { readonly write: WindowEvent } | 'settle' | 'forget'

/**
 * Makes a follower's state durable. What was marked is written at the next flush, together with the cursor as it is then:
 * state must be changed and marked in one go, without waiting between.
 */
export class EventJournal {
  readonly #book: EventBook
  readonly #name: string
  readonly #cursor: () => string
  #changes = new Map<string, Change>()
  /** How often something was marked, and how much of that is durable. */
  #marks = 0
  #kept = 0
  #writing: Promise<void> | undefined

  constructor(book: EventBook, { name, cursor }: { name: string; cursor: () => string }) {
    this.#book = book
    this.#name = name
    this.#cursor = cursor
  }

  /** How many changes are not durable. */
  get unsaved(): number {
    return this.#changes.size
  }

  /** The cursor has moved. */
  touch(): void {
    this.#marks += 1
  }

  write(event: WindowEvent): void {
    this.#mark(event.key, { write: event })
  }

  settle(event: WindowEvent): void {
    // A row that is to be written has it in it.
    if (!this.#changes.has(event.key)) this.#mark(event.key, 'settle')
  }

  forget({ key }: WindowEvent): void {
    this.#mark(key, 'forget')
  }

  #mark(key: string, change: Change): void {
    this.#changes.set(key, change)
    this.#marks += 1
  }

  /** Resolves when all that was marked by now is durable. @throws EnergywebError as the book's */
  async flush(): Promise<void> {
    const wanted = this.#marks
    while (this.#kept < wanted) {
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined
      })
      await this.#writing
    }
  }

  async #write(): Promise<void> {
    const changes = this.#changes
    const marks = this.#marks
    this.#changes = new Map()
    const offered: OfferedEvent[] = []
    const settled: string[] = []
    const forgotten: string[] = []
    for (const [key, change] of changes) {
      if (change === 'settle') settled.push(key)
      else if (change === 'forget') forgotten.push(key)
      else offered.push({ key, body: encodeKept(change.write), settled: change.write.place === 'settled' })
    }
    try {
      await this.#book.changeEvents(this.#name, { cursor: this.#cursor(), offered, settled, forgotten })
    } catch (error) {
      this.#putBack(changes)
      throw error
    }
    this.#kept = marks
  }

  /** What was marked meanwhile is newer; but what does not stand yet can't be marked as settled: it is written so. */
  #putBack(changes: ReadonlyMap<string, Change>): void {
    const newer = [...this.#changes].filter(([key, change]) => change !== 'settle' || !changes.has(key))
    this.#changes = new Map([...changes, ...newer])
  }
}
