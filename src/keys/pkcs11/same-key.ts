import { equalBytes, toHex } from '../../core/bytes.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { SignatureAlgorithm } from '../../core/signer.ts'
import { ethereumAddress } from '../ethereum-address.ts'
import type { TokenHolder, TokenListener } from './token-holder.ts'

export interface SameKeyOptions {
  readonly holder: TokenHolder
  readonly algorithm: SignatureAlgorithm
  /** What the key was when it was opened. */
  readonly publicKey: Uint8Array
  /** The public key that the token holds under that name now. @throws EnergywebError */
  readonly find: (waiting: { signal?: AbortSignal }) => Promise<Uint8Array>
  /** Names it in messages: "the token ew, key meter". */
  readonly what: string
}

/** Looks whether a token still holds the key that was opened: another token may have come in its place, under the same name. */
export class SameKey {
  readonly #options: SameKeyOptions
  /** Of which opening of the token it is known. */
  #knownOf: number
  #looking: Promise<void> | undefined

  constructor(options: SameKeyOptions) {
    this.#options = options
    this.#knownOf = options.holder.openings
  }

  /**
   * Asks the token.
   * @throws EnergywebError `key-invalid` when it holds another one, or none; `key-unavailable`
   */
  async require(waiting: { signal?: AbortSignal } = {}): Promise<void> {
    const { holder, algorithm, publicKey, find, what } = this.#options
    const found = await find(waiting)
    const opening = holder.openings
    if (equalBytes(found, publicKey)) {
      this.#knownOf = opening
      return
    }
    const [is, was] = await Promise.all([found, publicKey].map(key => nameOf(key, algorithm)))
    throw new EnergywebError('key-invalid', `${what}, is another key now: ${is}, not ${was}`, {
      hint: 'Nothing is signed with it. Is this another token of the same name? Plug the right one in, or write down the new key as a new one.',
    })
  }

  /** Hears how this key is; a token that was opened anew has to show it first. */
  watch(listener: TokenListener): () => void {
    return this.#options.holder.watch(trouble => {
      if (trouble !== undefined || this.#options.holder.openings === this.#knownOf) listener(trouble)
      else this.#look(listener)
    })
  }

  #look(listener: TokenListener): void {
    if (this.#looking !== undefined) return
    this.#looking = this.require()
      .then(
        () => listener(undefined),
        error => {
          // What keeps the token from answering is told by its holder.
          if (isEnergywebError(error, 'key-invalid')) listener(error)
        },
      )
      .finally(() => {
        this.#looking = undefined
      })
  }
}

/** An account by its address, another key by its bytes. */
async function nameOf(publicKey: Uint8Array, algorithm: SignatureAlgorithm): Promise<string> {
  return algorithm === 'secp256k1' ? ethereumAddress(publicKey) : toHex(publicKey)
}
