import { p256 } from '@noble/curves/nist.js'
import { utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import { p256Spki } from '../core/p256-spki.ts'
import type { Signer } from '../core/signer.ts'
import { ecdsaKeyOf } from './ecdsa-key.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { type NoteSignature, parseNote } from './signed-note.ts'
import { hasSigned, type VerifierKey } from './verifier-key.ts'

/** The verifier key of an evidence key: P-256, under the name of the log beside whose key it signs. */
export function evidenceKeyOf(origin: string, signer: Signer, hashes: Hashes = nobleHashes): VerifierKey {
  return ecdsaKeyOf(origin, p256Spki(signer.publicKey('p256')), hashes)
}

/**
 * The evidence key's signature of a checkpoint that its log has signed: over the same text, so that it may come later. What
 * comes out of hardware is verified before anybody sees it.
 * @param note - the signed checkpoint
 * @throws EnergywebError `key-unavailable`; `key-invalid` for a signature that does not hold; `note-invalid`
 */
export async function evidenceSignature(
  note: string,
  { key, signer }: { readonly key: VerifierKey; readonly signer: Signer },
  options: { signal?: AbortSignal } = {},
): Promise<NoteSignature> {
  const message = utf8(parseNote(note).text)
  const signed = await signer.sign(message, { algorithm: 'p256', ...options })
  const signature = derOf(signed)
  if (signature === undefined || hasSigned(key, { message, signature }) !== true) {
    throw new EnergywebError('key-invalid', 'the evidence key gave a signature that does not hold', {
      hint: 'The token, or the library that speaks to it, is at fault: nothing of it was kept.',
    })
  }
  return { name: key.name, keyId: key.id, signature }
}

/** ASN.1 DER of r || s, as signed notes have it. */
function derOf(signature: Uint8Array): Uint8Array | undefined {
  try {
    return p256.Signature.fromBytes(signature, 'compact').toBytes('der')
  } catch {
    // The library tells by errors of its own what is no signature.
    return undefined
  }
}
