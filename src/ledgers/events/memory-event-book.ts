import type { EventBook, EventChange, OfferedEvent } from '../../core/event-cursor.ts'

/** Cursors in memory: a new start begins anew. */
export class MemoryEventBook implements EventBook {
  readonly #cursors = new Map<string, string>()
  readonly #events = new Map<string, Map<string, OfferedEvent>>()

  async eventCursor(name: string): Promise<string | undefined> {
    return this.#cursors.get(name)
  }

  async keepEventCursor(name: string, cursor: string): Promise<void> {
    this.#cursors.set(name, cursor)
  }

  async offeredEvents(name: string): Promise<readonly OfferedEvent[]> {
    return [...(this.#events.get(name)?.values() ?? [])]
  }

  async changeEvents(
    name: string,
    { cursor, offered = [], settled = [], forgotten = [] }: EventChange,
  ): Promise<void> {
    const events = this.#events.get(name) ?? new Map<string, OfferedEvent>()
    this.#events.set(name, events)
    this.#cursors.set(name, cursor)
    for (const event of offered) events.set(event.key, event)
    for (const key of settled) {
      const event = events.get(key)
      if (event !== undefined) events.set(key, { ...event, settled: true })
    }
    for (const key of forgotten) events.delete(key)
  }
}
