import { setImmediate as turn } from 'node:timers/promises'
import { toEnergywebError } from '../../core/errors.ts'
import type { EventBook } from '../../core/event-cursor.ts'
import { faultPoint } from '../../core/fault-point.ts'
import type { Logger } from '../../core/logger.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { Bell } from './bell.ts'
import { ChainReader } from './chain-reader.ts'
import type { EventReader } from './event-abi.ts'
import { EventCourse } from './event-course.ts'
import { HeadSocket } from './head-socket.ts'
import type { Offer } from './offer.ts'

export interface FollowerOptions {
  /** What messages call it, and what its cursor is kept under. */
  readonly name: string
  readonly network: EvmNetwork
  readonly reader: EventReader
  /** Lower case. */
  readonly addresses: readonly string[]
  /** The first block; undefined for whatever is mined from now on. */
  readonly from: bigint | undefined
  /** Blocks on an event, its own included, until it is offered. */
  readonly confirmations: number
  /** How many blocks a reorg may replace. */
  readonly depth: number
  readonly book: EventBook
  /** Milliseconds between two looks at the chain. */
  readonly poll: number
  readonly log: Logger
}

/** So many offers are handed out, then the event loop has a turn: nodes' answers must arrive while a task takes one after the other. */
const together = 64
/** Longest pause after failures, milliseconds. */
const longestPause = 60_000

/** Offers the events of contracts one by one, and settles what tasks say of them. */
export class EventFollower {
  readonly #options: FollowerOptions
  readonly #course: EventCourse
  readonly #bell = new Bell()
  readonly #heads: HeadSocket | undefined
  #looking: Promise<boolean> | undefined
  #failures = 0
  #handedOut = 0
  /** Monotonic milliseconds when the last look began. */
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(options: FollowerOptions) {
    this.#options = options
    const { network, reader, addresses } = options
    const filter = {
      address: addresses.length === 1 ? (addresses[0] ?? '') : addresses,
      topics: reader.topics,
    }
    this.#heads = network.ws === undefined ? undefined : this.#socket(network.ws)
    this.#course = new EventCourse(new ChainReader(network, filter), options)
  }

  #socket(url: string): HeadSocket {
    const { log, network } = this.#options
    const { clock, name, tls } = network
    let said = ''
    const onRefused = (error: Error) => {
      if (error.message !== said) log.warn({ network: name }, `network ${name}: ws: ${error.message}`)
      said = error.message
    }
    return new HeadSocket({ url, tls, clock, onHead: () => this.wake(), onRefused })
  }

  /** Something may have happened: whoever waits looks at the chain now. A node that fails is left its pause. */
  wake(): void {
    if (this.#failures === 0) this.#bell.ring()
  }

  /**
   * Waits for the next offer. Rejects with the signal's reason when that aborts, and has then given nothing away.
   * @throws EnergywebError `network-wrong-chain`, `argument-invalid` when the cursor is of other events; what the book throws
   */
  async take(signal: AbortSignal): Promise<Offer> {
    for (;;) {
      if (this.#handedOut >= together) {
        this.#handedOut = 0
        await turn()
      }
      signal.throwIfAborted()
      // What has waited long may be gone from the chain by now; a network that is away can't tell.
      if (this.#isStale()) await abortable(this.#look(), signal)
      const offer = this.#course.handout.take()
      if (offer !== undefined) {
        // The next ones are fetched while the task works.
        if (this.#course.isLow) void this.#look()
        this.#handedOut += 1
        faultPoint('events/taken')
        return offer
      }
      const goOn = await abortable(this.#look(), signal)
      if (!goOn && this.#course.handout.isEmpty) await this.#pause(signal)
    }
  }

  /** Says what became of an offer. Resolves when it is durable, unless many others are waiting. */
  async settle(offer: Offer, handled: boolean): Promise<void> {
    await this.#course.handout.settle(offer, handled)
    this.#bell.ring()
  }

  #isStale(): boolean {
    const { network, poll } = this.#options
    return (
      !this.#course.handout.isEmpty &&
      this.#failures === 0 &&
      network.clock.monotonic() - this.#lookedAt > poll
    )
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const { poll, network } = this.#options
    const milliseconds = Math.min(longestPause, poll * 2 ** Math.min(this.#failures, 16))
    const leave = this.#heads?.listen()
    try {
      await this.#bell.wait(Math.max(poll, milliseconds), { clock: network.clock, signal })
    } finally {
      leave?.(signal.aborted)
    }
  }

  /** One look at the chain, shared by all who wait. True when another one at once would find more. */
  #look(): Promise<boolean> {
    if (this.#looking !== undefined) return this.#looking
    this.#lookedAt = this.#options.network.clock.monotonic()
    this.#looking = this.#course
      .advance()
      .then(
        goOn => {
          this.#recovered()
          return goOn
        },
        (error: unknown) => this.#failed(error),
      )
      .finally(() => {
        this.#looking = undefined
      })
    // One that nobody waits for fails in silence: whoever takes next looks again and hears of it.
    this.#looking.catch(() => undefined)
    return this.#looking
  }

  /** A network that is gone comes back; what else went wrong is the task's to tell. */
  #failed(thrown: unknown): false {
    const error = toEnergywebError(thrown)
    if (!error.retryable || error.code === 'log-io') throw error
    const { name, log } = this.#options
    if (this.#failures === 0)
      log.warn({ events: name, code: error.code }, `events of ${name}: ${error.message}`)
    this.#failures += 1
    return false
  }

  #recovered(): void {
    const { name, log } = this.#options
    if (this.#failures > 0) log.info({ events: name, failures: this.#failures }, `events of ${name}: goes on`)
    this.#failures = 0
  }
}

/** The promise's outcome, or the signal's reason when that aborts first. */
function abortable<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
