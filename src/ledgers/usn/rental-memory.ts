import { EnergywebError } from '../../core/errors.ts'
import type { EventCursorStore } from '../../core/event-cursor.ts'
import type { Instant } from '../../core/time.ts'
import { runningAt, type UsnBookings, type UsnRental } from './rental.ts'
import type { UsnChange } from './usn-device.ts'

/** So many rentals that were told last are remembered, so that one that starts again is known to. */
const mostRemembered = 16

/** How often the start of a rental was told, its ends between. */
interface Starts {
  readonly controller: string
  readonly from: Instant
  readonly times: number
}

/**
 * Which rental was told as started, and not yet as ended. It is kept before anybody is told, so that no crash can leave a start
 * whose end is never told.
 */
export class RentalMemory {
  readonly #name: string
  readonly #store: EventCursorStore | undefined
  #told: UsnRental | undefined
  /** The newest last. */
  #starts: readonly Starts[] = []
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
    const { told, isSettled, starts } = decode(kept)
    memory.#told = told
    memory.#starts = starts
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
    const told = this.#told
    const booked = told && bookings.get(told.from)
    const known = booked?.controller === told?.controller ? booked : undefined
    // What was told runs on although a clock was set back to before its start.
    const running = runningAt(bookings, now) ?? (known !== undefined && known.until > now ? known : undefined)
    if (told === undefined) return running && this.#changeOf('started', running, device)
    if (running?.from === told.from && running.controller === told.controller) {
      // Its end may have moved.
      this.#told = running
      return this.#isSettled ? undefined : this.#changeOf('started', running, device)
    }
    const why =
      known !== undefined && known.until < told.until ? 'returned' : told.until <= now ? 'over' : 'gone'
    return { ...this.#changeOf('ended', known ?? told, device), why }
  }

  /** A change is about to be told. Resolves when that is durable. @throws EnergywebError `log-io` */
  async tell({ kind, rental }: UsnChange): Promise<void> {
    if (kind !== 'started' || this.#told !== undefined) return
    const { controller, from } = rental
    const others = this.#starts.filter(one => !isSameStart(one, rental))
    const starts = [...others, { controller, from, times: this.#timesOf(rental) + 1 }]
    await this.#keep(rental, { isSettled: false, starts: starts.slice(-mostRemembered) })
  }

  /** A change was handled. Resolves when that is durable. @throws EnergywebError `log-io` */
  async settle({ kind, rental }: UsnChange): Promise<void> {
    const told = kind === 'started' ? rental : undefined
    await this.#keep(told, { isSettled: true, starts: this.#starts })
  }

  async #keep(told: UsnRental | undefined, { isSettled, starts }: Omit<Kept, 'told'>): Promise<void> {
    await this.#store?.keepEventCursor(this.#name, encode({ told, isSettled, starts }))
    this.#told = told
    this.#isSettled = isSettled
    this.#starts = starts
  }

  /** One that was told to have ended may start again: extended at the last moment, or back after a reorg. That is news. */
  #changeOf(kind: UsnChange['kind'], rental: UsnRental, device: string): UsnChange {
    const { controller, from } = rental
    const times = this.#timesOf(rental) + (this.#told === undefined ? 1 : 0)
    const again = times > 1 ? `/${times}` : ''
    return { kind, key: `${device}/${from}/${controller}/${kind}${again}`, device, rental }
  }

  #timesOf(rental: UsnRental): number {
    return this.#starts.find(one => isSameStart(one, rental))?.times ?? 0
  }
}

function isSameStart(one: Starts, { controller, from }: UsnRental): boolean {
  return one.controller === controller && one.from === from
}

interface Kept {
  readonly told: UsnRental | undefined
  readonly isSettled: boolean
  readonly starts: readonly Starts[]
}

function encode({ told, isSettled, starts }: Kept): string {
  return JSON.stringify({ v: 1, told: told ?? null, settled: isSettled, starts })
}

function decode(text: string): Kept {
  const { v, told, settled, starts = [] } = JSON.parse(text)
  if (v !== 1) {
    throw new EnergywebError('log-corrupt', `what is kept of a rental has format ${v}, this program knows 1`)
  }
  if (told === null) return { told: undefined, isSettled: true, starts }
  const { controller, from, until } = told
  const rental = { controller: String(controller), from: Number(from), until: Number(until) }
  return { told: rental, isSettled: settled === true, starts }
}
