import { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from '../core/bytes.ts'
import { hasSignedByEd25519, isSoundPoint, signatureLength } from './ed25519-signature.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { isKeyName } from './key-name.ts'
import { ProofError, type ProofFailure } from './proof-failure.ts'

/*
 * Public keys of signed notes (C2SP signed-note v1.0.0): those of logs, and those of witnesses (C2SP tlog-cosignature), by
 * Ed25519. Keys by ECDSA stand apart, in ecdsa-key.ts: a page that needs none does not load their curve. What is parsed here may
 * come from whoever wants to be believed.
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
  /** What verifies its signatures; left out for Ed25519. */
  readonly algorithm?: KeyAlgorithm
}

/** A signed message. */
export interface SignedMessage {
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** What verifies signatures of another kind than Ed25519. */
export interface KeyAlgorithm {
  /** True when the key's owner has signed the message; `undefined` when the bytes can't be a signature at all. */
  hasSigned(publicKey: Uint8Array, signed: SignedMessage): boolean | undefined
}

const longestKey = 1_000

/** Says why something is no verifier key. */
export function refusedKey(failure: ProofFailure, why: string, cause?: unknown): ProofError {
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

/** @throws EnergywebError `note-invalid` for what can't name a key */
export function requireKeyName(name: string): void {
  if (!isKeyName(name)) {
    throw refusedKey('key-name-invalid', 'its name is empty or holds white space, a control character or +')
  }
}

/** @throws EnergywebError `note-invalid` for bytes of another length */
export function requireKeyLength(publicKey: Uint8Array, length: number): void {
  if (publicKey.length !== length) {
    throw refusedKey('key-bytes-invalid', `${publicKey.length} bytes are no key of its type`)
  }
}

function keyOf({ name, type, publicKey }: Omit<VerifierKey, 'id'>, hashes: Hashes): VerifierKey {
  requireKeyName(name)
  requireKeyLength(publicKey, 32)
  const hashed = concatBytes(utf8(`${name}\n`), Uint8Array.of(keyTypes[type]), publicKey)
  return { name, type, id: hashes.sha256(hashed).slice(0, 4), publicKey }
}

/** Writes `<name>+<key id>+<base64 of type and key>`. */
export function formatVerifierKey({ name, type, id, publicKey }: VerifierKey): string {
  return `${name}+${toHex(id)}+${toBase64(concatBytes(Uint8Array.of(keyTypes[type]), publicKey))}`
}

/** Name and id of a key: what the line of a signature tells of it. */
export function keyInWords({ name, id }: Pick<VerifierKey, 'name' | 'id'>): string {
  return `${name}+${toHex(id)}`
}

/** A verifier key's text, taken apart. */
export interface KeyText {
  readonly name: string
  /** As the text has it. */
  readonly id: Uint8Array
  /** The type byte; undefined when there is none. */
  readonly type: number | undefined
  readonly publicKey: Uint8Array
}

/** @throws EnergywebError `note-invalid` */
export function readKeyText(text: string): KeyText {
  const match = text.length > longestKey ? null : /^([^+]*)\+([0-9a-f]{8})\+([^\n]+)$/.exec(text)
  if (match === null)
    throw refusedKey('key-malformed', 'it is a name, an id of 8 hex digits and base64, with + between')
  const [, name = '', id = '', material = ''] = match
  const bytes = decodeMaterial(material)
  return { name, id: fromHex(id), type: bytes[0], publicKey: bytes.slice(1) }
}

/** @throws EnergywebError `note-invalid` when the text's id is not that of its key */
export function requireKeyId({ id }: VerifierKey, said: Uint8Array): void {
  if (!equalBytes(id, said)) {
    throw refusedKey('key-id-differs', `its id is ${toHex(id)}, the text says ${toHex(said)}`)
  }
}

/**
 * Reads `<name>+<key id>+<base64 of type and key>` of an Ed25519 key, strictly: the id must be that of the key, and the key one
 * that only its owner can sign with.
 * @throws EnergywebError `note-invalid`, with a {@link ProofFailure}
 */
export function parseVerifierKey(text: string, hashes: Hashes = nobleHashes): VerifierKey {
  const { name, id, type: byte, publicKey } = readKeyText(text)
  const type = edwardsTypes.find(known => keyTypes[known] === byte)
  if (type === undefined) throw refusedKey('key-type-unknown', `keys of type ${byte} are not verified here`)
  const key = keyOf({ name, type, publicKey }, hashes)
  requireKeyId(key, id)
  if (!isSoundPoint(publicKey))
    throw refusedKey('key-bytes-invalid', 'its bytes are no point that a key can be')
  return key
}

const edwardsTypes = ['ed25519', 'cosignature'] as const

function decodeMaterial(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch (cause) {
    throw refusedKey('base64-invalid', 'wrong base64', cause)
  }
}

/** True when the key's owner has signed the message; `undefined` when the bytes can't be a signature at all. */
export function hasSigned({ publicKey, algorithm }: VerifierKey, signed: SignedMessage): boolean | undefined {
  if (algorithm !== undefined) return algorithm.hasSigned(publicKey, signed)
  return signed.signature.length === signatureLength ? hasSignedByEd25519(publicKey, signed) : undefined
}
