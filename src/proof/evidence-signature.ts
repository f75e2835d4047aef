import { utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import { p256Spki } from '../core/p256-spki.ts'
import type { Signer } from '../core/signer.ts'
import { derOf, ecdsaKeyOf } from './ecdsa-key.ts'
import { entryStatement, type SignedEntry } from './entry-statement.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { type NoteSignature, parseNote } from './signed-note.ts'
import { hasSigned, type VerifierKey } from './verifier-key.ts'

/** The verifier key of an evidence key: P-256, under the name of the log beside whose key it signs. */
export function evidenceKeyOf(origin: string, signer: Signer, hashes: Hashes = nobleHashes): VerifierKey {
  return ecdsaKeyOf(origin, p256Spki(signer.publicKey('p256')), hashes)
}

/** An evidence key, and whoever holds it. */
export interface EvidenceSigner {
  readonly key: VerifierKey
  readonly signer: Signer
}

/**
 * The evidence key's signature of a checkpoint that its log has signed: over the same text, so that it may come later. What
 * comes out of hardware is verified before anybody sees it.
 * @param note - the signed checkpoint
 * @throws EnergywebError `key-unavailable`; `key-invalid` for a signature that does not hold; `note-invalid`
 */
export async function evidenceSignature(
  note: string,
  by: EvidenceSigner,
  options: { signal?: AbortSignal } = {},
): Promise<NoteSignature> {
  const { signature } = await signedBy(by, utf8(parseNote(note).text), options)
  return { name: by.key.name, keyId: by.key.id, signature }
}

/**
 * The evidence key's signature of a single entry of the log whose name the key signs under: r || s, 64 bytes, verified.
 * @throws EnergywebError `key-unavailable`; `key-invalid` for a signature that does not hold
 */
export async function entrySignature(
  entry: SignedEntry,
  by: EvidenceSigner,
  options: { signal?: AbortSignal } = {},
): Promise<Uint8Array> {
  const { numbers } = await signedBy(by, entryStatement(by.key.name, entry), options)
  return numbers
}

/** As signed notes have it, and as two numbers. */
async function signedBy(
  { key, signer }: EvidenceSigner,
  message: Uint8Array,
  options: { signal?: AbortSignal },
): Promise<{ readonly signature: Uint8Array; readonly numbers: Uint8Array }> {
  const numbers = await signer.sign(message, { algorithm: 'p256', ...options })
  const signature = derOf(numbers)
  if (signature === undefined || hasSigned(key, { message, signature }) !== true) {
    throw new EnergywebError('key-invalid', 'the evidence key gave a signature that does not hold', {
      hint: 'The token, or the library that speaks to it, is at fault: nothing of it was kept.',
    })
  }
  return { signature, numbers }
}
