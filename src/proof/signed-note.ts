import { ed25519 } from '@noble/curves/ed25519.js'
import { concatBytes, equalBytes, fromBase64, fromHex, toBase64, utf8 } from '../core/bytes.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import { type Hashes, nobleHashes } from './hashes.ts'

/*
 * Signed notes (C2SP signed-note v1.0.0): a text, an empty line, and lines of signatures by name and key. What is parsed
 * here is hostile. Only Ed25519 (type 0x01) is verified; signatures of other kinds are kept and ignored.
 */

const ed25519Type = 0x01
const longestNote = 1_000_000
const mostSignatures = 100

/** A public key and the name that it signs under. */
export interface VerifierKey {
  readonly name: string
  /** 4 bytes. */
  readonly id: Uint8Array
  /** 32 bytes, Ed25519. */
  readonly publicKey: Uint8Array
}

export interface NoteSignature {
  readonly name: string
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}

export interface SignedNote {
  /** With its final line feed: the bytes that are signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

function invalid(why: string, cause?: unknown): EnergywebError {
  return new EnergywebError('note-invalid', `not a signed note: ${why}`, cause === undefined ? {} : { cause })
}

function isKeyName(name: string): boolean {
  return name !== '' && !/[\s+\p{Cc}\p{Z}]/u.test(name) && name.isWellFormed()
}

/** The key of a name and an Ed25519 public key. */
export function verifierKeyOf(
  name: string,
  publicKey: Uint8Array,
  hashes: Hashes = nobleHashes,
): VerifierKey {
  if (!isKeyName(name) || publicKey.length !== 32) throw invalid('a key needs a name and 32 bytes')
  const material = concatBytes(Uint8Array.of(ed25519Type), publicKey)
  const id = hashes.sha256(concatBytes(utf8(`${name}\n`), material)).slice(0, 4)
  return { name, id, publicKey }
}

/**
 * Reads `<name>+<key id>+<base64 of type and key>`.
 * @throws EnergywebError `note-invalid`
 */
export function parseVerifierKey(text: string, hashes: Hashes = nobleHashes): VerifierKey {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text)
  const [, name = '', id = '', material = ''] = match ?? []
  const bytes = decodeBase64(material)
  if (match === null || bytes.length !== 33 || bytes[0] !== ed25519Type) {
    throw invalid('a verifier key is a name, an id and an Ed25519 key')
  }
  const key = verifierKeyOf(name, bytes.slice(1), hashes)
  if (!equalBytes(key.id, fromHex(id))) throw invalid('the id of the verifier key is not that of its key')
  return key
}

function decodeBase64(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch (cause) {
    if (isEnergywebError(cause, 'argument-invalid')) throw invalid('wrong base64', cause)
    throw cause
  }
}

function checkText(text: string): void {
  if (!text.endsWith('\n')) throw invalid('the text does not end with a line feed')
  if (!text.isWellFormed()) throw invalid('the text is not valid Unicode')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) throw invalid('it holds a control character')
}

/** Writes a note. */
export function formatNote({ text, signatures }: SignedNote): string {
  checkText(text)
  const lines = signatures.map(({ name, keyId, signature }) => {
    if (!isKeyName(name) || keyId.length !== 4) throw invalid('a signature without name or key id')
    return `— ${name} ${toBase64(concatBytes(keyId, signature))}\n`
  })
  return `${text}\n${lines.join('')}`
}

/**
 * Reads a note; the signatures are not verified.
 * @throws EnergywebError `note-invalid`
 */
export function parseNote(note: string): SignedNote {
  if (note.length > longestNote) throw invalid('too long')
  checkText(note)
  const split = note.lastIndexOf('\n\n')
  if (split < 0) throw invalid('no empty line before the signatures')
  const text = note.slice(0, split + 1)
  const lines = note.slice(split + 2, -1).split('\n')
  if (text === '\n' || lines[0] === '') throw invalid('no text or no signature')
  if (lines.length > mostSignatures) throw invalid('too many signatures')
  return { text, signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): NoteSignature {
  const match = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u.exec(line)
  const [, name = '', base64 = ''] = match ?? []
  if (match === null || !isKeyName(name)) throw invalid('a signature line is a dash, a name and base64')
  const bytes = decodeBase64(base64)
  if (bytes.length < 5) throw invalid('a signature is too short')
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
}

/**
 * Reads a note and verifies it: unknown keys are passed over, a known key's wrong signature refuses the whole note, and at
 * least one known key must have signed. Answers the text and the keys that signed it.
 * @throws EnergywebError `note-invalid` for what is not a note; `proof-invalid` for wrong or missing signatures.
 */
export function verifyNote(
  note: string,
  keys: readonly VerifierKey[],
): { text: string; signers: readonly VerifierKey[] } {
  const { text, signatures } = parseNote(note)
  const signers: VerifierKey[] = []
  for (const { name, keyId, signature } of signatures) {
    const key = keys.find(known => known.name === name && equalBytes(known.id, keyId))
    if (key === undefined) continue
    if (!isSignatureOf(key, signature, utf8(text))) {
      throw new EnergywebError('proof-invalid', `the signature of ${name} is wrong`)
    }
    if (!signers.includes(key)) signers.push(key)
  }
  if (signers.length === 0) throw new EnergywebError('proof-invalid', 'no known key has signed the note')
  return { text, signers }
}

function isSignatureOf(key: VerifierKey, signature: Uint8Array, message: Uint8Array): boolean {
  // RFC 8032 alone, without the laxer rules of ZIP 215: every verifier must come to the same answer.
  return signature.length === 64 && ed25519.verify(signature, message, key.publicKey, { zip215: false })
}
