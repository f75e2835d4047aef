import { z } from 'zod'
import { EnergywebError } from '../../core/errors.ts'
import { malformed } from '../answers.ts'
import { JsonNumber, parseExactJson } from '../exact-json.ts'

/** What stands in `{"LL":{…}}`, in which the Miniserver says everything. */
export interface LoxoneAnswer {
  readonly code: number
  /** Names and values besides `control` and the code. */
  readonly fields: ReadonlyMap<string, unknown>
}

const envelope = z.object({ LL: z.record(z.string(), z.unknown()) })

/**
 * Parses an answer. The code is called `Code` or `code`, and is text or a number.
 * @throws EnergywebError `source-malformed`
 */
export function parseAnswer(bytes: Uint8Array, where: string): LoxoneAnswer {
  const parsed = envelope.safeParse(parseExactJson(bytes, where))
  if (!parsed.success) throw malformed(where, 'not an answer of a Miniserver', parsed.error)
  const fields = new Map(Object.entries(parsed.data.LL))
  const said = fields.get('Code') ?? fields.get('code')
  const text = said instanceof JsonNumber ? said.text : said
  if (typeof text !== 'string' || !/^\d{3}$/.test(text)) throw malformed(where, 'the answer has no code')
  return { code: Number(text), fields }
}

/**
 * Sorts an answer by the code within it: the status of HTTP may be 200 all the same.
 * @throws EnergywebError `source-unauthorized`, `source-not-found`, `source-failed`
 */
export function acceptCode({ code }: LoxoneAnswer, where: string): void {
  if (code >= 200 && code < 300) return
  if (code === 401 || code === 403 || code === 477) {
    throw new EnergywebError('source-unauthorized', `${where}: the Miniserver said ${code}`, {
      hint: 'Check user and password under auth. After several wrong ones the Miniserver blocks this address for a while.',
    })
  }
  if (code === 404) {
    throw new EnergywebError('source-not-found', `${where}: the Miniserver said 404`, {
      hint: 'Does the user see the meter in the app?',
    })
  }
  throw new EnergywebError('source-failed', `${where}: the Miniserver said ${code}`, {
    retryable: code >= 500,
    hint: 'The Miniserver may be starting up, or writing its program.',
  })
}

/**
 * A value that is text, or JSON in text, which some versions write with single quotes.
 * @throws EnergywebError `source-malformed` where it is none of `shape`
 */
export function answerValue<Shape extends z.ZodType>(
  { fields }: LoxoneAnswer,
  shape: Shape,
  where: string,
): z.output<Shape> {
  const value = fields.get('value')
  const parsed = shape.safeParse(typeof value === 'string' ? unquoted(value, where) : value)
  if (parsed.success) return parsed.data
  throw malformed(where, 'the value is not what was asked for', parsed.error)
}

function unquoted(value: string, where: string): unknown {
  if (!/^\s*\{/.test(value)) return value
  const text = value.includes('"') ? value : value.replaceAll("'", '"')
  return parseExactJson(new TextEncoder().encode(text), where)
}
