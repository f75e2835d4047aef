import { fromBase64, toBase64, utf8 } from '../core/bytes.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import type { Signer } from '../core/signer.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { formatNote, parseNote, type VerifierKey, verifierKeyOf, verifyNote } from './signed-note.ts'

/** Size and root of a log (C2SP tlog-checkpoint v1.0.0). */
export interface Checkpoint {
  /** The log's name: like an address without scheme, without white space and `+`. */
  readonly origin: string
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
  /** Further lines; we write none. */
  readonly extensions: readonly string[]
}

function invalid(why: string, cause?: unknown): EnergywebError {
  return new EnergywebError('note-invalid', `not a checkpoint: ${why}`, cause === undefined ? {} : { cause })
}

/** The text that is signed. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  if (origin === '' || /[\s+]/u.test(origin)) throw invalid('the origin is empty or holds white space or +')
  if (!Number.isSafeInteger(size) || size < 0 || root.length !== 32) throw invalid('size or root')
  if (extensions.some(line => line === '' || line.includes('\n'))) throw invalid('an empty extension line')
  return [origin, String(size), toBase64(root), ...extensions].map(line => `${line}\n`).join('')
}

/**
 * Reads the text of a checkpoint, strictly.
 * @throws EnergywebError `note-invalid`
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw invalid('no line feed at the end')
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n')
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) throw invalid('tree size')
  const checkpoint = { origin, size: Number(size), root: decodeRoot(root), extensions }
  if (formatCheckpoint(checkpoint) !== text) throw invalid('it is not written as it must be')
  return checkpoint
}

function decodeRoot(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch (cause) {
    if (isEnergywebError(cause, 'argument-invalid')) throw invalid('root hash', cause)
    throw cause
  }
}

/**
 * Signs a checkpoint as a note under its origin with the signer's Ed25519 key. Whoever calls it MUST NOT sign a checkpoint
 * that is inconsistent with an earlier one.
 */
export async function signCheckpoint(
  checkpoint: Checkpoint,
  signer: Signer,
  options: { hashes?: Hashes; signal?: AbortSignal } = {},
): Promise<string> {
  const { hashes = nobleHashes, signal } = options
  const text = formatCheckpoint(checkpoint)
  const key = verifierKeyOf(checkpoint.origin, signer.publicKey('ed25519'), hashes)
  const signature = await signer.sign(utf8(text), { algorithm: 'ed25519', ...(signal && { signal }) })
  return formatNote({ text, signatures: [{ name: key.name, keyId: key.id, signature }] })
}

/**
 * Reads a signed checkpoint and verifies that one of the keys has signed it under its origin.
 * @throws EnergywebError `note-invalid`, `proof-invalid`
 */
export function verifyCheckpoint(note: string, keys: readonly VerifierKey[]): Checkpoint {
  const { text, signers } = verifyNote(note, keys)
  const checkpoint = parseCheckpoint(text)
  if (!signers.some(key => key.name === checkpoint.origin)) {
    throw new EnergywebError('proof-invalid', `the log ${checkpoint.origin} has not signed its checkpoint`)
  }
  return checkpoint
}

/**
 * The checkpoint in a note whose signatures nobody has verified.
 * @throws EnergywebError `note-invalid`
 */
export function readCheckpoint(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text)
}
