import { z } from 'zod'
import { EnergywebError } from '../../core/errors.ts'
import type { Channel, Device, SourceReading } from '../../core/reading.ts'
import { type Answer, malformed } from '../answers.ts'
import { JsonNumber, parseExactJson } from '../exact-json.ts'
import { instantOf } from '../instant-of.ts'
import { plausibleEnergy } from '../plausible-energy.ts'
import { rawOf } from '../service/json-service.ts'

/** The grid meter's counters, in watt-seconds; positive is what was taken from the grid. */
const counters: Readonly<Record<Channel, string>> = {
  import: 'gridMeterReadingPositive',
  export: 'gridMeterReadingNegative',
}

const packet = z.record(z.string(), z.unknown())

/**
 * Reads a counter from `GET /systems/{id}/live`.
 * @throws EnergywebError `source-empty` for a packet that says nothing, `source-malformed`
 */
export function counterOf(answer: Answer, channel: Channel, device: Device): SourceReading {
  const { where } = answer
  const parsed = packet.safeParse(parseExactJson(answer.bytes, where))
  if (!parsed.success) throw malformed(where, 'not an object', parsed.error)
  const fields = new Map(Object.entries(parsed.data))
  if (allZero(parsed.data)) throw nothing(where, 'every value is zero')
  const said = fields.get(counters[channel])
  if (said === undefined || said === null) throw nothing(where, `there is no ${counters[channel]}`)
  if (!(said instanceof JsonNumber)) throw malformed(where, `${counters[channel]} is no number`)
  const measuredAt = fields.get('measuredAt')
  if (typeof measuredAt !== 'string') throw malformed(where, 'it does not say when it was measured')
  return {
    channel,
    kind: 'counter',
    ...plausibleEnergy(said.text, 'Ws', where),
    measuredAt: instantOf(measuredAt, where),
    device,
    raw: rawOf(answer),
  }
}

/**
 * True where numbers are said and all of them, at any depth, are zero: what the service answers while the box is away. A
 * system without any load, and counters that never counted, does not exist.
 */
export function allZero(said: unknown): boolean {
  const numbers = [...numbersIn(said)]
  return numbers.length > 0 && numbers.every(text => /^-?0(\.0*)?(e[+-]?\d+)?$/i.test(text))
}

function* numbersIn(said: unknown): Generator<string> {
  if (said instanceof JsonNumber) yield said.text
  else if (typeof said === 'object' && said !== null) {
    for (const value of Object.values(said)) yield* numbersIn(value)
  }
}

function nothing(where: string, what: string): EnergywebError {
  return new EnergywebError('source-empty', `${where}: ${what}`, {
    retryable: true,
    hint: 'Is the box online, and does the meter show in its app? It is asked again; nothing stands in for it.',
  })
}
