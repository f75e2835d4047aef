import { EnergywebError, type ErrorCode, errorCodes, messageOf } from '../core/errors.ts'
import type { TlsRefusal } from '../core/tls-policy.ts'

/** An error as it travels between threads: cloning alone would lose its class, code and hint. */
export type FrozenError =
  | {
      readonly kind: 'error'
      readonly name: string
      readonly message: string
      readonly stack: string | undefined
      readonly code: string | number | undefined
      readonly hint: string | undefined
      readonly retryable: boolean | undefined
      readonly reason: TlsRefusal | undefined
      readonly cause: FrozenError | undefined
    }
  | { readonly kind: 'text'; readonly text: string }

const deepestCause = 5

const builtIn: Readonly<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}

/** Anything that was thrown, made fit to travel. */
export function freezeError(error: unknown, depth = 0): FrozenError {
  if (!(error instanceof Error)) return { kind: 'text', text: messageOf(error) }
  const { name, message, stack, cause } = error
  const { code, hint, retryable, reason } = detailsOf(error)
  const deeper = cause !== undefined && depth < deepestCause ? freezeError(cause, depth + 1) : undefined
  return { kind: 'error', name, message, stack, code, hint, retryable, reason, cause: deeper }
}

function detailsOf(error: Error) {
  const code = 'code' in error && isPlain(error.code) ? error.code : undefined
  if (!(error instanceof EnergywebError))
    return { code, hint: undefined, retryable: undefined, reason: undefined }
  return { code, hint: error.hint, retryable: error.retryable, reason: error.reason }
}

function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

/**
 * The error again: an {@link EnergywebError} or one of the language's own classes as what it was, any other as an `Error` of
 * its name, all with code, stack and cause.
 */
export function thawError(frozen: FrozenError): unknown {
  if (frozen.kind === 'text') return frozen.text
  const { name, message, stack, code, hint, retryable, reason, cause } = frozen
  const options = cause === undefined ? {} : { cause: thawError(cause) }
  if (name === 'EnergywebError' && isErrorCode(code)) {
    const more = {
      ...(hint !== undefined && { hint }),
      ...(reason !== undefined && { reason }),
      retryable: retryable ?? false,
    }
    return withStack(new EnergywebError(code, message, { ...options, ...more }), stack)
  }
  const Class = (Object.hasOwn(builtIn, name) ? builtIn[name] : undefined) ?? Error
  const error = new Class(message, options)
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true })
  return withStack(code === undefined ? error : Object.assign(error, { code }), stack)
}

function withStack(error: Error, stack: string | undefined): Error {
  if (stack !== undefined) error.stack = stack
  return error
}

function isErrorCode(code: unknown): code is ErrorCode {
  return errorCodes.some(known => known === code)
}
