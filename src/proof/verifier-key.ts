import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from '../core/bytes.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { isKeyName } from './key-name.ts'
import { ProofError, type ProofFailure } from './proof-failure.ts'

/*
 * Public keys of signed notes (C2SP signed-note v1.0.0): those of logs by Ed25519 and by ECDSA over P-256, and those of
 * witnesses (C2SP tlog-cosignature). What is parsed here may come from whoever wants to be believed.
 */

/** The type byte of each kind of key. */
export const keyTypes = { ed25519: 0x01, ecdsa: 0x02, cosignature: 0x04 } as const

export type VerifierKeyType = keyof typeof keyTypes

/** A public key and the name that it signs under. */
export interface VerifierKey {
  readonly name: string
  readonly type: VerifierKeyType
  /** 4 bytes. */
  readonly id: Uint8Array
  /** Ed25519: 32 bytes. ECDSA: the SubjectPublicKeyInfo of P-256, DER, 91 bytes. */
  readonly publicKey: Uint8Array
}

const longestKey = 1_000

/** Everything of a P-256 SubjectPublicKeyInfo but its point, which is uncompressed (RFC 5480 section 2). */
const p256Prefix = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200')

function refused(failure: ProofFailure, why: string, cause?: unknown): ProofError {
  return new ProofError(failure, `not a verifier key: ${why}`, { cause })
}

/**
 * The key of a log: a name and an Ed25519 public key of 32 bytes.
 * @throws EnergywebError `note-invalid`
 */
export function verifierKeyOf(
  name: string,
  publicKey: Uint8Array,
  hashes: Hashes = nobleHashes,
): VerifierKey {
  return keyOf({ name, type: 'ed25519', publicKey }, hashes)
}

/**
 * The key of a witness: a name and an Ed25519 public key of 32 bytes that signs cosignatures and nothing else.
 * @throws EnergywebError `note-invalid`
 */
export function cosignerKeyOf(
  name: string,
  publicKey: Uint8Array,
  hashes: Hashes = nobleHashes,
): VerifierKey {
  return keyOf({ name, type: 'cosignature', publicKey }, hashes)
}

/**
 * A key that signs by ECDSA over P-256 and SHA-256, as hardware can that has no Ed25519.
 * @param publicKey - SubjectPublicKeyInfo, DER, with the uncompressed point: 91 bytes
 * @throws EnergywebError `note-invalid`
 */
export function ecdsaKeyOf(name: string, publicKey: Uint8Array, hashes: Hashes = nobleHashes): VerifierKey {
  return keyOf({ name, type: 'ecdsa', publicKey }, hashes)
}

function keyOf({ name, type, publicKey }: Omit<VerifierKey, 'id'>, hashes: Hashes): VerifierKey {
  if (!isKeyName(name)) {
    throw refused('key-name-invalid', 'its name is empty or holds white space, a control character or +')
  }
  const ecdsa = type === 'ecdsa'
  if (publicKey.length !== (ecdsa ? p256Prefix.length + 65 : 32)) {
    throw refused('key-bytes-invalid', `${publicKey.length} bytes are no key of its type`)
  }
  const hashed = ecdsa ? publicKey : concatBytes(utf8(`${name}\n`), Uint8Array.of(keyTypes[type]), publicKey)
  return { name, type, id: hashes.sha256(hashed).slice(0, 4), publicKey }
}

/** Writes `<name>+<key id>+<base64 of type and key>`. */
export function formatVerifierKey({ name, type, id, publicKey }: VerifierKey): string {
  return `${name}+${toHex(id)}+${toBase64(concatBytes(Uint8Array.of(keyTypes[type]), publicKey))}`
}

/**
 * Reads `<name>+<key id>+<base64 of type and key>`, strictly: the id must be that of the key, and the key one that only its
 * owner can sign with.
 * @throws EnergywebError `note-invalid`, with a {@link ProofFailure}
 */
export function parseVerifierKey(text: string, hashes: Hashes = nobleHashes): VerifierKey {
  const match = text.length > longestKey ? null : /^([^+]*)\+([0-9a-f]{8})\+([^\n]+)$/.exec(text)
  if (match === null)
    throw refused('key-malformed', 'it is a name, an id of 8 hex digits and base64, with + between')
  const [, name = '', id = '', material = ''] = match
  const bytes = decodeMaterial(material)
  const type = typeNames.find(known => keyTypes[known] === bytes[0])
  if (type === undefined) throw refused('key-type-unknown', `keys of type ${bytes[0]} are not verified here`)
  const key = keyOf({ name, type, publicKey: bytes.slice(1) }, hashes)
  if (!equalBytes(key.id, fromHex(id))) {
    throw refused('key-id-differs', `its id is ${toHex(key.id)}, the text says ${id}`)
  }
  if (!isSoundKey(key)) throw refused('key-bytes-invalid', 'its bytes are no point that a key can be')
  return key
}

const typeNames = ['ed25519', 'ecdsa', 'cosignature'] as const

function decodeMaterial(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch (cause) {
    throw refused('base64-invalid', 'wrong base64', cause)
  }
}

/** Everybody can sign for a point of small order. */
function isSoundKey({ type, publicKey }: VerifierKey): boolean {
  if (type === 'ecdsa') {
    const [head, point] = [publicKey.subarray(0, p256Prefix.length), publicKey.subarray(p256Prefix.length)]
    return equalBytes(head, p256Prefix) && p256.utils.isValidPublicKey(point, false)
  }
  return (
    ed25519.utils.isValidPublicKey(publicKey, false) && !ed25519.Point.fromBytes(publicKey).isSmallOrder()
  )
}

/** True when the key's owner has signed the message; `undefined` when the bytes can't be a signature at all. */
export function hasSigned(
  { type, publicKey }: VerifierKey,
  { message, signature }: { readonly message: Uint8Array; readonly signature: Uint8Array },
): boolean | undefined {
  if (type === 'ecdsa') return hasSignedEcdsa(publicKey.subarray(p256Prefix.length), { message, signature })
  // RFC 8032 alone, without the laxer rules of ZIP 215: every verifier must come to the same answer.
  return signature.length === 64
    ? ed25519.verify(signature, message, publicKey, { zip215: false })
    : undefined
}

function hasSignedEcdsa(
  point: Uint8Array,
  { message, signature }: { readonly message: Uint8Array; readonly signature: Uint8Array },
): boolean | undefined {
  try {
    p256.Signature.fromBytes(signature, 'der')
  } catch {
    // The library tells every wrong encoding by an error of its own; which one is of no interest.
    return undefined
  }
  // High s too: signers are free to choose it, and nothing here is told apart by its signature.
  return p256.verify(signature, message, point, { format: 'der', lowS: false })
}
