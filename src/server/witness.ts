import { equalBytes, fromUtf8 } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Signer } from '../core/signer.ts'
import { formatInstant } from '../core/time.ts'
import { type Checkpoint, readCheckpoint, verifyCheckpoint } from '../proof/checkpoint.ts'
import { cosignatureOf, cosignCheckpoint, formatCosignature } from '../proof/cosignature.ts'
import { addSignatures, formatNote, parseNote } from '../proof/signed-note.ts'
import type { VerifierKey } from '../proof/verifier-key.ts'
import { judgeCheckpoint } from '../proof/witness-law.ts'
import { parseWitnessRequest, twoFaces, type WitnessRequest } from '../proof/witness-request.ts'
import type { WitnessConflict, WitnessFolder } from '../storage/index.ts'
import { Turns } from './turns.ts'

export interface WitnessOptions {
  /** The name that it cosigns under, like `witness.example.org/w1`. */
  readonly name: string
  /** Holds its Ed25519 key, which signs nothing else. */
  readonly signer: Signer
  /** The logs that it cosigns, by their keys; a key's name is its log's. */
  readonly logs: readonly VerifierKey[]
  readonly folder: WitnessFolder
  readonly clock: Clock
  readonly log: Logger
}

/** What goes back over HTTP. */
export interface WitnessAnswer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** So many requests may wait for one log. */
const mostWaiting = 16
const longestName = 200

interface Submission {
  readonly request: WitnessRequest
  readonly checkpoint: Checkpoint
  /** The checkpoint with the signatures of its log alone. */
  readonly note: string
}

/**
 * A witness (C2SP tlog-witness): it cosigns checkpoints of the logs that it knows, each only when it continues the one
 * before, and remembers that before it answers. It knows nothing of HTTP but the numbers.
 */
export class Witness {
  readonly #options: WitnessOptions
  readonly #turns = new Turns(mostWaiting)
  readonly #doubted = new Map<string, string>()

  /** @throws EnergywebError `argument-invalid` for a log whose name no folder can have */
  constructor(options: WitnessOptions) {
    for (const { name } of options.logs) {
      if (encodeURIComponent(name).length > longestName) {
        throw new EnergywebError('argument-invalid', `the name of the log ${name} is too long to keep`)
      }
    }
    this.#options = options
  }

  /** Names of the logs that it cosigns. */
  get origins(): readonly string[] {
    return [...new Set(this.#options.logs.map(({ name }) => name))]
  }

  /**
   * Answers `add-checkpoint`; the body is hostile.
   * @throws EnergywebError `log-io`, `log-corrupt`, `key-unavailable`: then nothing was cosigned
   */
  async addCheckpoint(body: Uint8Array): Promise<WitnessAnswer> {
    const submission = this.#read(body)
    if ('status' in submission) return submission
    const { origin } = submission.checkpoint
    const answered = this.#turns.take(origin, () => this.#decide(submission))
    return answered ?? refusal(429, `too many requests wait for ${origin}`)
  }

  /** Resolves when no request is being decided: until then what it remembers may still change. */
  idle(): Promise<void> {
    return this.#turns.idle()
  }

  #read(body: Uint8Array): Submission | WitnessAnswer {
    try {
      const request = parseWitnessRequest(fromUtf8(body))
      const { origin } = readCheckpoint(request.note)
      const keys = this.#options.logs.filter(({ name }) => name === origin)
      if (keys.length === 0) return refusal(404, 'this log is not known here')
      return { request, checkpoint: verifyCheckpoint(request.note, keys), note: signedBy(keys, request.note) }
    } catch (error) {
      if (isEnergywebError(error, 'proof-invalid')) return refusal(403, error.message)
      if (isEnergywebError(error, 'note-invalid') || isEnergywebError(error, 'argument-invalid')) {
        return refusal(400, error.message)
      }
      throw error
    }
  }

  /** One at a time for each log: what is looked at here is what is replaced. */
  async #decide(submission: Submission): Promise<WitnessAnswer> {
    const { request, checkpoint } = submission
    const { origin, size } = checkpoint
    const { folder } = this.#options
    const kept = await folder.checkpoint(origin)
    const known = kept === undefined ? undefined : readCheckpoint(kept)
    if (known !== undefined && known.origin !== origin) {
      throw new EnergywebError('log-corrupt', `what is kept of ${origin} is of ${known.origin}`)
    }
    const { verdict } = judgeCheckpoint({ ...request, checkpoint }, known)
    const isAccused = await folder.hasEquivocated(origin)
    // Who comes with the other tree hears that it is another one; everybody else that nothing is cosigned.
    if (isAccused && verdict !== 'forked') return refusal(403, twoFaces)
    switch (verdict) {
      case 'continues':
        return this.#cosign(submission, known)
      case 'impossible':
        return refusal(400, `the old size ${request.oldSize} is above the checkpoint's, ${size}`)
      case 'stale':
        return staleAnswer(known)
      case 'forked':
        if (!isAccused) await this.#accuse('two-roots', submission, kept)
        return staleAnswer(known)
      case 'unproven':
        await this.#accuse('unproven', submission, kept)
        return refusal(422, `it is not shown that this tree continues the one of ${known?.size ?? 0} entries`)
    }
  }

  async #cosign(submission: Submission, known: Checkpoint | undefined): Promise<WitnessAnswer> {
    const { name, signer, clock, log, folder } = this.#options
    const { origin, size } = submission.checkpoint
    const time = Math.floor(clock.now() / 1_000)
    const cosignature = await cosignCheckpoint(submission.note, { name, time, signer })
    // The same tree once more changes nothing of what must not be forgotten.
    if (known?.size !== size) {
      await folder.keepCheckpoint(origin, addSignatures(submission.note, [cosignatureOf(cosignature)]))
      log.info({ origin, size }, 'a checkpoint was cosigned')
    }
    return { status: 200, type: 'text/plain; charset=utf-8', body: formatCosignature(cosignature) }
  }

  /** Keeps both checkpoints, and says so. The same suspicion again, which any stranger can raise, costs nothing. */
  async #accuse(
    kind: WitnessConflict['kind'],
    { note, checkpoint: { origin, size } }: Submission,
    cosigned: string | undefined,
  ): Promise<void> {
    const { folder, clock, log } = this.#options
    if (cosigned === undefined || (kind === 'unproven' && this.#doubted.get(origin) === note)) return
    await folder.keepConflict({ at: formatInstant(clock.now()), origin, kind, cosigned, shown: note })
    const hint = 'See `energyweb witness show`.'
    if (kind === 'two-roots') {
      const what = `the log ${origin} has signed two different trees of ${size} entries: it shows different faces, nothing of it is cosigned any more`
      log.error({ origin, size, hint }, what)
    } else {
      this.#doubted.set(origin, note)
      log.warn(
        { origin, size, hint },
        `a signed checkpoint of ${origin} came without a valid proof: a wrong proof, or another tree`,
      )
    }
  }
}

function signedBy(keys: readonly VerifierKey[], note: string): string {
  const { text, signatures } = parseNote(note)
  const own = signatures.filter(({ name, keyId }) =>
    keys.some(key => key.name === name && equalBytes(key.id, keyId)),
  )
  return formatNote({ text, signatures: own })
}

function refusal(status: number, why: string): WitnessAnswer {
  return { status, type: 'text/plain; charset=utf-8', body: `${why}\n` }
}

function staleAnswer(known: Checkpoint | undefined): WitnessAnswer {
  return { status: 409, type: 'text/x.tlog.size', body: `${known?.size ?? 0}\n` }
}
