import { equalBytes, toHex } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import type { KeyBook } from '../core/key-book.ts'
import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { ethereumAddress } from '../keys/index.ts'

/** A key that was opened, under its name in the configuration. */
export interface OpenedKey {
  readonly name: string
  readonly algorithm: SignatureAlgorithm
  readonly publicKey: Uint8Array
}

/** What to do about a key that is another one than its name has stood for. */
export const exchangedKeyHint =
  'Is this another token of the same name, or another file? Put the right one back. A key that was exchanged on purpose gets a name of its own under `keys`.'

/** Says that a key is another one than the log knows by its name; undefined when it is the same, or none is known. */
export async function exchangedKey(
  { name, algorithm, publicKey }: OpenedKey,
  known: Uint8Array | undefined,
): Promise<string | undefined> {
  if (known === undefined || equalBytes(known, publicKey)) return undefined
  const [is, was] = await Promise.all([faceOf(publicKey, algorithm), faceOf(known, algorithm)])
  return `the key ${name} is another one than the log knows by that name: ${is}, not ${was}`
}

/** An account by its address, another key by its bytes: so it is told everywhere. */
function faceOf(publicKey: Uint8Array, algorithm: SignatureAlgorithm): Promise<string> | string {
  // What the log knows may have been a key of another curve.
  return algorithm === 'secp256k1' && publicKey.length === 65 ? ethereumAddress(publicKey) : toHex(publicKey)
}

/** Holds keys of a configuration that were opened against those that the log knows by their names. */
export class KnownKeys {
  readonly #book: () => Promise<KeyBook>
  /** Keys that must be the same as ever. */
  readonly #strict: ReadonlySet<string>
  readonly #exchanged = new Map<string, string>()

  constructor(book: () => Promise<KeyBook>, { strict }: { readonly strict: readonly string[] }) {
    this.#book = book
    this.#strict = new Set(strict)
  }

  /** That the key is another one than ever before, in words; undefined while it is not known to be. */
  exchanged(name: string): string | undefined {
    return this.#exchanged.get(name)
  }

  /**
   * Looks whether the log knows this key; answers what is to be said of one that was exchanged, and may sign all the same.
   * @throws EnergywebError `key-unavailable`, retryable, for one that has to be the same as ever, and was exchanged
   */
  async hold(name: string, algorithm: SignatureAlgorithm, signer: Signer): Promise<string | undefined> {
    const publicKey = signer.publicKey(algorithm)
    const book = await this.#book()
    const text = await exchangedKey({ name, algorithm, publicKey }, await book.knownKey(name, publicKey))
    if (text === undefined) {
      this.#exchanged.delete(name)
      return undefined
    }
    if (!this.#strict.has(name)) {
      this.#exchanged.set(name, text)
      return text
    }
    const cause = new EnergywebError('key-invalid', text)
    throw new EnergywebError('key-unavailable', text, { retryable: true, cause, hint: exchangedKeyHint })
  }
}
