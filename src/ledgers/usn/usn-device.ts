import { type Clock, systemClock } from '../../core/clock.ts'
import { type Duration, parseDuration } from '../../core/duration.ts'
import { isEnergywebError, messageOf } from '../../core/errors.ts'
import type { EventCursorStore } from '../../core/event-cursor.ts'
import { type Logger, silentLogger } from '../../core/logger.ts'
import type { Instant } from '../../core/time.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { BookingWatch } from './booking-watch.ts'
import { usnIdOf } from './device-id.ts'
import type { UsnProperties } from './properties.ts'
import { nextChange, notOver, runningAt, type UsnBookings, type UsnRental } from './rental.ts'
import { RentalMemory } from './rental-memory.ts'
import { UsnContract } from './usn-contract.ts'

export interface UsnDeviceOptions {
  readonly network: EvmNetwork
  /** The renting contract. */
  readonly address: string
  /** The device's id there, or its name: `bike#3@berlin`. */
  readonly device: string
  /** Blocks on a rental until it counts, its own included; default 1, at once: should it leave the chain again, it ends. */
  readonly confirmations?: number
  /** Time between two looks at the chain, default 5s. Starts and ends of known bookings don't wait for it. */
  readonly poll?: Duration
  /** Where it is kept which rental was told last: a log opened with `openLog`. Default in memory: a start begins anew. */
  readonly cursors?: EventCursorStore
  /** By which rentals start and end; default the machine's. */
  readonly clock?: Clock
  readonly log?: Logger
}

/** Whether a user may use a device now, and why. */
export interface UsnAnswer {
  readonly may: boolean
  /** `rented`: by the user. `later`: the user's own booking starts later. `taken`: somebody else has it now. `free`: nobody has. */
  readonly why: 'rented' | 'later' | 'taken' | 'free'
  /** The running rental, or the user's next one where `why` is `later`. */
  readonly rental: UsnRental | undefined
  /** The block that the answer is by (0 before the first look), and when that was looked at: a node may be away. */
  readonly block: bigint
  readonly lookedAt: Instant
}

/** A rental that starts or ends. */
export interface UsnChange {
  readonly kind: 'started' | 'ended'
  /** `over`: its time is up. `returned`: before its time. `gone`: the chain does not have it any more. Only of an end. */
  readonly why?: 'over' | 'returned' | 'gone'
  /** Stable: the same start or end has the same key whenever it is told. */
  readonly key: string
  /** Id of the device. */
  readonly device: string
  readonly rental: UsnRental
}

/** One change in hand of a task, and how to say what became of it. */
export interface TakenChange {
  readonly item: UsnChange
  settle(handled: boolean): Promise<void>
}

/**
 * A rented device: who may use it now, and a trigger for when rentals start and end, by the local clock. A booking of the future
 * starts when it starts, and one whose time is up ends, although no event says so. What started and ended while nobody looked is
 * not told; what runs is, and what was told and is over by now.
 *
 * @example
 * const bike = await UsnDevice.open({ network, address, device: 'bike#3@berlin', cursors: log })
 * task({ trigger: on(bike), run: ({ item }) => lock.set(item.kind === 'started' ? 'open' : 'shut') })
 */
export class UsnDevice {
  readonly id: string
  readonly contract: UsnContract
  readonly #poll: number
  readonly #clock: Clock
  readonly #log: Logger
  readonly #watch: BookingWatch
  readonly #memory: RentalMemory
  #lookedAt: { readonly now: Instant; readonly monotonic: number } | undefined
  #looking: Promise<void> | undefined
  #isAway = false
  #hand: Promise<void> = Promise.resolve()

  private constructor(options: UsnDeviceOptions, memory: RentalMemory) {
    const { network, address, confirmations = 1, clock = systemClock, log = silentLogger } = options
    this.id = usnIdOf(options.device)
    this.contract = UsnContract.at(network, { address })
    this.#poll = parseDuration(options.poll ?? '5s')
    this.#clock = clock
    this.#log = log
    this.#memory = memory
    const { contract, id } = this
    this.#watch = new BookingWatch({ network, contract, id, confirmations: Math.max(1, confirmations) })
  }

  /** The chain is not asked yet. @throws EnergywebError `argument-invalid`, `duration-invalid`; `log-io` */
  static async open(options: UsnDeviceOptions): Promise<UsnDevice> {
    const { network, address, device, cursors } = options
    const name = `usn/${network.chainId}/${address.toLowerCase()}/${usnIdOf(device)}`
    return new UsnDevice(options, await RentalMemory.open(name, cursors))
  }

