import { verifyCosignatures } from '../cosignature.ts'
import { parseVerifierKey } from '../signed-note.ts'
import { attempt } from './attempt.ts'
import { isOfCaller } from './check-signature.ts'
import type { Evidence } from './evidence.ts'
import { absentStep, leavesOpen, refutes, stepOf } from './findings.ts'
import type { VerificationStep, VerifyOptions } from './verification.ts'

/** Says which of the trusted witnesses have cosigned the checkpoint, and whether they are enough. */
export function checkWitnesses(
  { checkpoint }: Evidence,
  { witnesses = [], quorum = witnesses.length }: VerifyOptions,
): VerificationStep {
  if (witnesses.length === 0) {
    return absentStep(
      'witnesses',
      'You have named no witness: that everybody sees the same log is not checked.',
    )
  }
  const keys = witnesses.map(key => parseVerifierKey(key))
  const seen = attempt(
    () => verifyCosignatures(checkpoint, keys),
    error =>
      isOfCaller(error)
        ? undefined
        : refutes('cosignature-false', `A cosignature is false: ${error.message}.`),
  )
  if ('code' in seen) return stepOf('witnesses', [seen], '')
  const names = seen.map(({ key, time }) => `${key.name} at ${timeInWords(time)}`)
  const text = `${seen.length} of ${keys.length} witnesses have cosigned it: ${names.join(', ') || 'none'}.`
  const findings =
    seen.length >= quorum ? [] : [leavesOpen('witnesses-missing', `${text} You asked for ${quorum}.`)]
  return stepOf('witnesses', findings, text)
}

/** Seconds since 1970 for people; a witness may have said any number. */
function timeInWords(seconds: number): string {
  return seconds < 253_402_300_800 ? new Date(seconds * 1_000).toISOString() : `second ${seconds}`
}
