import { EnergywebError } from '../../core/errors.ts'
import type { EventCursorStore } from '../../core/event-cursor.ts'
import type { Instant } from '../../core/time.ts'
import { runningAt, type UsnBookings, type UsnRental } from './rental.ts'
import type { UsnChange } from './usn-device.ts'

/**
 * Which rental was told as started, and not yet as ended. It is kept before anybody is told, so that no crash can leave a start
 * whose end is never told.
 */
export class RentalMemory {
  readonly #name: string
  readonly #store: EventCursorStore | undefined
  #told: UsnRental | undefined
  /** True once a run has succeeded with its start. */
  #isSettled = true

  private constructor(name: string, store: EventCursorStore | undefined) {
    this.#name = name
    this.#store = store
  }

  /** @throws EnergywebError `log-io`; `log-corrupt` for what this program did not write */
  static async open(name: string, store: EventCursorStore | undefined): Promise<RentalMemory> {
    const memory = new RentalMemory(name, store)
    const kept = await store?.eventCursor(name)
    if (kept === undefined) return memory
    const { told, isSettled } = decode(kept)
    memory.#told = told
    memory.#isSettled = isSettled
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
      // Its end may have moved.
      this.#told = running
      return this.#isSettled ? undefined : changeOf('started', running, device)
    }
    const known = bookings.get(told.from)
    const isSame = known?.controller === told.controller
    const why = isSame && known.until < told.until ? 'returned' : told.until <= now ? 'over' : 'gone'
    return { ...changeOf('ended', isSame ? known : told, device), why }
  }

  /** A change is about to be told. Resolves when that is durable. @throws EnergywebError `log-io` */
  async tell({ kind, rental }: UsnChange): Promise<void> {
    if (kind === 'started' && this.#told === undefined) await this.#keep(rental, false)
  }

  /** A change was handled. Resolves when that is durable. @throws EnergywebError `log-io` */
  async settle({ kind, rental }: UsnChange): Promise<void> {
    await this.#keep(kind === 'started' ? rental : undefined, true)
  }

  async #keep(told: UsnRental | undefined, isSettled: boolean): Promise<void> {
    await this.#store?.keepEventCursor(this.#name, encode(told, isSettled))
    this.#told = told
    this.#isSettled = isSettled
  }
}

function changeOf(kind: UsnChange['kind'], rental: UsnRental, device: string): UsnChange {
  const { controller, from } = rental
  return { kind, key: `${device}/${from}/${controller}/${kind}`, device, rental }
}

interface Kept {
  readonly told: UsnRental | undefined
  readonly isSettled: boolean
}

function encode(told: UsnRental | undefined, isSettled: boolean): string {
  return JSON.stringify({ v: 1, told: told ?? null, settled: isSettled })
}

function decode(text: string): Kept {
  const { v, told, settled } = JSON.parse(text)
  if (v !== 1) {
    throw new EnergywebError('log-corrupt', `what is kept of a rental has format ${v}, this program knows 1`)
  }
  if (told === null) return { told: undefined, isSettled: true }
  const { controller, from, until } = told
  const rental = { controller: String(controller), from: Number(from), until: Number(until) }
  return { told: rental, isSettled: settled === true }
}
