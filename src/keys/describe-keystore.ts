import type { SignatureAlgorithm } from '../core/signer.ts'
import { checksumAddress } from './ethereum-address.ts'
import { readKeystore } from './keystore-file.ts'
import { verifierKey } from './verifier-key.ts'

/** What a keystore tells without its password. */
export interface KeystoreDescription {
  readonly algorithm: SignatureAlgorithm
  /** ed25519: 32 bytes. p256: 65 bytes, uncompressed. */
  readonly publicKey?: Uint8Array
  /** secp256k1: the account, with the checksum of EIP-55; other programs' files may not tell it. */
  readonly address?: string
  /** The text by which others know the key of the log or the witness, or the evidence key, when a name was given. */
  readonly verifierKey?: string
  readonly warnings: readonly string[]
}

/**
 * What a keystore file says about itself, without a password. It is proven only when the keystore is opened.
 * @param options.origin - the log's name, for the `verifierKey` of a log key or an evidence key.
 * @param options.witness - the witness's name instead.
 * @throws EnergywebError `key-unavailable`; `key-invalid`; `argument-invalid` for an unfit origin.
 */
export async function describeKeystore(
  path: string,
  options: { origin?: string; witness?: string } = {},
): Promise<KeystoreDescription> {
  const { keystore, warnings } = await readKeystore(path)
  const { algorithm, address, publicKey } = keystore
  return {
    algorithm,
    warnings,
    ...(address === undefined ? {} : { address: await checksumAddress(address) }),
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(publicKey === undefined ? {} : namedKey({ algorithm, publicKey }, options)),
  }
}

function namedKey(
  { algorithm, publicKey }: { algorithm: SignatureAlgorithm; publicKey: Uint8Array },
  { origin, witness }: { origin?: string; witness?: string },
): Pick<KeystoreDescription, 'verifierKey'> {
  if (algorithm === 'p256') {
    return origin === undefined ? {} : { verifierKey: verifierKey(origin, publicKey, 'evidence') }
  }
  if (witness !== undefined) return { verifierKey: verifierKey(witness, publicKey, 'witness') }
  return origin === undefined ? {} : { verifierKey: verifierKey(origin, publicKey) }
}
