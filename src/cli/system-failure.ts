import { EnergywebError, toEnergywebError } from '../core/errors.ts'

const notAllowed = 'Run it as the user that the files belong to, or let this one read and write them.'

/** What the operating system refuses for reasons that are the reader's to mend, by its error code. */
const hints: Readonly<Record<string, string>> = {
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: 'The file system can only be read.',
  ENOSPC: 'The disk is full.',
  EDQUOT: "This user's share of the disk is used up.",
  ENOTDIR: 'A file stands where a folder is meant.',
  EEXIST: 'A file stands where a folder is meant.',
}

/** Anything thrown as an {@link EnergywebError}; what the operating system refused is no defect, and says what to do. */
export function failureOf(thrown: unknown): EnergywebError {
  const error = toEnergywebError(thrown)
  if (error.code !== 'internal') return error
  const hint = hintFor(error.cause)
  return hint === undefined
    ? error
    : new EnergywebError('environment-unsuitable', error.message, { hint, cause: error.cause })
}

function hintFor(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('syscall' in cause) || !('code' in cause)) return undefined
  return hints[String(cause.code)]
}
