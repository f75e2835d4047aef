import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import type { Instant } from '../core/time.ts'
import { verifyCosignatures } from '../proof/cosignature.ts'
import { addSignatures, type NoteSignature, parseSignature } from '../proof/signed-note.ts'
import type { VerifierKey } from '../proof/verifier-key.ts'

/**
 * The cosignature of one key in what a witness has answered, verified against the checkpoint. Lines of other keys, which a
 * witness may have too, are passed over.
 * @throws EnergywebError `witness-refused` when it is missing or wrong: nothing of it may be kept
 */
export function cosignaturesIn(
  answer: string,
  { note, key }: { readonly note: string; readonly key: VerifierKey },
): { readonly signatures: readonly NoteSignature[]; readonly at: Instant } {
  try {
    if (!answer.endsWith('\n')) throw useless(key.name, 'its answer does not end with a line feed')
    const signatures = answer
      .slice(0, -1)
      .split('\n')
      .map(parseSignature)
      .filter(signature => isOf(key, signature))
    const [cosignature] = verifyCosignatures(addSignatures(note, signatures), [key])
    if (signatures.length !== 1 || cosignature === undefined) {
      throw useless(key.name, `its answer has ${signatures.length} lines of that key, not one`)
    }
    return { signatures, at: cosignature.time * 1_000 }
  } catch (error) {
    if (isEnergywebError(error, 'note-invalid') || isEnergywebError(error, 'proof-invalid')) {
      throw useless(key.name, error.message, error)
    }
    throw error
  }
}

function isOf({ name, id }: VerifierKey, signature: NoteSignature): boolean {
  return signature.name === name && id.every((byte, i) => byte === signature.keyId[i])
}

function useless(name: string, why: string, cause?: unknown): EnergywebError {
  return new EnergywebError('witness-refused', `the witness ${name} gave no good cosignature: ${why}`, {
    cause,
    hint: 'Is `key` its verifier key? Ask its operator.',
  })
}
