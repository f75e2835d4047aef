import { EnergywebError, isEnergywebError } from './errors.ts'
import type { HttpResponse } from './source.ts'

/** What a collector says of messages or data points that it refused although it answered 200. */
export interface PartialSuccess {
  readonly rejected: number
  readonly message: string
}

const malformed = () => new EnergywebError('source-malformed', 'the answer is not that of an OTLP export')

/**
 * Reads what an answer of 200 says, in protobuf or in JSON as its content type has it; undefined where it says nothing, or what
 * makes no sense: it is taken either way. The bytes are a stranger's.
 */
export function partialSuccessOf({
  headers,
  body,
}: Pick<HttpResponse, 'headers' | 'body'>): PartialSuccess | 'nonsense' | undefined {
  const type = headers['content-type'] ?? ''
  const read = /protobuf/.test(type)
    ? readPartialSuccess
    : /json/.test(type)
      ? readPartialSuccessJson
      : undefined
  if (read === undefined || body.length === 0) return undefined
  try {
    return read(body)
  } catch (error) {
    if (!isEnergywebError(error, 'source-malformed')) throw error
    return 'nonsense'
  }
}

/**
 * The same in JSON (OTLP's mapping of protobuf): `{ partialSuccess: { rejectedLogRecords | rejectedDataPoints, errorMessage } }`.
 * A 64-bit integer is decimal text there; some write a number.
 * @throws EnergywebError `source-malformed`
 */
export function readPartialSuccessJson(bytes: Uint8Array): PartialSuccess {
  let answer: unknown
  try {
    answer = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw malformed()
  }
  if (!isObject(answer)) throw malformed()
  const { partialSuccess = {} } = answer
  if (!isObject(partialSuccess)) throw malformed()
  const {
    rejectedLogRecords,
    rejectedDataPoints = rejectedLogRecords ?? 0,
    errorMessage = '',
  } = partialSuccess
  if (!/^-?\d{1,19}$/.test(String(rejectedDataPoints)) || typeof errorMessage !== 'string') throw malformed()
  return { rejected: Number(rejectedDataPoints), message: errorMessage.slice(0, 300) }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads an ExportLogsServiceResponse or ExportMetricsServiceResponse, which are alike: `{ 1 partial_success { 1 rejected, 2
 * error_message } }`. The bytes are a stranger's; what is not known is passed over, as the format asks.
 * @throws EnergywebError `source-malformed`
 */
export function readPartialSuccess(bytes: Uint8Array): PartialSuccess {
  let found: PartialSuccess = { rejected: 0, message: '' }
  for (const [field, value] of fieldsIn(bytes)) {
    if (field !== 1 || !(value instanceof Uint8Array)) continue
    for (const [inner, what] of fieldsIn(value)) {
      if (inner === 1 && typeof what === 'bigint')
        found = { ...found, rejected: Number(BigInt.asIntN(64, what)) }
      if (inner === 2 && what instanceof Uint8Array) {
        found = { ...found, message: new TextDecoder().decode(what.subarray(0, 300)) }
      }
    }
  }
  return found
}

/** Numbers and values of a message's fields. */
function* fieldsIn(bytes: Uint8Array): Generator<readonly [number, bigint | Uint8Array]> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw malformed()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw malformed()
  }
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw malformed()
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const field = Math.floor(tag / 8)
    const wire = tag % 8
    if (wire === 0) yield [field, varint()]
    else if (wire === 1) yield [field, take(8)]
    else if (wire === 2) yield [field, take(Number(varint()))]
    else if (wire === 5) yield [field, take(4)]
    else throw malformed()
  }
}
