import { constants, createPublicKey, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto'
import { equalBytes, toBase64url } from '../../core/bytes.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { FoundKey, KeyName, OaepHash, TokenFace } from './protocol.ts'
import { shareHolder } from './shared-holder.ts'
import type { TokenHolder, TokenPlace } from './token-holder.ts'

export interface WrappingKeyOptions extends TokenPlace {
  /** An RSA key of the token. */
  readonly key: KeyName
  readonly signal?: AbortSignal | undefined
}

/** A short secret that one key of one token opens. */
export interface TokenWrapped {
  /** Encrypted by RSA-OAEP. */
  readonly wrapped: Uint8Array
  readonly hash: OaepHash
  /** The key's SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
}

/** The better one first; SoftHSM has SHA-1 alone, which is good enough here: OAEP needs no hash without collisions. */
const hashes: readonly OaepHash[] = ['sha256', 'sha1']

/**
 * Encrypts a short secret, of 32 bytes or so, for an RSA key that lives in a token, in a way in which the token has
 * opened something before this returns.
 * @throws EnergywebError `key-invalid` for a key that can't do it; as `openTokenKey`
 */
export async function wrapByTokenKey(
  secret: Uint8Array,
  { key, signal, ...place }: WrappingKeyOptions,
): Promise<TokenWrapped> {
  return withHolder(place, async holder => {
    const found = await holder.ask({ ask: 'key', key }, waiting(signal))
    const publicKey = rsaKeyOf(found, await holder.face(waiting(signal)))
    const hash = await hashOf(holder, { key, publicKey, signal })
    return { wrapped: encrypt(secret, publicKey, hash), hash, publicKey: spkiOf(publicKey) }
  })
}

/**
 * Has a token open what was encrypted for one of its keys.
 * @param isKey - whether it is the key that it was encrypted for, by its SubjectPublicKeyInfo; another one is not asked
 * @throws EnergywebError `key-invalid` for another key, or one that can't do it; as `openTokenKey`
 */
export async function unwrapByTokenKey(
  { wrapped, hash }: Pick<TokenWrapped, 'wrapped' | 'hash'>,
  {
    key,
    signal,
    isKey,
    ...place
  }: WrappingKeyOptions & { readonly isKey: (publicKey: Uint8Array) => boolean },
): Promise<Uint8Array> {
  return withHolder(place, async holder => {
    const found = await holder.ask({ ask: 'key', key }, waiting(signal))
    const token = await holder.face(waiting(signal))
    if (!isKey(spkiOf(rsaKeyOf(found, token)))) {
      throw new EnergywebError(
        'key-invalid',
        `the key ${found.label} of the token ${token.label} is another than the one that it was encrypted for`,
        { hint: 'Is this another token of the same name?' },
      )
    }
    return holder.ask({ ask: 'decrypt', key, hash, data: wrapped }, waiting(signal))
  })
}

/**
 * Makes an RSA key inside a token, sensitive and not extractable, of 3,072 bits where the token has them, else of 2,048.
 * @throws EnergywebError `key-invalid` for a label that is taken, or a token without RSA; as `openTokenKey`
 */
export async function newWrappingKey(
  place: TokenPlace,
  key: { readonly label: string; readonly id: string },
): Promise<void> {
  await withHolder(place, holder => holder.ask({ ask: 'generate-wrapping', ...key }))
}

/**
 * Takes away again what {@link newWrappingKey} has made, when nothing came to be encrypted for it.
 * @param key - exactly as it was made; any other key stays
 * @returns false when it is not there
 * @throws EnergywebError as `openTokenKey`
 */
export async function removeWrappingKey(
  place: TokenPlace,
  key: { readonly label: string; readonly id: string },
): Promise<boolean> {
  return withHolder(place, async holder => (await holder.ask({ ask: 'destroy', ...key })) > 0)
}

async function withHolder<Answer>(
  place: TokenPlace,
  use: (holder: TokenHolder) => Promise<Answer>,
): Promise<Answer> {
  const { holder, release } = shareHolder(place)
  try {
    return await use(holder)
  } finally {
    release()
  }
}

/** The first hash by which the token opens what was encrypted for it. */
async function hashOf(
  holder: TokenHolder,
  { key, publicKey, signal }: { key: KeyName; publicKey: KeyObject; signal: AbortSignal | undefined },
): Promise<OaepHash> {
  const probe = randomBytes(32)
  const refusals: EnergywebError[] = []
  for (const hash of hashes) {
    try {
      const data = encrypt(probe, publicKey, hash)
      const opened = await holder.ask({ ask: 'decrypt', key, hash, data }, waiting(signal))
      if (equalBytes(opened, probe)) return hash
    } catch (error) {
      if (!isEnergywebError(error, 'key-invalid')) throw error
      refusals.push(error)
    }
  }
  throw (
    refusals.at(-1) ?? new EnergywebError('key-invalid', 'the token opens something else than was encrypted')
  )
}

function encrypt(secret: Uint8Array, key: KeyObject, oaepHash: OaepHash): Uint8Array {
  return Uint8Array.from(publicEncrypt({ key, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING }, secret))
}

function rsaKeyOf({ rsa, label }: FoundKey, token: TokenFace): KeyObject {
  if (rsa === undefined) {
    throw new EnergywebError('key-invalid', `the key ${label} of the token ${token.label} is none of RSA`, {
      hint: 'Only RSA keys open what was encrypted for them: `energyweb config seal … --generate` makes one.',
    })
  }
  const key = { kty: 'RSA', n: integer(rsa.modulus), e: integer(rsa.exponent) }
  return createPublicKey({ key, format: 'jwk' })
}

/** Some tokens put a zero byte in front, as ASN.1 does. */
function integer(bytes: Uint8Array): string {
  const from = bytes.findIndex(byte => byte !== 0)
  return toBase64url(bytes.subarray(Math.max(from, 0)))
}

function spkiOf(key: KeyObject): Uint8Array {
  return Uint8Array.from(key.export({ format: 'der', type: 'spki' }))
}

function waiting(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}
