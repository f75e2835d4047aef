import { EnergywebError, type ErrorCode, toEnergywebError } from '../core/errors.ts'
import type { Operation, OperationName, Output } from './operations.ts'

/*
 * What the store's thread and the main thread say to each other. Many questions travel in one message, because a message
 * costs more than a question.
 */

export type ToStore =
  | { readonly type: 'open'; readonly folder: string }
  | { readonly type: 'questions'; readonly questions: readonly Question[] }
  | { readonly type: 'close' }

export interface Question {
  readonly id: number
  readonly operation: Operation
  /** 32 bytes that stand in for the operating system's randomness, for tests. */
  readonly random: Uint8Array | undefined
}

export type FromStore =
  | { readonly type: 'opened' }
  | { readonly type: 'refused'; readonly error: PlainError }
  | {
      readonly type: 'answers'
      readonly answers: readonly Answer[]
      /** Names of the streams that the commit behind these answers appended to. */
      readonly grown: readonly string[]
      /** How long the disk took for that commit, ms; undefined where nothing was written. */
      readonly duration: number | undefined
    }
  /** An I/O error: nothing more is acknowledged. */
  | { readonly type: 'stopped'; readonly error: PlainError }
  | { readonly type: 'closed'; readonly error: PlainError | undefined }

export type Answer =
  | { readonly id: number; readonly value: Output<OperationName> }
  | { readonly id: number; readonly error: PlainError }

/** An error as it crosses threads. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | undefined
  readonly retryable: boolean
  /** Where it came about, in the other thread. */
  readonly trace: string | undefined
}

/** The form of an error that crosses threads. */
export function plainError(error: unknown): PlainError {
  const { code, message, hint, retryable, stack, cause } = toEnergywebError(error)
  const trace = cause instanceof Error ? cause.stack : stack
  return { code, message, hint, retryable, trace }
}

/** The error itself, on the other side. */
export function revivedError({ code, message, hint, retryable, trace }: PlainError): EnergywebError {
  return new EnergywebError(code, message, { retryable, cause: trace, ...(hint !== undefined && { hint }) })
}
