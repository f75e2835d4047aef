import { systemClock } from '../../core/clock.ts'
import type { SignatureAlgorithm } from '../../core/signer.ts'
import { ethereumAddress } from '../ethereum-address.ts'
import { algorithmOf, curveWords, publicKeyIn } from './curves.ts'
import { doubtsAbout, openTokenKey } from './pkcs11-signer.ts'
import type { FoundKey, KeyAttributes, TokenFace } from './protocol.ts'
import { shareHolder } from './shared-holder.ts'
import type { TokenPlace } from './token-holder.ts'
import { TokenProcess } from './token-process.ts'

/** The public side of a key in a token. */
export interface TokenKey {
  readonly token: TokenFace
  readonly label: string
  /** Hex. */
  readonly id: string
  /** Undefined for a key that we have no use for. */
  readonly algorithm: SignatureAlgorithm | undefined
  /** Its curve, for people. */
  readonly curve: string
  /** Undefined where the token tells none. */
  readonly publicKey: Uint8Array | undefined
  /** secp256k1 only: the account, with the checksum of EIP-55. */
  readonly address: string | undefined
  readonly attributes: KeyAttributes
  readonly warnings: readonly string[]
}

/**
 * The tokens that a library shows, without logging in.
 * @throws EnergywebError `dependency-missing`, `key-invalid` for a file that is no such library, `key-unavailable`
 */
export async function tokensIn(
  library: string,
  { environment = process.env }: { readonly environment?: TokenPlace['environment'] } = {},
): Promise<readonly TokenFace[]> {
  const child = new TokenProcess({ environment, clock: systemClock })
  try {
    return await child.ask({ ask: 'tokens', library })
  } finally {
    child.close()
  }
}

/**
 * The private keys of a token, by their public side.
 * @throws EnergywebError as `openTokenKey`
 */
export async function tokenKeys(place: TokenPlace): Promise<readonly TokenKey[]> {
  const { holder, release } = shareHolder(place)
  try {
    const token = await holder.face()
    const found = await holder.ask({ ask: 'keys' })
    return await Promise.all(found.map(key => faceOf(key, token)))
  } finally {
    release()
  }
}

/**
 * Makes a key inside a token, sensitive and not extractable, and has it sign once.
 * @throws EnergywebError `key-invalid` for a label that is taken, or a curve that the token does not have; as `openTokenKey`
 */
export async function newTokenKey(
  place: TokenPlace,
  key: { readonly label: string; readonly id: string; readonly algorithm: SignatureAlgorithm },
): Promise<TokenKey> {
  const { holder, release } = shareHolder(place)
  try {
    const made = await holder.ask({ ask: 'generate', ...key })
    const { label, id, algorithm } = key
    const opened = await openTokenKey({ ...place, key: { label, id }, expect: algorithm })
    try {
      await opened.signer.sign(new Uint8Array(32), { algorithm })
    } finally {
      opened.close()
    }
    return await faceOf(made, await holder.face())
  } finally {
    release()
  }
}

async function faceOf(
  { label, id, curve, point, attributes }: FoundKey,
  token: TokenFace,
): Promise<TokenKey> {
  const algorithm = algorithmOf(curve)
  const publicKey = algorithm === undefined || point === undefined ? undefined : publicKeyIn(point, algorithm)
  const isAccount = algorithm === 'secp256k1' && publicKey !== undefined
  return {
    token,
    label,
    id,
    algorithm,
    curve: curveWords(curve),
    publicKey,
    address: isAccount ? await ethereumAddress(publicKey) : undefined,
    attributes,
    warnings: doubtsAbout(attributes),
  }
}
