import { equalBytes } from '../../core/bytes.ts'
import { verifyCosignatures } from '../cosignature.ts'
import { type NoteSignature, parseNote, verifyNote } from '../signed-note.ts'
import { keyInWords, parseVerifierKey, type VerifierKey } from '../verifier-key.ts'
import { attempt } from './attempt.ts'
import { trustedKey } from './check-signature.ts'
import type { Verification, VerifyOptions } from './verification.ts'

/** Who a line under the checkpoint is of, to whoever checks it. */
export type SignerRole = 'log' | 'evidence' | 'witness' | 'unknown'

/** A line under the checkpoint. */
export interface CheckpointSigner {
  /** Name and id of the key, as the line has them. */
  readonly key: string
  /** `unknown` for a key that the verifier was not told of: anybody can write such a line. */
  readonly role: SignerRole
  /** Whether the signature is the key's; undefined where the key is unknown. */
  readonly holds: boolean | undefined
  /** When a witness says that it has seen the checkpoint; seconds since 1970. */
  readonly time?: number
}

/** Who has signed what a file shows. */
export interface Signers {
  /** In the order of their lines; empty where the checkpoint can't be read. */
  readonly checkpoint: readonly CheckpointSigner[]
  /** Evidence keys that have signed readings of the period one by one, with how many. */
  readonly readings: readonly { readonly key: string; readonly count: number }[]
}

/**
 * Who has signed the checkpoint of a file that was checked, and which keys its readings one by one.
 * @param verification - as `withEvidenceKeys` gives it, where evidence keys are asked for
 * @throws EnergywebError `note-invalid` for a key that is none
 * @example
 * signersOf(verification, { keys: [logKey], evidenceKeys: [tpmKey] }).checkpoint.filter(({ holds }) => holds)
 */
export function signersOf(
  { evidence, readings }: Verification,
  options: Pick<VerifyOptions, 'keys' | 'witnesses'> & { readonly evidenceKeys?: readonly VerifierKey[] },
): Signers {
  const { keys = [], witnesses = [], evidenceKeys = [] } = options
  const known: readonly Known[] = [
    ...keys.map(key => ({ role: 'log', key: trustedKey(key) }) as const),
    ...evidenceKeys.map(key => ({ role: 'evidence', key }) as const),
    ...witnesses.map(key => ({ role: 'witness', key: parseVerifierKey(key) }) as const),
  ]
  const note = evidence?.checkpoint
  const counts = Map.groupBy(
    readings.flatMap(({ signedBy }) => signedBy ?? []),
    key => key,
  )
  return {
    checkpoint: note === undefined ? [] : linesOf(note).map(line => signerOf(line, note, known)),
    readings: [...counts].map(([key, all]) => ({ key, count: all.length })),
  }
}

interface Known {
  readonly role: Exclude<SignerRole, 'unknown'>
  readonly key: VerifierKey
}

function linesOf(note: string): readonly NoteSignature[] {
  return attempt(
    () => parseNote(note).signatures,
    () => [],
  )
}

function signerOf({ name, keyId }: NoteSignature, note: string, known: readonly Known[]): CheckpointSigner {
  const key = keyInWords({ name, id: keyId })
  const found = known.find(one => one.key.name === name && equalBytes(one.key.id, keyId))
  if (found === undefined) return { key, role: 'unknown', holds: undefined }
  const { role } = found
  return attempt(
    (): CheckpointSigner => {
      if (role !== 'witness') {
        verifyNote(note, [found.key])
        return { key, role, holds: true }
      }
      const [seen] = verifyCosignatures(note, [found.key])
      return { key, role, holds: true, ...(seen && { time: seen.time }) }
    },
    () => ({ key, role, holds: false }),
  )
}
