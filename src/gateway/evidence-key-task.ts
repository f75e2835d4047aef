import type { Clock } from '../core/clock.ts'
import { EnergywebError, isEnergywebError, messageOf } from '../core/errors.ts'
import type { Signer } from '../core/signer.ts'
import type { Instant } from '../core/time.ts'
import { type FailureContext, Task, type TaskContext, type TaskRun } from '../dispatcher/index.ts'
import type { EvidenceSigner } from '../proof/evidence-signature.ts'
import type { NoteSignature } from '../proof/signed-note.ts'
import type { KeyAlgorithm } from '../proof/verifier-key.ts'
import { EntrySigner, type SignedReadingsOptions } from './entry-signer.ts'
import type { GatewayObserver } from './events.ts'
import { turns, Wake } from './wake.ts'
import { within } from './within.ts'

/** What keeps checkpoints, and knows which of them a key has signed. */
export interface EvidenceKeyStore {
  /** Checkpoints that a key has yet to sign, the oldest first; of a key that has signed none, the newest only. */
  checkpointsWithout(query: {
    readonly name: string
    readonly keyId: Uint8Array
    readonly limit: number
  }): Promise<readonly string[]>
  /** Adds signatures to the kept checkpoint of this size; resolves when that is durable. */
  addCosignatures(size: number, signatures: readonly NoteSignature[]): Promise<void>
}

/** The key that signs checkpoints beside the log key. */
export interface EvidenceKeyOptions {
  /** The log's name in its checkpoints; the evidence key signs under it too. */
  readonly origin: string
  /** What the key is called in messages. */
  readonly name: string
  /**
   * Answers the holder of the P-256 key; asked before each signature, and MUST NOT wait long for one that is away.
   * @throws EnergywebError `key-unavailable`, retryable, while it is
   */
  readonly signer: (options: { signal: AbortSignal }) => Promise<Signer>
  /** Opened with the log. */
  readonly store: () => EvidenceKeyStore
  /** Verifies what it has signed; default what runs everywhere, which is slow. */
  readonly algorithm?: () => Promise<KeyAlgorithm>
  /** Readings that it signs one by one, too; default none. */
  readonly readings?: SignedReadingsOptions
}

/** How it stands with the evidence key. */
export interface EvidenceKeyStatus {
  /** What it is called in the configuration. */
  readonly name: string
  /** Its verifier key; undefined until it was open once. */
  readonly key: string | undefined
  /** Size of the largest checkpoint that it has signed in this run; undefined before the first. */
  readonly size: number | undefined
  /** Since when it can't be reached; undefined while it can. */
  readonly awaySince: Instant | undefined
  /** Why it does not sign; undefined while all is well. */
  readonly trouble: string | undefined
  /** Readings that it signs one by one: how many in this run, and how many wait; undefined where it signs none so. */
  readonly readings: { readonly signed: number; readonly waiting: number | undefined } | undefined
}

/** A look that finds nothing to sign costs one question to the store. */
const rhythm = { every: 3_600_000, pause: 100 }

/** How often a key that is away is asked for, in milliseconds. */
const lookFor = 15_000
const batch = 50
/** A turn ends after so many looks for readings: another one follows, and none runs into its deadline. */
const longestTurn = 16

/**
 * Has the evidence key sign each checkpoint, soon after the log key has, and readings one by one where that is asked for. Nothing
 * waits for it: while its token is away the log goes on as ever, and it signs, checkpoints first, when it is back. No other key
 * signs in its place.
 */
export class EvidenceKeyTask extends Task {
  readonly #options: EvidenceKeyOptions
  readonly #report: GatewayObserver
  readonly #wake: Wake
  readonly #readings: EntrySigner | undefined
  #turn: Promise<number> | undefined
  #key: string | undefined
  #size: number | undefined
  #away: { readonly since: Instant; readonly why: string } | undefined
  /** It was away, and signs again; nobody was told yet. */
  #returned = false
  #trouble: string | undefined
  #cancelLook: (() => void) | undefined

  constructor(options: EvidenceKeyOptions, report: GatewayObserver) {
    const wake = new Wake()
    super({ name: 'evidence key', trigger: turns(wake, rhythm), deadline: '5m' })
    this.#options = options
    this.#report = report
    this.#wake = wake
    this.#readings = options.readings && new EntrySigner(options.readings)
  }

  /** Before the first reading of a run comes: from here on readings are signed. */
  async begin(): Promise<void> {
    await this.#readings?.begin()
  }

