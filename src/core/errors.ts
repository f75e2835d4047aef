import type { TlsRefusal } from './tls-policy.ts'

/** Every way in which energyweb can fail. The list is closed: a new failure gets a new word here. */
export const errorCodes = [
  // input and configuration
  'argument-invalid',
  'config-invalid',
  'config-locked',
  'config-not-found',
  'config-sealed',
  'module-refused',
  'secret-unavailable',
  // energy, time, text formats
  'energy-invalid',
  'unit-unknown',
  'time-invalid',
  'duration-invalid',
  'base58-invalid',
  'cid-invalid',
  'json-invalid',
  // sources
  'source-unreachable',
  'source-timeout',
  'source-unauthorized',
  'source-not-found',
  'source-failed',
  'source-malformed',
  'source-too-large',
  'source-empty',
  'tls-refused',
  // register and log
  'reading-invalid',
  'register-law',
  'resolution-refused',
  'erasure-refused',
  'document-invalid',
  'entry-invalid',
  'entry-too-large',
  'stream-unknown',
  'log-io',
  'log-closed',
  'log-corrupt',
  'log-locked',
  'log-version',
  'publish-refused',
  // carbon
  'carbon-law',
  'carbon-basis',
  // proofs
  'note-invalid',
  'proof-invalid',
  'evidence-invalid',
  'evidence-unavailable',
  // witnesses
  'witness-unavailable',
  'witness-refused',
  'log-forked',
  // keys
  'key-invalid',
  'key-password',
  'key-unavailable',
  // ledgers
  'files-failed',
  'network-unreachable',
  'network-refused',
  'network-wrong-chain',
  'network-not-synced',
  'ledger-not-ready',
  'ledger-conflict',
  'role-missing',
  'transaction-refused',
  'transaction-reverted',
  'funds-insufficient',
  'nonce-conflict',
  'abi-invalid',
  // dispatcher and process
  'app-empty',
  'app-failed',
  'task-invalid',
  'task-deadline',
  'cron-invalid',
  'queue-closed',
  'worker-failed',
  'aborted',
  'dependency-missing',
  'environment-unsuitable',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export interface EnergywebErrorOptions {
  /** What the reader can do about it, one sentence. */
  hint?: string
  /** True when the same attempt may succeed later without anybody changing anything. Default false. */
  retryable?: boolean
  /** Of `tls-refused`: why, in a word. */
  reason?: TlsRefusal
  cause?: unknown
}

/**
 * The only error this package throws on purpose. The message says what happened, with the data;
 * it never holds a secret or a credential.
 *
 * @example
 * throw new EnergywebError('source-timeout', 'roof: no answer within 10 s', { retryable: true, hint: 'Is the meter switched on?' })
 */
export class EnergywebError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly retryable: boolean
  /** Of `tls-refused`: why, in a word. */
  readonly reason?: TlsRefusal

  constructor(code: ErrorCode, message: string, options: EnergywebErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'EnergywebError'
    this.code = code
    this.hint = options.hint
    this.retryable = options.retryable ?? false
    if (options.reason !== undefined) this.reason = options.reason
  }
}

/** True for an {@link EnergywebError}, if given with that code. */
export function isEnergywebError(error: unknown, code?: ErrorCode): error is EnergywebError {
  return error instanceof EnergywebError && (code === undefined || error.code === code)
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Wraps anything thrown as an {@link EnergywebError}; one that already is comes back as it is. */
export function toEnergywebError(error: unknown, code: ErrorCode = 'internal'): EnergywebError {
  return error instanceof EnergywebError
    ? error
    : new EnergywebError(code, messageOf(error), { cause: error })
}
