import { fromUtf8 } from '../../core/bytes.ts'
import { type CanonicalValue, canonicalJson } from '../../core/canonical-json.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { type SealedHeader, sealedHeader } from './sealed-header.ts'

/*
 * A sealed configuration is text: one line that names the format, one with the header in canonical JSON, and the ciphertext
 * in base64, 76 characters a line. There is exactly one way to write it; anything else is refused.
 */

const magic = 'energyweb-sealed'
const firstLine = `${magic} v1`
const lineLength = 76
const longestHeader = 65_536

/** A sealed file is at most this long; a configuration of 1 MB fits. */
export const longestSealed = 1_500_000

/** A sealed configuration in its parts. */
export interface SealedFile {
  readonly header: SealedHeader
  /** The file's first two lines: what the ciphertext vouches for besides itself. */
  readonly preamble: string
  readonly ciphertext: Uint8Array
}

/** True for text that begins as a sealed configuration of any version. */
export function isSealed(text: string): boolean {
  return text.startsWith(magic)
}

/** The first two lines of a sealed configuration. */
export function preambleOf(header: SealedHeader): string {
  return `${firstLine}\n${canonicalJson(plainOf(header))}\n`
}

/** A sealed configuration as it stands in its file. */
export function formatSealed({ preamble, ciphertext }: Omit<SealedFile, 'header'>): string {
  const text = Buffer.from(ciphertext).toString('base64')
  const lines: string[] = []
  for (let at = 0; at < text.length; at += lineLength) lines.push(text.slice(at, at + lineLength))
  return `${preamble}${lines.join('\n')}\n`
}

/**
 * Takes a sealed configuration apart. The text may come from anybody; nothing here costs more than reading it.
 * @param name - what messages call it
 * @throws EnergywebError `config-invalid`
 */
export function parseSealed(text: string, name: string): SealedFile {
  const refuse = (why: string, hint = 'It was damaged or changed: take it from a copy.'): never => {
    throw new EnergywebError('config-invalid', `${name} is no sealed configuration: ${why}`, { hint })
  }
  if (text.length > longestSealed) return refuse('it is too long')
  const firstEnd = text.indexOf('\n')
  const secondEnd = text.indexOf('\n', firstEnd + 1)
  if (firstEnd < 0 || secondEnd < 0) return refuse('it was cut off')
  const first = text.slice(0, firstEnd)
  if (first !== firstLine) {
    const version = /^energyweb-sealed (v\d{1,4})$/.exec(first)?.[1]
    if (version === undefined) return refuse('its first line is another')
    return refuse(`it has version ${version}`, 'A newer energyweb made it.')
  }
  if (secondEnd - firstEnd > longestHeader) return refuse('its header is too long')
  const header = headerIn(text.slice(firstEnd + 1, secondEnd)) ?? refuse('its header is not understood')
  const preamble = preambleOf(header)
  const ciphertext = Buffer.from(text.slice(secondEnd).replaceAll('\n', ''), 'base64')
  // Also holds line ends, padding and the order of keys to the one form there is.
  if (formatSealed({ preamble, ciphertext }) !== text)
    return refuse('it was cut off, or written anew by another program')
  return { header, preamble, ciphertext }
}

function headerIn(line: string): SealedHeader | undefined {
  try {
    const { success, data } = sealedHeader.safeParse(JSON.parse(line))
    return success ? data : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The header as JSON takes it: bytes in base64. */
function plainOf(value: unknown): CanonicalValue {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(plainOf)
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined)
    return Object.fromEntries(fields.map(([key, field]) => [key, plainOf(field)]))
  }
  if (typeof value === 'string' || typeof value === 'number') return value
  throw new EnergywebError('internal', `a header holds ${typeof value}`)
}

/**
 * The text in the bytes of a file.
 * @throws EnergywebError `config-invalid`
 */
export function sealedText(bytes: Uint8Array, name: string): string {
  try {
    return fromUtf8(bytes)
  } catch (cause) {
    if (!isEnergywebError(cause)) throw cause
    throw new EnergywebError('config-invalid', `${name} is not UTF-8 text`, { cause })
  }
}
