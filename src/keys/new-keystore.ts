import { randomBytes } from 'node:crypto'
import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { ethereumAddress } from './ethereum-address.ts'
import { decrypt, encrypt } from './keystore-cipher.ts'
import { readKeystore } from './keystore-file.ts'
import { formatKeystore, requireAffordable, type ScryptCost } from './keystore-format.ts'
import { privateKeyIn, requireKeyOf } from './open-keystore.ts'
import { encodePrivateKey, privateKeyLength } from './private-key.ts'
import { signerOf } from './signer-of.ts'

/** 32 MiB and about a tenth of a second on a desktop; little enough for the smallest gateway. */
export const defaultScryptCost: ScryptCost = { n: 2 ** 15, r: 8, p: 1 }

export interface NewKeystoreOptions {
  algorithm: SignatureAlgorithm
  password: string
  /** 32 bytes; default a new random key. */
  privateKey?: Uint8Array
  /** Default {@link defaultScryptCost}. */
  cost?: ScryptCost
  /** Source of salt, iv and new keys; default the machine's. */
  random?: (length: number) => Uint8Array
  signal?: AbortSignal
}

/** A keystore ready to be written, and what of it may be told. */
export interface NewKeystore {
  /** The file's text. */
  readonly text: string
  readonly algorithm: SignatureAlgorithm
  /** secp256k1 and p256: 65 bytes, uncompressed. ed25519: 32 bytes. */
  readonly publicKey: Uint8Array
  /** secp256k1 only: the account, with the checksum of EIP-55. */
  readonly address?: string
}

/**
 * Makes a keystore: Web3 secret storage version 3 with scrypt. An Ed25519 key is kept as PKCS#8 in the same form, with the
 * member `energyweb`.
 * @throws EnergywebError `argument-invalid` for an empty password; `key-invalid` for bytes that are no private key.
 *
 * @example
 * const { text, address } = await newKeystore({ algorithm: 'secp256k1', password })
 * await writeKeystore('./meter-key.json', text)
 */
export async function newKeystore(options: NewKeystoreOptions): Promise<NewKeystore> {
  const { algorithm, password, cost = defaultScryptCost, random = randomBytes } = options
  if (password === '') {
    throw new EnergywebError('argument-invalid', 'the password is empty', {
      hint: 'Choose one of 12 characters or more.',
    })
  }
  requireAffordable(cost)
  const privateKey = Uint8Array.from(options.privateKey ?? random(privateKeyLength))
  const plain = encodePrivateKey(privateKey, algorithm)
  try {
    const signer = await signerOf(privateKey, algorithm)
    const secret = await encrypt(plain, {
      password,
      derivation: { kdf: 'scrypt', ...cost, salt: random(32) },
      iv: random(16),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    const face = await faceOf(signer, algorithm)
    const text = formatKeystore({
      ...secret,
      algorithm,
      ...(face.address === undefined
        ? { publicKey: face.publicKey }
        : { address: face.address.slice(2).toLowerCase() }),
    })
    return { text, ...face }
  } finally {
    plain.fill(0)
    privateKey.fill(0)
  }
}

export interface ImportKeystoreOptions {
  /** The other program's keystore file. */
  path: string
  password: string
  /** Default the same password. */
  newPassword?: string
  cost?: ScryptCost
  signal?: AbortSignal
}

/**
 * Makes a keystore of ours from another program's file (or an older one of ours), under the default cost.
 * @throws EnergywebError `key-invalid`; `key-password`; `key-unavailable`
 */
export async function importKeystore(options: ImportKeystoreOptions): Promise<NewKeystore> {
  const { path, password, newPassword = password, ...rest } = options
  const { keystore } = await readKeystore(path)
  const plain = await decrypt(keystore, options)
  try {
    const privateKey = privateKeyIn(plain, keystore.algorithm, path)
    const made = await newKeystore({
      ...rest,
      algorithm: keystore.algorithm,
      password: newPassword,
      privateKey,
    })
    privateKey.fill(0)
    requireKeyOf(keystore, made, path)
    return made
  } finally {
    plain.fill(0)
  }
}

async function faceOf(signer: Signer, algorithm: SignatureAlgorithm): Promise<Omit<NewKeystore, 'text'>> {
  const publicKey = signer.publicKey(algorithm)
  if (algorithm !== 'secp256k1') return { algorithm, publicKey }
  return { algorithm, publicKey, address: await ethereumAddress(publicKey) }
}
