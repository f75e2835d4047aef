import { fromBase64, toBase64, utf8 } from '../core/bytes.ts'
import type { Signer } from '../core/signer.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { isKeyName } from './key-name.ts'
import { ProofError, type ProofFailure } from './proof-failure.ts'
import { formatNote, parseNote, verifyNote } from './signed-note.ts'
import { type VerifierKey, verifierKeyOf } from './verifier-key.ts'

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

const longestSize = String(Number.MAX_SAFE_INTEGER).length

function malformed(failure: ProofFailure, why: string, cause?: unknown): ProofError {
  return new ProofError(failure, `not a checkpoint: ${why}`, { cause })
}

/**
 * The text that is signed.
 * @throws EnergywebError `note-invalid`, with a {@link ProofFailure}
 */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  if (!isKeyName(origin)) {
    throw malformed('origin-invalid', 'the origin is empty or holds white space, a control character or +')
  }
  if (!Number.isSafeInteger(size) || size < 0)
    throw malformed('size-too-large', `${size} is no size of a tree`)
  if (root.length !== 32) throw malformed('root-invalid', `a root has 32 bytes, not ${root.length}`)
  for (const line of extensions) {
    if (line === '' || line.includes('\n')) throw malformed('extension-empty', 'an empty extension line')
  }
  return [origin, String(size), toBase64(root), ...extensions].map(line => `${line}\n`).join('')
}

/**
 * Reads the text of a checkpoint, strictly.
 * @throws EnergywebError `note-invalid`, with a {@link ProofFailure}
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw malformed('text-unterminated', 'no line feed at the end')
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n')
  if (origin === undefined || size === undefined || root === undefined) {
    throw malformed('checkpoint-incomplete', 'it needs an origin, a size and a root, a line each')
  }
  const checkpoint = { origin, size: parseSize(size), root: decodeRoot(root), extensions }
  formatCheckpoint(checkpoint)
  return checkpoint
}

function parseSize(text: string): number {
  if (!/^(0|[1-9]\d*)$/.test(text)) {
    throw malformed(
      'size-not-canonical',
      'the tree size is not a decimal number without sign and leading zeros',
    )
  }
  const size = Number(text)
  if (text.length > longestSize || !Number.isSafeInteger(size)) {
    throw malformed('size-too-large', 'the tree size is above 2^53 - 1')
  }
  return size
}

function decodeRoot(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch (cause) {
    throw malformed('root-invalid', 'wrong base64', cause)
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
 * @throws EnergywebError `note-invalid`, `proof-invalid`, with a {@link ProofFailure}
 */
export function verifyCheckpoint(note: string, keys: readonly VerifierKey[]): Checkpoint {
  const { text, signers } = verifyNote(note, keys)
  const checkpoint = parseCheckpoint(text)
  if (!signers.some(key => key.name === checkpoint.origin)) {
    throw new ProofError('origin-not-signed', `the log ${checkpoint.origin} has not signed its checkpoint`, {
      code: 'proof-invalid',
    })
  }
  return checkpoint
}

/**
 * The checkpoint in a note whose signatures nobody has verified.
 * @throws EnergywebError `note-invalid`, with a {@link ProofFailure}
 */
export function readCheckpoint(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text)
}
