import { equalBytes } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { ethereumAddress } from './ethereum-address.ts'
import { decrypt } from './keystore-cipher.ts'
import { readKeystore } from './keystore-file.ts'
import type { Keystore } from './keystore-format.ts'
import { decodePrivateKey } from './private-key.ts'
import { signerOf } from './signer-of.ts'

export interface OpenKeystoreOptions {
  path: string
  password: string
  /** The algorithm the key is needed for. A log key never opens as a chain key, nor the other way round. */
  expect: SignatureAlgorithm
  signal?: AbortSignal
}

export interface OpenedKeystore {
  readonly signer: Signer
  readonly publicKey: Uint8Array
  /** secp256k1 only: the account, with the checksum of EIP-55. */
  readonly address?: string
  readonly warnings: readonly string[]
}

/**
 * Opens a keystore file.
 * @throws EnergywebError `key-unavailable`, retryable, when the file can't be read or there is no memory;
 * `key-invalid` for a damaged file or one of another algorithm; `key-password`.
 */
export async function openKeystore(options: OpenKeystoreOptions): Promise<OpenedKeystore> {
  const { path, expect } = options
  const { keystore, warnings } = await readKeystore(path)
  requireKind(keystore, expect, path)
  const plain = await decrypt(keystore, options)
  try {
    const privateKey = privateKeyIn(plain, expect, path)
    const signer = await signerOf(privateKey, expect)
    privateKey.fill(0)
    const publicKey = signer.publicKey(expect)
    const face =
      expect === 'secp256k1' ? { publicKey, address: await ethereumAddress(publicKey) } : { publicKey }
    requireKeyOf(keystore, face, path)
    return { signer, warnings, ...face }
  } finally {
    plain.fill(0)
  }
}

function requireKind(keystore: Keystore, expect: SignatureAlgorithm, path: string): void {
  if (keystore.algorithm === expect) return
  throw new EnergywebError(
    'key-invalid',
    `${path} holds a key for ${keystore.algorithm}, not for ${expect}`,
    {
      hint: kindHints[expect],
    },
  )
}

const kindHints = {
  ed25519:
    'The log needs a key of its own, never an account of a chain: make one with `energyweb keys new --log`.',
  p256: 'An evidence key is one of its own, by P-256: make one with `energyweb keys new --evidence`.',
  secp256k1:
    'This is no account of a chain, which needs a key of its own: make or import one with `energyweb keys`.',
} as const

/**
 * The private key in a keystore's decrypted bytes. The algorithms differ in length, so that nobody turns one into the
 * other by editing the file.
 * @throws EnergywebError `key-invalid`
 */
export function privateKeyIn(plain: Uint8Array, algorithm: SignatureAlgorithm, path: string): Uint8Array {
  const privateKey = decodePrivateKey(plain, algorithm)
  if (privateKey !== undefined) return privateKey
  throw new EnergywebError('key-invalid', `${path} holds no private key for ${algorithm}`, {
    hint: 'The file was changed after it was made. Take it from your backup.',
  })
}

/** @throws EnergywebError `key-invalid` when the file names another account or public key than its key has. */
export function requireKeyOf(
  keystore: Keystore,
  found: { readonly publicKey: Uint8Array; readonly address?: string },
  path: string,
): void {
  const { address, publicKey } = keystore
  const same =
    (address === undefined || found.address?.toLowerCase() === `0x${address}`) &&
    (publicKey === undefined || equalBytes(publicKey, found.publicKey))
  if (same) return
  throw new EnergywebError('key-invalid', `${path} names another account or public key than its key has`, {
    hint: 'The file was changed after it was made. Take it from your backup.',
  })
}
