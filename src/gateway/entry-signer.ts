import type { EntrySignature, EntrySignatureBook } from '../core/entry-signatures.ts'
import { faultPoint } from '../core/fault-point.ts'
import type { EvidenceSigner } from '../proof/evidence-signature.ts'

/** Which readings the evidence key signs one by one. */
export interface SignedReadingsOptions {
  /** Names of the assets whose readings are signed. */
  readonly assets: readonly string[]
  /** Opened with the log. */
  readonly store: () => EntrySignatureBook
}

/** So few that a checkpoint that comes meanwhile need not wait long, even for slow hardware. */
const batch = 16

/** Has single readings signed. What waits follows from the log: nothing is remembered here, and nothing is lost. */
export class EntrySigner {
  readonly #assets: readonly string[]
  readonly #store: () => EntrySignatureBook
  #signed = 0
  #waiting: number | undefined

  constructor({ assets, store }: SignedReadingsOptions) {
    this.#assets = assets
    this.#store = store
  }

  /** How many were signed in this run, and how many waited at the last look; undefined before the first. */
  status(): { readonly signed: number; readonly waiting: number | undefined } {
    return { signed: this.#signed, waiting: this.#waiting }
  }

  isOf(asset: string): boolean {
    return this.#assets.includes(asset)
  }

  /** From here on readings of the assets are signed. */
  begin(): Promise<void> {
    return this.#store().beginSigning(this.#assets)
  }

  /** Looks how many wait. */
  async look(): Promise<void> {
    this.#waiting = await this.#store().countEntriesToSign(this.#assets)
  }

  /**
   * Signs some of what waits; answers how many, 0 when nothing does. What was signed before a failure is kept.
   * @throws EnergywebError `key-unavailable`, `key-invalid`, `log-io`; the signal's reason
   */
  async signSome(key: string, by: EvidenceSigner, { signal }: { signal: AbortSignal }): Promise<number> {
    const { entrySignature } = await import('../proof/evidence-signature.ts')
    const entries = await this.#store().entriesToSign({ assets: this.#assets, limit: batch })
    const done: EntrySignature[] = []
    try {
      for (const entry of entries) {
        signal.throwIfAborted()
        const { asset, sequence } = entry
        done.push({ asset, sequence, signature: await entrySignature(entry, by, { signal }) })
        faultPoint('gateway/entry-signed')
      }
    } finally {
      if (done.length > 0) await this.#store().keepEntrySignatures(key, done)
      if (done.length > 0) faultPoint('gateway/entry-signatures-kept')
      this.#signed += done.length
      this.#waiting = this.#waiting === undefined ? undefined : Math.max(0, this.#waiting - done.length)
    }
    return done.length
  }
}
