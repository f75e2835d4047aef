import type { Clock } from '../core/clock.ts'
import { type Duration, parseDuration } from '../core/duration.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import type { Signer } from '../core/signer.ts'
import { Task, type TaskRun } from '../dispatcher/index.ts'
import type { GatewayObserver } from './events.ts'

/** What signs and keeps checkpoints of its own log. */
export interface CheckpointStore {
  /**
   * Signs size and root of the log if enough was appended since the last time, and keeps the signed note; resolves when
   * that is durable. Undefined when none is due.
   * @throws EnergywebError `key-unavailable`, `log-corrupt`, `log-io`
   */
  checkpoint(options: { signer: Signer; origin: string; signal?: AbortSignal }): Promise<string | undefined>
  /** How many entries no signed checkpoint covers. */
  uncovered(): Promise<number>
}

export interface CheckpointOptions {
  /** The log's name in its checkpoints, like `gateway.example.org/roof`. */
  readonly origin: string
  /** Answers the holder of the log's Ed25519 key once that is open; asked at every checkpoint. */
  readonly signer: (options: { signal: AbortSignal }) => Promise<Signer>
  /** Opened with the log. */
  readonly store: () => CheckpointStore
  /** Default 15 minutes. */
  readonly every?: Duration
  /** A checkpoint is signed sooner, once so many entries came since the last. Default 10,000. */
  readonly entries?: number
}

/** More than ten thousand meters give in a quarter of an hour are covered before it is over. */
export const usualCheckpointEntries = 10_000

const shortestDeadline = 60_000

/** How long the last checkpoint waits for its key, in milliseconds. */
const patience = 2_000

/** Has the log's head signed by schedule. */
export class CheckpointTask extends Task {
  readonly #options: CheckpointOptions
  readonly #report: GatewayObserver
  #isOwed = false

  /** @throws EnergywebError `duration-invalid` */
  constructor(options: CheckpointOptions, report: GatewayObserver) {
    const interval = parseDuration(options.every ?? '15m')
    // The key may take its time to open at first; the next one comes only after all of the interval.
    const deadline = Math.max(shortestDeadline, interval / 2)
    super({ name: 'checkpoint', interval, isEager: false, deadline })
    this.#options = options
    this.#report = report
  }

  override async coroutine(run: TaskRun): Promise<void> {
    if (await this.signUnlessAway(run)) run.log.info({}, 'checkpoint signed')
  }

  /** Signs, unless the key is away for now: that is said once, and what is owed then is signed when the key is back. */
  async signUnlessAway({ signal, log }: Pick<TaskRun, 'signal' | 'log'>): Promise<boolean> {
    const wasOwed = this.#isOwed
    try {
      return await this.#sign(signal)
    } catch (error) {
      if (!isEnergywebError(error, 'key-unavailable') || !error.retryable) throw error
      const { code, hint, message } = error
      if (!wasOwed)
        log.warn({ code, hint }, `no checkpoint is signed until the key of the log is back: ${message}`)
      return false
    }
  }

  /** Signs out of turn, for who can't wait for the schedule; false when nothing is there that no checkpoint covers. */
  signNow({ signal }: { signal: AbortSignal }): Promise<boolean> {
    return this.#sign(signal)
  }

  /** One was due, and its key did not sign. */
  get isOwed(): boolean {
    return this.#isOwed
  }

  async #sign(signal: AbortSignal): Promise<boolean> {
    const { origin, signer, store } = this.#options
    let note: string | undefined
    try {
      note = await store().checkpoint({ origin, signal, signer: await signer({ signal }) })
      this.#isOwed = false
    } catch (error) {
      this.#isOwed = true
      throw error
    }
    if (note !== undefined) this.#report({ type: 'checkpoint-signed', note })
    return note !== undefined
  }

  /** The last one, at the gateway's end. It waits for no key that isn't open by now: that was complained of already. */
  async signLast({ signal, clock }: { signal: AbortSignal; clock: Clock }): Promise<void> {
    const patient = new AbortController()
    const giveUp = () => patient.abort(new EnergywebError('aborted', 'the gateway has ended'))
    const cancel = clock.after(patience, giveUp)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await this.#sign(patient.signal)
    } catch (error) {
      const ofKey = isEnergywebError(error) && (error.code === 'aborted' || error.code.startsWith('key-'))
      if (!ofKey) throw error
    } finally {
      cancel()
      signal.removeEventListener('abort', giveUp)
    }
  }
}
