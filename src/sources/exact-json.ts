import { fromUtf8 } from '../core/bytes.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { jsonSizeOf } from '../core/json-size.ts'
import { malformed } from './answers.ts'

/** A JSON number as it was written: `90210.0` stays `90210.0` and never becomes a float. */
export class JsonNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What a reviver gets besides key and value (ECMAScript: JSON.parse source text access). */
interface SourceText {
  readonly source?: string
}

const deepest = 32
/** An answer of 8 MiB that says something has some 300,000 values. Each takes ten times the memory of a `0,` that stands for it. */
const mostValues = 500_000
const prototypeKeys = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Parses hostile JSON with its numbers kept as text. Nesting deeper than 32 is refused before parsing, because a
 * reviver recurses; so are keys that reach for a prototype, and more than 500,000 values.
 *
 * @param where - for messages
 * @throws EnergywebError `source-malformed`; `source-too-large`
 */
export function parseExactJson(bytes: Uint8Array, where: string): unknown {
  const { depth, values } = jsonSizeOf(bytes)
  if (depth > deepest) throw malformed(where, `the JSON is nested deeper than ${deepest}`)
  if (values > mostValues) {
    throw new EnergywebError('source-too-large', `${where}: the JSON holds more than ${mostValues} values`)
  }
  try {
    return JSON.parse(fromUtf8(bytes), (key: string, value: unknown, context?: SourceText) => {
      if (prototypeKeys.has(key)) throw malformed(where, `the JSON holds the key "${key}"`)
      return typeof value === 'number' ? new JsonNumber(context?.source ?? '') : value
    })
  } catch (error) {
    // The parser's own message quotes the input, which may be personal.
    throw error instanceof SyntaxError
      ? malformed(where, 'the answer is not JSON', error)
      : rethrow(error, where)
  }
}

function rethrow(error: unknown, where: string): unknown {
  return error instanceof Error && 'code' in error && error.code === 'source-malformed'
    ? error
    : malformed(where, messageOf(error), error)
}
