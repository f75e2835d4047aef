import type { Clock } from '../core/clock.ts'
import type { Duration } from '../core/duration.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Signer } from '../core/signer.ts'
import { Task, type TaskRun } from '../dispatcher/index.ts'
import type { GatewayObserver } from './events.ts'

/** Where signed checkpoints are kept. */
export interface CheckpointStore {
  /** The newest, as a signed note; undefined before the first. */
  lastCheckpoint(): Promise<string | undefined>
  /** Resolves when it is durable. */
  saveCheckpoint(note: string): Promise<void>
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
}

/** How long the last checkpoint waits for its key, in milliseconds. */
const patience = 2_000

/** Signs the log's head by schedule, when it has grown since. */
export class CheckpointTask extends Task {
  readonly #options: CheckpointOptions
  readonly #log: () => Log
  readonly #report: GatewayObserver

  /** @throws EnergywebError `duration-invalid` */
  constructor(options: CheckpointOptions, log: () => Log, report: GatewayObserver) {
    super({ name: 'checkpoint', interval: options.every ?? '15m', isEager: false, deadline: '1m' })
    this.#options = options
    this.#log = log
    this.#report = report
  }

  override async coroutine({ signal, log: logger }: TaskRun): Promise<void> {
    const size = await this.sign({ signal })
    if (size !== undefined) logger.info({ size }, `checkpoint signed at ${size} entries`)
  }

  /**
   * Signs the head if the log has grown since the last checkpoint; answers the size that was signed.
   * @throws EnergywebError `log-corrupt` when the log is shorter than what was signed; `key-unavailable`
   */
  async sign(options: { signal: AbortSignal }): Promise<number | undefined> {
    const { origin, signer, store } = this.#options
    const { readCheckpoint, signCheckpoint } = await import('../proof/checkpoint.ts')
    const [{ size, root }, last] = await Promise.all([this.#log().head(), store().lastCheckpoint()])
    const signed = last === undefined ? 0 : readCheckpoint(last).size
    if (size < signed) {
      throw new EnergywebError('log-corrupt', `the log has ${size} entries, but ${signed} were signed`, {
        hint: 'Entries are missing: was an old copy of the data folder put back? See `energyweb log check`.',
      })
    }
    if (size === signed) return undefined
    const note = await signCheckpoint({ origin, size, root, extensions: [] }, await signer(options), options)
    await store().saveCheckpoint(note)
    this.#report({ type: 'checkpoint-signed', size })
    return size
  }

  /** The last one, at the gateway's end. It waits for no key that isn't open by now: that was complained of already. */
  async signLast({ signal, clock }: { signal: AbortSignal; clock: Clock }): Promise<void> {
    const patient = new AbortController()
    const giveUp = () => patient.abort(new EnergywebError('aborted', 'the gateway has ended'))
    const cancel = clock.after(patience, giveUp)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await this.sign({ signal: patient.signal })
    } catch (error) {
      const ofKey = isEnergywebError(error) && (error.code === 'aborted' || error.code.startsWith('key-'))
      if (!ofKey) throw error
    } finally {
      cancel()
      signal.removeEventListener('abort', giveUp)
    }
  }
}