  /** The rental that runs now, by what is known of the chain. */
  get rental(): UsnRental | undefined {
    return runningAt(this.#bookings, this.#clock.now())
  }

  /** Bookings that are not over, the earliest first. */
  get bookings(): readonly UsnRental[] {
    return [...notOver(this.#bookings, this.#clock.now()).values()].toSorted((a, b) => a.from - b.from)
  }

  /**
   * May this user use it now? Looks at the chain, unless that was done within the last `poll`.
   * @throws EnergywebError `network-unreachable` and the like only before the first look: later a node that is away makes the
   * answer one of what is known; `abi-invalid` where there is no such contract
   */
  async mayUse(user: string, options: { readonly signal?: AbortSignal } = {}): Promise<UsnAnswer> {
    await this.#lookIfDue(options)
    const now = this.#clock.now()
    const who = user.toLowerCase()
    const running = this.rental
    const own = this.bookings.find(({ controller, from }) => controller === who && from > now)
    const seen = { block: this.#watch.seen?.number ?? 0n, lookedAt: this.#lookedAt?.now ?? now }
    if (running?.controller === who) return { may: true, why: 'rented', rental: running, ...seen }
    if (running !== undefined) return { may: false, why: 'taken', rental: running, ...seen }
    return { may: false, why: own === undefined ? 'free' : 'later', rental: own, ...seen }
  }

  /** What the device's owner has set. @throws EnergywebError as `EvmContract.call` */
  async properties(options: { readonly signal?: AbortSignal } = {}): Promise<UsnProperties> {
    const nobody = `0x${'0'.repeat(40)}`
    const { properties } = await this.contract.state(this.id, nobody, options)
    return properties
  }

  /**
   * Waits for the next start or end of a rental: what `on(…)` takes. A node that is away is waited for.
   * @throws EnergywebError `abi-invalid` where there is no such contract; `log-io`; the signal's reason
   */
  async take({ signal }: { readonly signal: AbortSignal }): Promise<TakenChange> {
    // One at a time: an end must not overtake its start.
    const before = this.#hand
    const { promise, resolve: release } = Promise.withResolvers<void>()
    this.#hand = promise
    try {
      await orAborted(before, signal)
      for (;;) {
        signal.throwIfAborted()
        await this.#lookIfDue({ signal }).catch(error => {
          if (!isPassing(error)) throw error
        })
        const item = this.#memory.changeAt(this.#clock.now(), { bookings: this.#bookings, device: this.id })
        if (item !== undefined) {
          await this.#memory.tell(item)
          return this.#handOut(item, release)
        }
        await this.#pause(signal)
      }
    } catch (error) {
      // Whoever comes next still waits for the one before.
      void before.then(release)
      throw error
    }
  }

  #handOut(item: UsnChange, release: () => void): TakenChange {
    return {
      item,
      settle: async handled => {
        try {
          if (handled) await this.#memory.settle(item)
        } finally {
          release()
        }
      },
    }
  }

  /** Before the first look only what was told is known, so that its end does not wait for a node. */
  get #bookings(): UsnBookings {
    const { told } = this.#memory
    if (this.#watch.seen !== undefined || told === undefined) return this.#watch.bookings
    return new Map([[told.from, told]])
  }

  async #lookIfDue(waiting: { readonly signal?: AbortSignal }): Promise<void> {
    const since = this.#clock.monotonic() - (this.#lookedAt?.monotonic ?? Number.NEGATIVE_INFINITY)
    if (since < this.#poll) return
    this.#looking ??= this.#look(waiting).finally(() => {
      this.#looking = undefined
    })
    await this.#looking
  }

  async #look(waiting: { readonly signal?: AbortSignal }): Promise<void> {
    const monotonic = this.#clock.monotonic()
    const now = this.#clock.now()
    try {
      await this.#watch.look(now, waiting)
      if (this.#isAway) this.#log.info({ device: this.id }, 'the chain can be looked at again')
      this.#isAway = false
    } catch (error) {
      waiting.signal?.throwIfAborted()
      if (!isPassing(error)) throw error
      if (!this.#isAway) {
        const block = this.#watch.seen?.number.toString()
        this.#log.warn({ device: this.id, block, error: messageOf(error) }, 'the chain can not be looked at')
      }
      this.#isAway = true
      // Rentals that are known start and end all the same.
      if (this.#watch.seen === undefined && this.#memory.told === undefined) throw error
      return
    }
    this.#lookedAt = { now, monotonic }
  }

  #pause(signal: AbortSignal): Promise<void> {
    const now = this.#clock.now()
    const next = nextChange(this.#bookings, now) ?? Number.POSITIVE_INFINITY
    return paused(Math.max(1, Math.min(this.#poll, next - now)), { clock: this.#clock, signal })
  }
}

/** True for what may be another time: a node that is away, or behind. */
function isPassing(error: unknown): boolean {
  return isEnergywebError(error) && error.retryable
}

function paused(
  milliseconds: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel()
      reject(signal.reason)
    }
    const cancel = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    signal.addEventListener('abort', abort, { once: true })
  })
}

function orAborted(waited: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    void waited.then(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}
