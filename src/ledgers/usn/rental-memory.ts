import { EnergywebError } from '../../core/errors.ts'
import type { EventCursorStore } from '../../core/event-cursor.ts'
import type { Instant } from '../../core/time.ts'
import { runningAt, type UsnBookings, type UsnRental } from './rental.ts'
import type { UsnChange } from './usn-device.ts'

/** Which rental was told as started, and not yet as ended: kept, so that a restart neither tells it again nor forgets its end. */
export class RentalMemory {
  readonly #name: string
  readonly #store: EventCursorStore | undefined
  #told: UsnRental | undefined

  private constructor(name: string, store: EventCursorStore | undefined) {
    this.#name = name
    this.#store = store
  }

  /** @throws EnergywebError `log-io`; `log-corrupt` for what this program did not write */
  static async open(name: string, store: EventCursorStore | undefined): Promise<RentalMemory> {
    const memory = new RentalMemory(name, store)
    const kept = await store?.eventCursor(name)
    memory.#told = kept === undefined ? undefined : decode(kept)
    return memory
  }

  get told(): UsnRental | undefined {
    return this.#told
  }

  /** What must be told next, given what is known. */
  changeAt(
    now: Instant,
    { bookings, device }: { readonly bookings: UsnBookings; readonly device: string },
  ): UsnChange | undefined {
    const running = runningAt(bookings, now)
    const told = this.#told
    if (told === undefined) return running && changeOf('started', running, device)
    if (running?.from === told.from && running.controller === told.controller) {
      // Extended: its end has moved.
      this.#told = running
      return undefined
    }
    const known = bookings.get(told.from)
    const isSame = known?.controller === told.controller
    const why = isSame && known.until < told.until ? 'returned' : told.until <= now ? 'over' : 'gone'
    return { ...changeOf('ended', isSame ? known : told, device), why }
  }

  /** A change was handled. Resolves when that is durable. @throws EnergywebError `log-io` */
  async settle({ kind, rental }: UsnChange): Promise<void> {
    const told = kind === 'started' ? rental : undefined
    await this.#store?.keepEventCursor(this.#name, encode(told))
    this.#told = told
  }
}

function changeOf(kind: UsnChange['kind'], rental: UsnRental, device: string): UsnChange {
  const { controller, from } = rental
  return { kind, key: `${device}/${from}/${controller}/${kind}`, device, rental }
}

function encode(told: UsnRental | undefined): string {
  return JSON.stringify({ v: 1, told: told ?? null })
}

function decode(text: string): UsnRental | undefined {
  const { v, told } = JSON.parse(text)
  if (v !== 1)
    throw new EnergywebError('log-corrupt', `what is kept of a rental has format ${v}, this program knows 1`)
  if (told === null) return undefined
  return { controller: String(told.controller), from: Number(told.from), until: Number(told.until) }
}