  /** Something was appended to a stream. */
  grown(stream: string): void {
    if (this.#readings?.isOf(stream) === true) this.#wake.wake()
  }

  /** A checkpoint was signed by the log key. */
  wake(): void {
    this.#wake.wake()
  }

  status(): EvidenceKeyStatus {
    return {
      name: this.#options.name,
      key: this.#key,
      size: this.#size,
      awaySince: this.#away?.since,
      trouble: this.#away?.why ?? this.#trouble,
      readings: this.#readings?.status(),
    }
  }

  override async coroutine({ signal, clock, log }: TaskRun): Promise<void> {
    try {
      const count = await this.#signWaiting(signal)
      this.#signs()
      if (this.#returned) log.info({ key: this.#options.name }, 'the evidence key is back')
      this.#returned = false
      this.#trouble = undefined
      if (count > 0) log.info({ checkpoints: count, size: this.#size }, 'signed by the evidence key')
    } catch (error) {
      if (!isAway(error)) throw error
      this.#missed(error, { clock, log })
    }
    await this.#readings?.look()
  }

  /** The next attempt is a wake of one's own, after the back-off. */
  override handleError(error: unknown, _: FailureContext): void {
    this.#trouble = messageOf(error)
    this.#wake.wake()
  }

  override finish(_: TaskContext): void {
    this.#cancelLook?.()
  }

  /** Signs what waits, for who can't wait for its turn; a key that is away, or takes longer than so, is left alone. */
  async signNow({
    signal,
    clock,
    patience,
  }: {
    readonly signal: AbortSignal
    readonly clock: Clock
    readonly patience: number
  }): Promise<void> {
    const timeout = () => new EnergywebError('aborted', 'the evidence key takes too long')
    try {
      await within(held => this.#signWaiting(held), { milliseconds: patience, clock, signal, timeout })
    } catch (error) {
      const ofKey = isEnergywebError(error) && (error.code === 'aborted' || error.code.startsWith('key-'))
      if (!ofKey) throw error
      // What it left undone waits for a turn.
      this.#wake.wake()
    }
  }

  /** One turn at a time: whoever comes meanwhile shares it. */
  #signWaiting(signal: AbortSignal): Promise<number> {
    this.#turn ??= this.#signAll(signal).finally(() => {
      this.#turn = undefined
    })
    return this.#turn
  }

  async #signAll(signal: AbortSignal): Promise<number> {
    const { origin, signer: open } = this.#options
    // The curve is loaded when there is a key of it.
    const [{ evidenceKeyOf }, { formatVerifierKey }] = await Promise.all([
      import('../proof/evidence-signature.ts'),
      import('../proof/verifier-key.ts'),
    ])
    const signer = await open({ signal })
    const algorithm = await this.#options.algorithm?.()
    const by = { key: { ...evidenceKeyOf(origin, signer), ...(algorithm && { algorithm }) }, signer }
    const text = formatVerifierKey(by.key)
    this.#key = text
    let count = await this.#signCheckpoints(text, by, signal)
    for (let looks = 0; looks < longestTurn; looks++) {
      const signed = (await this.#readings?.signSome(text, by, { signal })) ?? 0
      if (signed === 0) return count
      this.#signs()
      // A checkpoint that came meanwhile goes before what still waits.
      count += await this.#signCheckpoints(text, by, signal)
    }
    this.#wake.wake()
    return count
  }

  async #signCheckpoints(key: string, by: EvidenceSigner, signal: AbortSignal): Promise<number> {
    const [{ evidenceSignature }, { readCheckpoint }] = await Promise.all([
      import('../proof/evidence-signature.ts'),
      import('../proof/checkpoint.ts'),
    ])
    const { name, id: keyId } = by.key
    const store = this.#options.store()
    let count = 0
    const waiting = () => store.checkpointsWithout({ name, keyId, limit: batch })
    for (let notes = await waiting(); notes.length > 0; notes = await waiting()) {
      for (const note of notes) {
        signal.throwIfAborted()
        const signature = await evidenceSignature(note, by, { signal })
        const { size } = readCheckpoint(note)
        await store.addCosignatures(size, [signature])
        count += 1
        this.#size = size
        this.#signs()
        this.#report({ type: 'evidence-key-signed', key, size })
      }
    }
    return count
  }

  /** A turn may be long: that the key is there shows with its first signature. */
  #signs(): void {
    this.#returned ||= this.#away !== undefined
    this.#away = undefined
  }

  #missed(error: EnergywebError, { clock, log }: Pick<TaskContext, 'clock' | 'log'>): void {
    const { name } = this.#options
    if (this.#away === undefined) {
      log.warn(
        { key: name, code: error.code, hint: error.hint },
        `the evidence key ${name} is away: checkpoints are signed by the log key alone until it is back: ${error.message}`,
      )
    }
    this.#away = { since: this.#away?.since ?? clock.now(), why: error.message }
    this.#cancelLook?.()
    this.#cancelLook = clock.after(lookFor, () => this.#wake.wake())
  }
}

function isAway(error: unknown): error is EnergywebError {
  return isEnergywebError(error, 'key-unavailable') && error.retryable
}
