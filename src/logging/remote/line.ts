import type { Instant } from '../../core/time.ts'
import type { Severity } from '../log-level.ts'

/** Least grave first: the spool gives them up in this order. */
export const severities = ['debug', 'info', 'warn', 'error'] as const satisfies readonly Severity[]

/** A message on its way out, without secrets. */
export interface Line {
  readonly at: Instant
  readonly severity: Severity
  readonly message: string
  /** JSON text of its fields, an object. */
  readonly fields: string
}

/** A message of the spool. */
export interface SpooledLine extends Line {
  /** Counts up over all runs; a spool that was begun anew has another `id`. */
  readonly sequence: number
  /** The same whenever the message is sent again, and no other message's: how receivers can tell repeats. */
  readonly id: string
}

/** The longest message with its fields, characters; a longer one is cut. */
const longest = 32_768
const longestMessage = 8_192

/** A line of what was logged; what is too long for anybody to read is cut, and says so. */
export function lineOf(at: Instant, severity: Severity, said: { message: string; fields: object }): Line {
  const message = cut(said.message, longestMessage)
  const fields = JSON.stringify(said.fields)
  if (fields.length <= longest) return { at, severity, message, fields }
  return { at, severity, message, fields: JSON.stringify({ cut: cut(fields, longest - longestMessage) }) }
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more characters)`
}

/** Fields as they were logged; what a disk has damaged is one field of text. */
export function fieldsOf({ fields }: Line): Readonly<Record<string, unknown>> {
  const parsed = parsedJson(fields)
  return isRecord(parsed) ? parsed : { damaged: fields }
}

/** What JSON text says; undefined for what is none, as text of a disk may be. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Fields one beside the other, what is nested under names like `error.code`; values as text. At most `most` of them. */
export function flatFields(line: Line, most = 64): ReadonlyMap<string, string> {
  const flat = new Map<string, string>()
  const add = (name: string, value: unknown) => {
    if (flat.size >= most || value === null || value === undefined) return
    if (isRecord(value)) for (const [key, inner] of Object.entries(value)) add(`${name}.${key}`, inner)
    else flat.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  for (const [key, value] of Object.entries(fieldsOf(line))) add(key, value)
  return flat
}
