import { EnergywebError, isEnergywebError, messageOf } from '../core/errors.ts'
import type { HttpClient } from '../core/source.ts'
import type { Instant } from '../core/time.ts'
import { type FailureContext, Task, type TaskContext, type TaskRun } from '../dispatcher/index.ts'
import type { NoteSignature } from '../proof/signed-note.ts'
import type { VerifierKey } from '../proof/verifier-key.ts'
import type { Asking } from './cosign.ts'
import type { GatewayObserver } from './events.ts'
import { turns, Wake } from './wake.ts'

/** What keeps checkpoints, and shows that one continues another. */
export interface CosignStore {
  /** The newest signed checkpoint; undefined before the first. */
  lastCheckpoint(): Promise<string | undefined>
  /** Consistency path between two trees of the log, both not empty. */
  consistency(range: { readonly from: number; readonly to: number }): Promise<readonly Uint8Array[]>
  /** Adds cosignatures to the kept checkpoint of this size; resolves when that is durable. */
  addCosignatures(size: number, signatures: readonly NoteSignature[]): Promise<void>
}

/** Somebody else who cosigns our checkpoints (C2SP tlog-witness). */
export interface GatewayWitness {
  /** The key that it cosigns with. */
  readonly key: VerifierKey
  /** What stands before `/add-checkpoint`. */
  readonly url: string
  /** Opens HTTP to it. */
  readonly http: () => HttpClient
}

/** How it stands with one witness. */
export interface WitnessStatus {
  readonly witness: string
  readonly url: string
  /** Size of the largest checkpoint of this run that it has cosigned; undefined before the first. */
  readonly size: number | undefined
  /** Size of the newest checkpoint that it was asked for. */
  readonly newest: number | undefined
  /** When it cosigned that, by its own clock. */
  readonly at: Instant | undefined
  /** Why it has not cosigned the newest; undefined while all is well. */
  readonly trouble: string | undefined
  /** True when it knows another log under our name: somebody must look. */
  readonly isAlarm: boolean
}

/** A look that finds the newest checkpoint cosigned costs nothing. */
const rhythm = { every: 3_600_000, pause: 250 }

/** Has one witness cosign the log's newest checkpoint, soon after it was signed, and tries again until it has. */
export class CosignTask extends Task {
  readonly #witness: GatewayWitness
  readonly #store: () => CosignStore
  readonly #report: GatewayObserver
  readonly #wake: Wake
  #http: HttpClient | undefined
  /** Size of the tree that the witness knows. */
  #known: number | undefined
  #newest: number | undefined
  #cosigned: { readonly size: number; readonly at: Instant } | undefined
  #trouble: EnergywebError | undefined

  constructor(
    witness: GatewayWitness,
    { store, report }: { store: () => CosignStore; report: GatewayObserver },
  ) {
    const wake = new Wake()
    super({ name: `witness ${witness.key.name}`, trigger: turns(wake, rhythm), deadline: '2m' })
    this.#witness = witness
    this.#store = store
    this.#report = report
    this.#wake = wake
  }

  /** A checkpoint was signed. */
  wake(): void {
    this.#wake.wake()
  }

  status(): WitnessStatus {
    const { key, url } = this.#witness
    return {
      witness: key.name,
      url,
      size: this.#cosigned?.size,
      newest: this.#newest,
      at: this.#cosigned?.at,
      trouble: this.#trouble && messageOf(this.#trouble),
      isAlarm: isEnergywebError(this.#trouble, 'log-forked'),
    }
  }

  override prepare(_: TaskContext): void {
    this.#http ??= this.#witness.http()
  }

  override async coroutine({ signal, log }: TaskRun): Promise<void> {
    const note = await this.#store().lastCheckpoint()
    if (note === undefined) return
    // What verifies cosignatures is loaded when there is one to ask for.
    const { cosignatureIn, obtainCosignature } = await import('./cosign.ts')
    const { key } = this.#witness
    const { size, at: before } = cosignatureIn(note, key)
    this.#newest = size
    const at = before ?? (await obtainCosignature(this.#asking(note), signal))
    this.#known = size
    this.#cosigned = { size, at }
    this.#trouble = undefined
    if (before !== undefined) return
    this.#report({ type: 'checkpoint-cosigned', witness: key.name, size, at })
    log.info({ size, witness: key.name }, 'checkpoint cosigned')
  }

  /** The next attempt: a wake of one's own, after the back-off. */
  override handleError(error: unknown, { consecutiveFailures, log }: FailureContext): void {
    this.#trouble = error instanceof EnergywebError ? error : undefined
    if (isEnergywebError(error, 'log-forked') && consecutiveFailures === 1) {
      log.error({ error, hint: error.hint }, `ALARM: ${error.message}`)
    }
    this.#wake.wake()
  }

  override async finish(): Promise<void> {
    await this.#http?.close()
  }

  #asking(note: string): Asking {
    const { key, url } = this.#witness
    this.#http ??= this.#witness.http()
    return { note, key, url, http: this.#http, store: this.#store(), known: this.#known ?? 0 }
  }
}
