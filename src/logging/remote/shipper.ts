import { type Clock, sleep } from '../../core/clock.ts'
import { messageOf } from '../../core/errors.ts'
import { formatInstant } from '../../core/time.ts'
import { waitAfter } from './back-off.ts'
import { type Counts, noCounts, sumOf } from './counts.ts'
import { type SpooledLine, severities } from './line.ts'
import type { Delivery, Sink } from './sink.ts'
import type { Batch, Settled } from './spool.ts'

/** What a shipper needs of the spool. */
export interface Outbox {
  next(most: { readonly lines: number; readonly characters: number }): Batch | undefined
  settle(settled: Settled): void
  release(): void
}

export interface ShipperOptions {
  readonly outbox: Outbox
  readonly sink: Sink
  readonly clock: Clock
  readonly random: () => number
  /** Told why the destination takes nothing, and with undefined that it does again. */
  readonly onTrouble: (why: string | undefined) => void
}

/** Messages that come together travel together, ms. */
const gather = 300

/** Brings one destination what the spool has for it, in order, one batch after the other, for as long as it takes. */
export class Shipper {
  readonly #options: ShipperOptions
  #woken = Promise.withResolvers<void>()
  #hasMore = false
  #hurry = new AbortController()
  #failures = 0
  #lines: number
  #trouble: string | undefined

  constructor(options: ShipperOptions) {
    this.#options = options
    this.#lines = options.sink.most.lines
  }

  /** There may be something to send. */
  wake(): void {
    this.#hasMore = true
    this.#woken.resolve()
  }

  /** Sends what there is without waiting for anything; ends when nothing is left, or at the first failure. */
  drain(): void {
    this.#hurry.abort()
    this.wake()
  }

  /** Resolves when the signal aborts, or when all is sent after `drain`. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#hasMore = false
      const batch = this.#options.outbox.next({ ...this.#options.sink.most, lines: this.#lines })
      if (batch !== undefined) {
        if (!(await this.#ship(batch, signal))) return
      } else if (this.#hurry.signal.aborted) return
      else await this.#somethingCame(signal)
    }
  }

  async #somethingCame(signal: AbortSignal): Promise<void> {
    if (!this.#hasMore) {
      this.#woken = Promise.withResolvers()
      const stop = () => this.#woken.resolve()
      signal.addEventListener('abort', stop, { once: true })
      await this.#woken.promise
      signal.removeEventListener('abort', stop)
    }
    await this.#wait(gather, signal)
  }

  /** Sends a batch until it is settled; false when there is no more time for that. */
  async #ship({ lines, missing }: Batch, signal: AbortSignal): Promise<boolean> {
    const { sink, outbox, clock } = this.#options
    let rest = lines
    let untold = missing
    for (;;) {
      const some = rest.slice(0, this.#lines)
      const delivery = await this.#send(withMissing(some, untold, clock.now()), signal)
      if (delivery === undefined) {
        outbox.release()
        return false
      }
      if (isSettled(delivery, some.length)) {
        const refused = delivery.outcome === 'taken' ? Math.min(delivery.refused, some.length) : some.length
        const isTold = delivery.outcome === 'taken' || some.length === 0
        outbox.settle({
          upTo: some.at(-1)?.sequence ?? 0,
          delivered: some.length - refused,
          refused,
          told: isTold ? untold : noCounts,
          at: clock.now(),
        })
        rest = rest.slice(some.length)
        untold = noCounts
        this.#failures = 0
        this.#lines = delivery.outcome === 'taken' ? Math.min(sink.most.lines, this.#lines * 2) : this.#lines
        this.#tell('why' in delivery ? `messages are refused: ${delivery.why}` : undefined)
        if (rest.length === 0) return true
      } else if (delivery.outcome === 'unfit') this.#lines = Math.max(1, Math.floor(some.length / 2))
      else if (!(await this.#leaveAlone(delivery, signal))) {
        outbox.release()
        return false
      }
    }
  }

  async #send(lines: readonly SpooledLine[], signal: AbortSignal): Promise<Delivery | undefined> {
    try {
      return await this.#options.sink.send(lines, { signal })
    } catch (error) {
      if (signal.aborted) return undefined
      return { outcome: 'later', why: messageOf(error) }
    }
  }

  /** Waits after a failure; false when there is no time for that. */
  async #leaveAlone(delivery: Delivery, signal: AbortSignal): Promise<boolean> {
    this.#failures += 1
    if ('why' in delivery) this.#tell(delivery.why)
    const asked = delivery.outcome === 'later' ? delivery.after : undefined
    const stands = delivery.outcome === 'stands'
    const { random } = this.#options
    await this.#wait(waitAfter(this.#failures, { random, asked, stands }), signal)
    return !signal.aborted && !this.#hurry.signal.aborted
  }

  /** No longer than until everything has to be quick. */
  async #wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#hurry.signal])
    await sleep(milliseconds, { clock: this.#options.clock, signal: stop }).catch((error: unknown) => {
      if (!stop.aborted) throw error
    })
  }

  #tell(trouble: string | undefined): void {
    if (trouble === this.#trouble) return
    this.#trouble = trouble
    this.#options.onTrouble(trouble)
  }
}

/** One that is unfit all alone is given up: it would stop all others for ever. */
function isSettled({ outcome }: Delivery, lines: number): boolean {
  return outcome === 'taken' || outcome === 'refused' || (outcome === 'unfit' && lines <= 1)
}

/** What is missing is told where it is missing: before the next message. */
function withMissing(lines: readonly SpooledLine[], missing: Counts, now: number): readonly SpooledLine[] {
  const count = sumOf(missing)
  if (count === 0) return lines
  const [next] = lines
  const bySeverity = Object.fromEntries(severities.map((severity, level) => [severity, missing[level] ?? 0]))
  const at = next?.at ?? now
  const told: SpooledLine = {
    sequence: next?.sequence ?? 0,
    id: `missing-${next?.id ?? formatInstant(at)}-${count}`,
    at,
    severity: 'warn',
    message: `${count} ${count === 1 ? 'message is' : 'messages are'} missing before this: the spool was full`,
    fields: JSON.stringify({ missing: count, bySeverity }),
  }
  return [told, ...lines]
}
