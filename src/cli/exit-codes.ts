import type { EnergywebError, ErrorCode } from '../core/errors.ts'

/** How a command ends, for scripts. These numbers don't change. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  configuration: 3,
  unavailable: 4,
  locked: 5,
  interrupted: 130,
} as const

/** What each number means, for the help and the documentation. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: 'everything went as asked',
  failed: 'it failed, or what was checked turned out to be wrong',
  usage: 'the command line is wrong',
  configuration: 'the configuration is wrong, or a secret that it names is missing',
  unavailable:
    'a meter, a network, a token or the gateway can not be reached now; the same command may succeed later',
  locked: 'another process uses the data folder, or is changing the sealed configuration',
  interrupted: 'you ended a question with Ctrl-C',
}

/** How `verify` ends: the verdict. What keeps it from coming to one has a number of its own, which no verdict has. */
export const verdictCodes = { proven: 0, refuted: 1, incomplete: 2 } as const

/** How `verify` ends when nothing was checked (EX_USAGE of sysexits.h). */
export const nothingChecked = 64

const byCode: Partial<Record<ErrorCode, number>> = {
  'argument-invalid': exitCodes.usage,
  'config-invalid': exitCodes.configuration,
  'config-locked': exitCodes.locked,
  'config-not-found': exitCodes.configuration,
  'config-sealed': exitCodes.configuration,
  'module-refused': exitCodes.configuration,
  'secret-unavailable': exitCodes.configuration,
  'app-empty': exitCodes.configuration,
  'task-invalid': exitCodes.configuration,
  'cron-invalid': exitCodes.configuration,
  'log-locked': exitCodes.locked,
  aborted: exitCodes.interrupted,
}

/** The exit code of a failure; `verify` never ends with that of a verdict because of one. */
export function exitCodeOf(error: EnergywebError, command?: string): number {
  if (command === 'verify' && error.code !== 'aborted') return nothingChecked
  // A token that is away may come back: a unit that is started again finds it.
  if (error.code === 'config-sealed' && error.retryable) return exitCodes.unavailable
  return byCode[error.code] ?? (error.retryable ? exitCodes.unavailable : exitCodes.failed)
}
