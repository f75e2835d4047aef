import { EnergywebError } from './errors.ts'
import type { Instant } from './time.ts'

/*
 * The files of Origin release A's gateways: one JSON file a registration with the minted fields, named after its second; the
 * registration after it carries its hash. So an auditor with the files compares them with the contract's events.
 */

/** What was minted. Consumers have no CO2 fields. */
export interface ChainFile {
  /** Cumulative Wh. */
  readonly value: bigint
  readonly meterDown: boolean
  /** The text that the registration carries: the hash of the file before, `0x0` at first. */
  readonly previous: string
  readonly carbon?: { readonly value: bigint; readonly down: boolean }
}

/** The text that the first registration of a chain carries. */
export const firstPrevious = '0x0'

/** The text of a file: always the same for the same content, so that writing it again after a crash changes nothing. */
export function encodeChainFile({ value, meterDown, previous, carbon }: ChainFile): string {
  const head = `{"value": ${value}, "is_meter_down": ${meterDown}, "previous_hash": ${JSON.stringify(previous)}`
  return carbon === undefined
    ? `${head}}`
    : `${head}, "co2_saved": ${carbon.value}, "is_co2_down": ${carbon.down}}`
}

interface SourceText {
  readonly source?: string
}

/** A file of the predecessor's is some hundred bytes; what is larger is none. */
export const longestChainFile = 65_536

/**
 * Reads the text of a file, ours or the predecessor's: the fields in any order, others beside them. Hostile input.
 * @throws EnergywebError `json-invalid`
 */
export function decodeChainFile(text: string): ChainFile {
  if (text.length > longestChainFile) throw malformed('it is too long')
  let members: unknown
  try {
    // Whole numbers by their source text: a total in Wh may be beyond what a double holds.
    members = JSON.parse(text, (_key, value: unknown, context?: SourceText) =>
      typeof value === 'number' && /^-?\d{1,78}$/.test(context?.source ?? '')
        ? BigInt(context?.source ?? 0)
        : value,
    )
  } catch (cause) {
    throw malformed('it is not JSON', cause)
  }
  if (typeof members !== 'object' || members === null || Array.isArray(members))
    throw malformed('it is no object')
  const fields: Readonly<Record<string, unknown>> = { ...members }
  const { value, is_meter_down: meterDown, previous_hash: previous, co2_saved, is_co2_down } = fields
  if (typeof value !== 'bigint' || value < 0n) throw malformed('"value" is not a whole number')
  if (typeof meterDown !== 'boolean') throw malformed('"is_meter_down" is not true or false')
  if (typeof previous !== 'string' || previous.length > 80) throw malformed('"previous_hash" is not a hash')
  if (co2_saved === undefined && is_co2_down === undefined) return { value, meterDown, previous }
  if (typeof co2_saved !== 'bigint' || co2_saved < 0n) throw malformed('"co2_saved" is not a whole number')
  if (typeof is_co2_down !== 'boolean') throw malformed('"is_co2_down" is not true or false')
  return { value, meterDown, previous, carbon: { value: co2_saved, down: is_co2_down } }
}

function malformed(why: string, cause?: unknown): EnergywebError {
  return new EnergywebError('json-invalid', `not a file of a chain: ${why}`, { cause })
}

/** A name as the predecessor gives it, or ours with a number behind it. */
const namePattern = /^\d{4}-\d\d-\d\d-\d\d:\d\d:\d\d(?:_\d{6})?\.json$/

/** True for the name of a file of a chain. */
export function isChainFileName(name: string): boolean {
  return namePattern.test(name)
}

/**
 * The name of the next file: the second of `at` in UTC, `%Y-%m-%d-%H:%M:%S.json`. A second that has a file already gets
 * `_000001` and so on, and a clock that went back stays at the second of the file before: sorted by code points, the names are in
 * the order of the chain (`_` comes after `.`, `-` would come before it).
 * @param before - the name of the file before
 * @throws EnergywebError `internal` after a million files of one second
 */
export function nextChainFileName(at: Instant, before: string | undefined): string {
  const second = new Date(at).toISOString().slice(0, 19).replace('T', '-')
  if (before === undefined || `${second}.json` > before) return `${second}.json`
  const [kept = '', number = '0'] = before.slice(0, -'.json'.length).split('_')
  const next = Number(number) + 1
  if (next > 999_999) throw new EnergywebError('internal', `there are a million files of ${kept}`)
  return `${kept}_${String(next).padStart(6, '0')}.json`
}

/** A text as bytes32: ASCII, padded with zeros on the right. @throws EnergywebError `argument-invalid` beyond 32 characters */
export function linkOfText(text: string): string {
  if (!/^[!-~]{1,32}$/.test(text)) {
    throw new EnergywebError('argument-invalid', `"${text.slice(0, 80)}" does not fit into bytes32`)
  }
  const hex = Array.from(text, letter => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  return `0x${hex.padEnd(64, '0')}`
}

/** The text in bytes32; where there is none (a binary hash) the 32 bytes in hex with 0x. */
export function textOfLink(link: string): string {
  const bytes = (link.slice(2).match(/../g) ?? []).map(byte => Number.parseInt(byte, 16))
  const end = bytes.findLastIndex(byte => byte !== 0) + 1
  const isText = end > 0 && bytes.slice(0, end).every(byte => byte > 0x20 && byte < 0x7f)
  return isText ? String.fromCharCode(...bytes.slice(0, end)) : link.toLowerCase()
}
