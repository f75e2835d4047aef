import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { SignatureAlgorithm, Signer } from '../../core/signer.ts'
import { ethereumAddress } from '../ethereum-address.ts'
import { requireAlgorithm } from '../require-algorithm.ts'
import { algorithmOf, curves, curveWords, publicKeyIn } from './curves.ts'
import type { FoundKey, KeyAttributes, KeyName, TokenFace } from './protocol.ts'
import { SameKey } from './same-key.ts'
import { shareHolder } from './shared-holder.ts'
import type { TokenHolder, TokenListener, TokenPlace } from './token-holder.ts'
import { type Signing, signingWith } from './verified.ts'

export interface OpenTokenKeyOptions extends TokenPlace {
  readonly key: KeyName
  /** The algorithm the key is needed for; the object on the token must be of its curve. */
  readonly expect: SignatureAlgorithm
  readonly signal?: AbortSignal
}

/** A key of a token, open. */
export interface OpenedTokenKey {
  readonly signer: Signer
  readonly publicKey: Uint8Array
  /** secp256k1 only: the account, with the checksum of EIP-55. */
  readonly address?: string
  readonly token: TokenFace
  readonly label: string
  /** Hex. */
  readonly id: string
  readonly attributes: KeyAttributes
  /** What is doubtful about the key. */
  readonly warnings: readonly string[]
  /**
   * Looks after the key between signatures, about every 10 s, and tells each time how it is: undefined when the token is there
   * and holds the same key. Nobody looks until this is called, and after its answer was.
   */
  watch(listener: TokenListener): () => void
  /** Lets the token go; the signer signs no more. */
  close(): void
}

/**
 * Opens a key that lives in a token, by PKCS#11. The private key stays there; the library runs in a process of its own, so that
 * nobody who does not sign waits for it. While the token is away `sign` fails with `key-unavailable`, retryable; when it is
 * back it signs again. Every signature is checked against the public key before it is given out.
 * @throws EnergywebError `key-unavailable`, retryable, when the token is not there; `key-password`, never tried again;
 * `key-invalid` for a key that is not there, ambiguous, or of another curve; `dependency-missing`
 * @example
 * const { signer, address } = await openTokenKey({
 *   library: '/usr/lib/softhsm/libsofthsm2.so', token: 'ew', pin, key: { label: 'meter' }, expect: 'secp256k1',
 * })
 */
export async function openTokenKey(options: OpenTokenKeyOptions): Promise<OpenedTokenKey> {
  const { key, expect, signal } = options
  const { holder, release } = shareHolder(options)
  const waiting = signal === undefined ? {} : { signal }
  try {
    const token = await holder.face(waiting)
    const found = await holder.ask({ ask: 'key', key }, waiting)
    const publicKey = publicKeyOf(found, expect, token)
    const signing = await signingWith(expect, publicKey)
    const same = new SameKey({
      holder,
      algorithm: expect,
      publicKey,
      find: async more => publicKeyOf(await holder.ask({ ask: 'key', key }, more), expect, token),
      what: `the token ${token.label}, key ${found.label}`,
    })
    return {
      signer: signerOf({ holder, key, algorithm: expect, publicKey, signing, same }),
      publicKey,
      ...(expect === 'secp256k1' && { address: await ethereumAddress(publicKey) }),
      token,
      label: found.label,
      id: found.id,
      attributes: found.attributes,
      warnings: doubtsAbout(found.attributes),
      watch: listener => same.watch(listener),
      close: release,
    }
  } catch (error) {
    release()
    throw error
  }
}

/** @throws EnergywebError `key-invalid` for another curve, or where the token tells no public key */
function publicKeyOf(found: FoundKey, expect: SignatureAlgorithm, token: TokenFace): Uint8Array {
  const where = `the key ${found.label} of the token ${token.label}`
  if (algorithmOf(found.curve) !== expect) {
    throw new EnergywebError('key-invalid', `${where} is of ${curveWords(found.curve)}, not of ${expect}`, {
      hint: `Make one with \`energyweb keys new --pkcs11 … --type ${expect}\`.`,
    })
  }
  if (found.point !== undefined) return publicKeyIn(found.point, expect)
  throw new EnergywebError('key-invalid', `${where} has no public key beside it`, {
    hint: 'Write it into the token under the same id: `pkcs11-tool --write-object … --type pubkey --id …`.',
  })
}

/** What should be looked at: a key that could leave its token is hardly better than a file. */
export function doubtsAbout(attributes: KeyAttributes): string[] {
  const { extractable, sensitive, local } = attributes
  return [
    ...(extractable === true ? ['it can be taken out of the token (CKA_EXTRACTABLE)'] : []),
    ...(sensitive === false
      ? ['the token shows it in plain to whoever has the PIN (CKA_SENSITIVE is false)']
      : []),
    ...(local === false ? ['it was made elsewhere and brought into the token: there may be copies'] : []),
  ]
}

interface SignerParts {
  readonly holder: TokenHolder
  readonly key: KeyName
  readonly algorithm: SignatureAlgorithm
  readonly publicKey: Uint8Array
  readonly signing: Signing
  readonly same: SameKey
}

function signerOf({ holder, key, algorithm, publicKey, signing, same }: SignerParts): Signer {
  const { sign: mechanism } = curves[algorithm]
  return {
    algorithms: [algorithm],
    publicKey(asked) {
      requireAlgorithm(asked, algorithm)
      return Uint8Array.from(publicKey)
    },
    async sign(data, { algorithm: asked, signal }) {
      requireAlgorithm(asked, algorithm)
      const request = { ask: 'sign', key, mechanism, data: signing.input(data) } as const
      const waiting = signal === undefined ? {} : { signal }
      const raw = await holder.ask(request, waiting).catch(asAway)
      const signature = await signing.checked(raw, data)
      if (signature !== undefined) return signature
      try {
        await same.require(waiting).catch(asAway)
      } finally {
        holder.discard()
      }
      throw new EnergywebError('key-unavailable', `a signature of the key ${key.label ?? key.id} is wrong`, {
        retryable: true,
        hint: 'It was thrown away. The token says that it holds the same key as before: ask its maker.',
      })
    },
  }
}

/** A key that was there and is not found now: its token was changed for another, which may be changed back. */
function asAway(error: unknown): never {
  if (!isEnergywebError(error, 'key-invalid')) throw error
  throw new EnergywebError('key-unavailable', error.message, {
    retryable: true,
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  })
}
