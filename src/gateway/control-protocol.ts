import type { ErasureRange, ErasureRequest } from '../core/erasure.ts'
import { EnergywebError, type ErrorCode, errorCodes, toEnergywebError } from '../core/errors.ts'
import type { Resolution } from '../core/register.ts'
import type { ResumeDecision } from './control-resume.ts'

/*
 * What is said over the control socket: one JSON text a line, `{ id, method, params }`, answered by `{ id, result }` or
 * `{ id, error }` in the order of the questions. Energies are millijoules in decimal text.
 */

const controlMethods = ['status', 'resolve', 'resume', 'erase', 'checkpoint'] as const

export type ControlMethod = (typeof controlMethods)[number]

/** A question longer than this ends the connection. */
export const longestControlLine = 1_048_576

/** An answer longer than this is not read: the status of ten thousand assets has some five million characters. */
export const longestControlAnswer = 67_108_864

export interface ControlRequest {
  readonly id: number
  readonly method: ControlMethod
  readonly params: unknown
}

/** An operator's command on an asset. */
export interface ResolveRequest {
  readonly asset: string
  readonly resolution: Resolution
}

/** An operator lets an asset's stopped report lines go on. */
export interface ResumeRequest extends ResumeDecision {
  readonly asset: string
  /** Only the line to this ledger; undefined: all that are stopped. */
  readonly ledger: string | undefined
}

/**
 * Reads a question.
 * @throws EnergywebError `json-invalid`, `argument-invalid`
 */
export function parseControlRequest(line: string): ControlRequest {
  const request = recordOf(parseJson(line), 'the question')
  const { id, params } = request
  const method = controlMethods.find(one => one === request.method)
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw refused('"id" is not a whole number')
  if (method === undefined) throw refused(`"method" is none of ${controlMethods.join(', ')}`)
  return { id, method, params }
}

/** A text of one line; `bigint` as decimal text. */
export function controlLine(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  )
  return `${text}\n`
}

/** An error as it travels. */
export function controlError(thrown: unknown): Record<string, unknown> {
  const { code, message, hint, retryable } = toEnergywebError(thrown)
  return { code, message, hint, retryable }
}

/**
 * The result in an answer.
 * @throws EnergywebError the one that the other side reported; `json-invalid`
 */
export function parseControlAnswer(line: string): unknown {
  const answer = recordOf(parseJson(line), 'the answer')
  if (answer.error === undefined) return answer.result
  const { code, message, hint, retryable } = recordOf(answer.error, 'the error')
  throw new EnergywebError(knownCode(code), String(message), {
    ...(typeof hint === 'string' ? { hint } : {}),
    retryable: retryable === true,
  })
}

/**
 * Reads the parameters of `resolve`.
 * @throws EnergywebError `argument-invalid`
 */
export function parseResolveRequest(params: unknown): ResolveRequest {
  const given = recordOf(params, '"params"')
  const common = {
    by: textOf(given, 'by'),
    reason: textOf(given, 'reason'),
    ...(given.reading === undefined ? {} : { reading: countOf(given, 'reading') }),
  }
  return { asset: textOf(given, 'asset'), resolution: { ...common, ...kindOf(given) } }
}

/** The parameters of `resolve` as they travel. */
export function resolveParams({ asset, resolution }: ResolveRequest): Record<string, unknown> {
  return { asset, ...resolution }
}

/**
 * Reads the parameters of `resume`.
 * @throws EnergywebError `argument-invalid`
 */
export function parseResumeRequest(params: unknown): ResumeRequest {
  const given = recordOf(params, '"params"')
  return {
    asset: textOf(given, 'asset'),
    ledger: given.ledger === undefined ? undefined : textOf(given, 'ledger'),
    by: textOf(given, 'by'),
    reason: given.reason === undefined ? undefined : textOf(given, 'reason'),
    giveUp: given.giveUp === undefined ? undefined : sequenceOf(given.giveUp),
  }
}

function sequenceOf(given: unknown): number {
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return given
  throw refused('"giveUp" is not the number of an entry')
}

/** The parameters of `resume` as they travel; what is undefined stays behind. */
export function resumeParams(request: ResumeRequest): Record<string, unknown> {
  return { ...request }
}

/**
 * Reads the parameters of `erase`.
 * @throws EnergywebError `argument-invalid`
 */
export function parseEraseRequest(params: unknown): ErasureRequest {
  const given = recordOf(params, '"params"')
  const { streams } = given
  if (!Array.isArray(streams) || streams.length === 0 || streams.length > 100) {
    throw refused('"streams" is not a list of 1 to 100 names')
  }
  const names = streams.map((_, i) => textOf({ stream: streams[i] }, 'stream'))
  const range = rangeOf(recordOf(given.range, '"range"'))
  return { streams: names, range, by: textOf(given, 'by'), reason: textOf(given, 'reason') }
}

/** The parameters of `erase` as they travel. */
export function eraseParams(request: ErasureRequest): Record<string, unknown> {
  return { ...request }
}

function rangeOf(range: Record<string, unknown>): ErasureRange {
  return range.before === undefined
    ? { first: countOf(range, 'first'), last: countOf(range, 'last') }
    : { before: countOf(range, 'before') }
}

type ResolutionDetails =
  | { kind: 'release' }
  | { kind: 'write-off'; readings?: number }
  | { kind: 'reset'; initial: bigint }
  | { kind: 'rollover'; modulus: bigint }
  | { kind: 'swap'; final: bigint; initial: bigint }

function kindOf(given: Record<string, unknown>): ResolutionDetails {
  switch (given.kind) {
    case 'release':
      return { kind: 'release' }
    case 'write-off':
      return {
        kind: 'write-off',
        ...(given.readings === undefined ? {} : { readings: countOf(given, 'readings') }),
      }
    case 'reset':
      return { kind: 'reset', initial: energyOf(given, 'initial') }
    case 'rollover':
      return { kind: 'rollover', modulus: energyOf(given, 'modulus') }
    case 'swap':
      return { kind: 'swap', final: energyOf(given, 'final'), initial: energyOf(given, 'initial') }
    default:
      throw refused('"kind" is none of release, write-off, reset, rollover, swap')
  }
}

function knownCode(code: unknown): ErrorCode {
  return errorCodes.find(one => one === code) ?? 'internal'
}

function textOf(given: Record<string, unknown>, name: string): string {
  const value = given[name]
  if (typeof value === 'string' && value !== '' && value.length <= 1_000) return value
  throw refused(`"${name}" is not a text of 1 to 1,000 characters`)
}

function countOf(given: Record<string, unknown>, name: string): number {
  const value = given[name]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw refused(`"${name}" is not a whole number`)
}

function energyOf(given: Record<string, unknown>, name: string): bigint {
  const value = given[name]
  if (typeof value === 'string' && /^-?\d{1,40}$/.test(value)) return BigInt(value)
  throw refused(`"${name}" is not an energy in millijoules`)
}

function recordOf(value: unknown, name: string): Record<string, unknown> {
  if (isRecord(value)) return value
  throw refused(`${name} is not an object`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EnergywebError('json-invalid', 'control socket: not JSON', { cause })
  }
}

function refused(why: string): EnergywebError {
  return new EnergywebError('argument-invalid', `control socket: ${why}`)
}
