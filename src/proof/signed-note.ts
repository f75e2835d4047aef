import { concatBytes, equalBytes, fromBase64, toBase64, toHex, utf8 } from '../core/bytes.ts'
import { isKeyName } from './key-name.ts'
import { ProofError, type ProofFailure } from './proof-failure.ts'
import { hasSigned, type VerifierKey } from './verifier-key.ts'

/*
 * Signed notes (C2SP signed-note v1.0.0): a text, an empty line, and lines of signatures by name and key. What is parsed
 * here is hostile. Signatures of unknown kinds are kept and ignored.
 */

const longestNote = 1_000_000
const mostSignatures = 100
const shortestSignature = 5

export interface NoteSignature {
  readonly name: string
  /** 4 bytes. */
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}

export interface SignedNote {
  /** With its final line feed: the bytes that are signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

function malformed(failure: ProofFailure, why: string, cause?: unknown): ProofError {
  return new ProofError(failure, `not a signed note: ${why}`, { cause })
}

function checkText(text: string): void {
  if (text.length > longestNote)
    throw malformed('note-too-long', `it is longer than ${longestNote} characters`)
  if (!text.endsWith('\n')) throw malformed('text-unterminated', 'the text does not end with a line feed')
  if (!text.isWellFormed()) throw malformed('text-ill-formed', 'the text is not valid Unicode')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  const control = /[\u0000-\u0009\u000b-\u001f]/.exec(text)
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, '0')
    throw malformed('control-character', `it holds the control character U+${code} at ${control.index}`)
  }
}

/** One line of a note's signatures, with its line feed. */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  if (!isKeyName(name)) throw malformed('key-name-invalid', `"${name}" can't name a key`)
  if (keyId.length !== 4 || signature.length < shortestSignature - 4) {
    throw malformed('signature-too-short', 'a signature needs a key id of 4 bytes and bytes of its own')
  }
  return `— ${name} ${toBase64(concatBytes(keyId, signature))}\n`
}

/** Writes a note. */
export function formatNote({ text, signatures }: SignedNote): string {
  checkText(text)
  return `${text}\n${signatures.map(formatSignature).join('')}`
}

/**
 * Reads a note; the signatures are not verified.
 * @throws EnergywebError `note-invalid`, with a {@link ProofFailure}
 */
export function parseNote(note: string): SignedNote {
  checkText(note)
  const split = note.lastIndexOf('\n\n')
  if (split < 0) throw malformed('separator-missing', 'no empty line before the signatures')
  const text = note.slice(0, split + 1)
  if (text === '\n') throw malformed('text-empty', 'no text')
  if (split + 2 === note.length) throw malformed('signatures-missing', 'no signature behind the empty line')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > mostSignatures) {
    throw malformed('signatures-too-many', `more than ${mostSignatures} signatures`)
  }
  const signatures = lines.map(parseSignature)
  const seen = new Set<string>()
  for (const signature of signatures) {
    const pair = pairOf(signature)
    if (seen.has(pair)) throw malformed('signature-repeated', `${signature.name} has signed it twice`)
    seen.add(pair)
  }
  return { text, signatures }
}

/** What tells keys apart in a note: no name holds a white space. */
function pairOf({ name, keyId }: NoteSignature): string {
  return `${toHex(keyId)} ${name}`
}

/**
 * Reads one line of signatures, without its line feed.
 * @throws EnergywebError `note-invalid`, with a {@link ProofFailure}
 */
export function parseSignature(line: string): NoteSignature {
  const match = /^— ([^ ]+) ([^ ]+)$/u.exec(line)
  if (match === null) throw malformed('signature-malformed', 'a signature line is a dash, a name and base64')
  const [, name = '', base64 = ''] = match
  if (!isKeyName(name)) throw malformed('key-name-invalid', `"${name}" can't name a key`)
  const bytes = decodeSignature(base64)
  if (bytes.length < shortestSignature) throw malformed('signature-too-short', 'a signature is too short')
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
}

function decodeSignature(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch (cause) {
    throw malformed('base64-invalid', 'wrong base64', cause)
  }
}

/**
 * The note with further signatures. One of a key that has signed already takes the place of the earlier one.
 * @throws EnergywebError `note-invalid`, with a {@link ProofFailure}
 */
export function addSignatures(note: string, added: readonly NoteSignature[]): string {
  const { text, signatures } = parseNote(note)
  const replaced = new Set(added.map(pairOf))
  const kept = signatures.filter(signature => !replaced.has(pairOf(signature)))
  const whole = formatNote({ text, signatures: [...kept, ...added] })
  parseNote(whole)
  return whole
}

/**
 * Reads a note and verifies it: unknown keys are passed over, a known key's wrong signature refuses the whole note, and at
 * least one known key must have signed. Answers the text and the keys that signed it.
 * @throws EnergywebError `note-invalid` for what is not a note; `proof-invalid` for wrong or missing signatures; both with a
 * {@link ProofFailure}
 */
export function verifyNote(
  note: string,
  keys: readonly VerifierKey[],
): { text: string; signers: readonly VerifierKey[] } {
  const { text, signatures } = parseNote(note)
  const signers: VerifierKey[] = []
  for (const [key, signature] of signaturesBy(keys, signatures)) {
    if (key.type === 'cosignature') throw refused('key-type-wrong', `${key.name} is a witness, not a log`)
    requireSignature(key, { signature, message: utf8(text) })
    signers.push(key)
  }
  if (signers.length === 0) throw refused('signer-unknown', 'no known key has signed the note')
  return { text, signers }
}

function refused(failure: ProofFailure, why: string): ProofError {
  return new ProofError(failure, why, { code: 'proof-invalid' })
}

/**
 * The signatures of known keys, in the order of the note.
 * @throws EnergywebError `proof-invalid` when two of the keys are one: its signature would count twice.
 */
export function signaturesBy(
  keys: readonly VerifierKey[],
  signatures: readonly NoteSignature[],
): readonly (readonly [VerifierKey, Uint8Array])[] {
  for (const [at, key] of keys.entries()) {
    const twin = keys.slice(0, at).find(({ publicKey }) => equalBytes(publicKey, key.publicKey))
    if (twin !== undefined) throw refused('key-repeated', `${twin.name} and ${key.name} are one key`)
  }
  return signatures.flatMap(({ name, keyId, signature }) => {
    const key = keys.find(known => known.name === name && equalBytes(known.id, keyId))
    return key === undefined ? [] : [[key, signature] as const]
  })
}

/** @throws EnergywebError `proof-invalid` unless it is the key's signature of the message. */
export function requireSignature(
  key: VerifierKey,
  { signature, message }: { readonly signature: Uint8Array; readonly message: Uint8Array },
): void {
  const holds = hasSigned(key, { signature, message })
  if (holds === undefined) {
    throw refused('signature-bytes-invalid', `the signature of ${key.name} is wrong: not the bytes of one`)
  }
  if (!holds) throw refused('signature-wrong', `the signature of ${key.name} is wrong`)
}
