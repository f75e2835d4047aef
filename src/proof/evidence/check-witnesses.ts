import { equalBytes } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { verifyCosignatures } from '../cosignature.ts'
import { ProofError } from '../proof-failure.ts'
import { parseVerifierKey, type VerifierKey } from '../verifier-key.ts'
import { attempt } from './attempt.ts'
import { isOfCaller, trustedKey } from './check-signature.ts'
import type { Evidence } from './evidence.ts'
import { absentStep, leavesOpen, refutes, stepOf } from './findings.ts'
import type { VerificationStep, VerifyOptions } from './verification.ts'

/** Says which of the trusted witnesses have cosigned the checkpoint, and whether they are enough. */
export function checkWitnesses(
  { checkpoint }: Evidence,
  { keys: logs = [], witnesses = [], quorum = witnesses.length }: VerifyOptions,
): VerificationStep {
  if (witnesses.length === 0) {
    return absentStep(
      'witnesses',
      'You have named no witness: that everybody sees the same log is not checked.',
    )
  }
  if (!(Number.isSafeInteger(quorum) && quorum > 0)) {
    throw new EnergywebError(
      'argument-invalid',
      `${quorum} is no number of witnesses that must have cosigned`,
    )
  }
  const keys = witnesses.map(key => parseVerifierKey(key))
  mustBeOthers(keys, logs)
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

/** A log that is its own witness would be watched by nobody. */
function mustBeOthers(witnesses: readonly VerifierKey[], logs: readonly (string | VerifierKey)[]): void {
  const own = logs.map(trustedKey)
  const twin = witnesses.find(
    ({ type, publicKey }) => type === 'cosignature' && own.some(log => equalBytes(log.publicKey, publicKey)),
  )
  if (twin === undefined) return
  throw new ProofError('key-repeated', `the key of the witness ${twin.name} is that of the log`, {
    code: 'proof-invalid',
  })
}

/** Seconds since 1970 for people; a witness may have said any number. */
function timeInWords(seconds: number): string {
  return seconds < 253_402_300_800 ? new Date(seconds * 1_000).toISOString() : `second ${seconds}`
}
