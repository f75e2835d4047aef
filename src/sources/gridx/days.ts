import { z } from 'zod'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import type { Device, SourceReading } from '../../core/reading.ts'
import type { SourceResult } from '../../core/source.ts'
import { formatInstant, type Instant } from '../../core/time.ts'
import { type Answer, malformed } from '../answers.ts'
import { JsonNumber } from '../exact-json.ts'
import { instantOf } from '../instant-of.ts'
import type { LocalDays } from '../local-day.ts'
import { plausibleEnergy } from '../plausible-energy.ts'
import { rawOf, readShape } from '../service/json-service.ts'
import { allZero } from './live.ts'

/** What is wanted of the rows of an answer: days that ended after `after`, and at the latest at `over`. */
export interface WantedDays {
  readonly field: 'production' | 'photovoltaic'
  readonly days: LocalDays
  readonly after: Instant
  readonly over: Instant
  readonly device: Device
}

const rowsShape = z.object({ data: z.array(z.record(z.string(), z.unknown())).nullable() })
const mostNamed = 3

/**
 * Reads the rows of `GET /systems/{id}/historical?resolution=1d`, each the energy of one day in Wh, stamped at its start. A row
 * that can't be read is left out and named: it stays a hole. Rows of 15 minutes and an hour are average power, stamped at their
 * end, and never read.
 * Days of zeros alone, consumption included, are none: the box was away.
 * @throws EnergywebError `source-malformed` when there are rows and none can be read
 */
export function readDays(answer: Answer, wanted: WantedDays): SourceResult {
  const rows = readShape(answer, rowsShape, 'a history').data ?? []
  const found = new Map<Instant, SourceReading>()
  const refused: string[] = []
  let silent = 0
  let last: EnergywebError | undefined
  for (const row of rows) {
    try {
      const reading = dayOf(row, answer, wanted)
      if (reading.measuredAt <= wanted.after || reading.measuredAt > wanted.over) continue
      if (allZero(row)) {
        silent++
        continue
      }
      const earlier = found.get(reading.measuredAt)
      if (earlier !== undefined && earlier.energy !== reading.energy)
        throw malformed(answer.where, `the day of ${nameOf(reading)} stands twice, with other values`)
      found.set(reading.measuredAt, reading)
    } catch (error) {
      if (!(error instanceof EnergywebError)) throw error
      last = error
      refused.push(messageOf(error))
    }
  }
  if (last !== undefined && refused.length === rows.length) throw last
  const warnings = silent === 0 ? [] : [`${silent} days say nothing but zeros: the box was away`]
  if (refused.length > 0) warnings.push(refusals(refused, rows.length))
  return { readings: [...found.values()].sort((a, b) => a.measuredAt - b.measuredAt), warnings }
}

function refusals(refused: readonly string[], rows: number): string {
  const more = refused.length > mostNamed ? ', and others' : ''
  return `${refused.length} of ${rows} days were refused: ${refused.slice(0, mostNamed).join('; ')}${more}`
}

function dayOf(row: Readonly<Record<string, unknown>>, answer: Answer, wanted: WantedDays): SourceReading {
  const { where } = answer
  const { days, field, device } = wanted
  const fields = new Map(Object.entries(row))
  const stamp = fields.get('measuredAt')
  if (typeof stamp !== 'string') throw malformed(where, 'a day without measuredAt')
  const from = instantOf(stamp, where)
  const day = formatInstant(from)
  if (!days.isMidnight(from)) throw notMidnight(where, day)
  const energy = fields.get(field)
  if (!(energy instanceof JsonNumber))
    throw malformed(where, `the day of ${day} has no number as its ${field}`)
  return {
    channel: 'export',
    kind: 'interval',
    ...plausibleEnergy(energy.text, 'Wh', `${where}: ${day}`),
    from,
    measuredAt: days.midnightAfter(from),
    device,
    raw: rawOf(answer),
  }
}

function nameOf({ from, measuredAt }: SourceReading): string {
  return formatInstant(from ?? measuredAt)
}

function notMidnight(where: string, day: string): EnergywebError {
  return new EnergywebError('source-malformed', `${where}: ${day} is no midnight in the zone of the system`, {
    hint: 'Set zone to that of the system, like Europe/Berlin.',
  })
}
