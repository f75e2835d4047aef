import { z } from 'zod'
import { EnergywebError } from '../../core/errors.ts'
import type { Channel, Device } from '../../core/reading.ts'
import { malformed } from '../answers.ts'
import { parseExactJson } from '../exact-json.ts'
import { acceptCode, parseAnswer } from './answer.ts'
import type { LoxoneOptions } from './options.ts'
import { type UnitFormat, unitFormat } from './unit-format.ts'
import { uuidPattern } from './uuid.ts'

const uuid = z
  .string()
  .regex(uuidPattern)
  .transform(text => text.toLowerCase())

const meterShape = z.object({
  name: z.string(),
  type: z.literal('Meter'),
  uuidAction: uuid,
  room: z.string().optional(),
  states: z.object({ total: uuid.optional(), totalNeg: uuid.optional() }),
  details: z.object({ type: z.string().optional(), totalFormat: z.string().optional() }).optional(),
})

const structureShape = z.object({
  msInfo: z.object({ serialNr: z.string().max(64).optional() }).optional(),
  rooms: z.record(z.string(), z.object({ name: z.string() })).default({}),
  controls: z.record(z.string(), z.unknown()),
})

/** A meter of the structure, as far as one channel of it is read. */
export interface LoxoneMeter {
  readonly uuid: string
  readonly name: string
  /** The state that holds the counter of the channel. */
  readonly state: string
  readonly stateName: 'total' | 'totalNeg'
  /** Undefined where the format names no unit of energy. */
  readonly format: UnitFormat | undefined
  readonly totalFormat: string | undefined
  readonly device: Device
}

const mostNamed = 8

/**
 * Looks whether an answer is a structure at all: a Miniserver that starts up, or a user without rights, gets a refusal in its place.
 * @throws EnergywebError as `acceptCode`; `source-malformed`
 */
export function acceptStructure({ bytes, where }: { bytes: Uint8Array; where: string }): void {
  const value = parseExactJson(bytes, where)
  if (z.object({ LL: z.unknown() }).safeParse(value).success) acceptCode(parseAnswer(bytes, where), where)
  const parsed = structureShape.safeParse(value)
  if (!parsed.success) throw malformed(where, 'not a structure file', parsed.error)
}

/**
 * Finds the configured meter in `LoxAPP3.json`.
 * @throws EnergywebError `source-malformed`, `source-not-found` where there is no such meter, several, or not this channel
 */
export function findMeter(
  { bytes, where }: { bytes: Uint8Array; where: string },
  options: Pick<LoxoneOptions, 'meter' | 'room' | 'counts'>,
  channel: Channel,
): LoxoneMeter {
  const parsed = structureShape.safeParse(parseExactJson(bytes, where))
  if (!parsed.success) throw malformed(where, 'not a structure file', parsed.error)
  const { controls, rooms, msInfo } = parsed.data
  const meters = Object.values(controls).flatMap(control => {
    const meter = meterShape.safeParse(control)
    if (!meter.success) return []
    const room = meter.data.room === undefined ? undefined : rooms[meter.data.room]?.name
    return [{ ...meter.data, room }]
  })
  const found = meters.filter(meter => isWanted(meter, options))
  const [meter] = found
  if (meter === undefined || found.length > 1) throw notOne(where, found.length > 1 ? found : meters, options)
  const stateName = channel === options.counts ? 'total' : 'totalNeg'
  const state = meter.states[stateName]
  if (state === undefined) throw noChannel(where, channel, options.counts)
  const serial = msInfo?.serialNr
  const totalFormat = meter.details?.totalFormat
  return {
    uuid: meter.uuidAction,
    name: meter.name,
    state,
    stateName,
    format: unitFormat(totalFormat ?? ''),
    totalFormat,
    device: {
      manufacturer: 'Loxone',
      model: 'Miniserver',
      serial: serial === undefined ? meter.uuidAction : `${serial}/${meter.uuidAction}`,
    },
  }
}

interface Named {
  readonly name: string
  readonly uuidAction: string
  readonly room: string | undefined
}

function isWanted(
  { name, uuidAction, room }: Named,
  options: { meter: string; room?: string | undefined },
): boolean {
  const named = uuidPattern.test(options.meter)
    ? uuidAction === options.meter.toLowerCase()
    : name === options.meter
  return named && (options.room === undefined || room === options.room)
}

function notOne(
  where: string,
  choice: readonly Named[],
  { meter }: { readonly meter: string },
): EnergywebError {
  const named = choice
    .slice(0, mostNamed)
    .map(({ name, room, uuidAction }) => `${name}${room === undefined ? '' : ` in ${room}`} (${uuidAction})`)
  const which = choice.some(({ name, uuidAction }) => name === meter || uuidAction === meter.toLowerCase())
  const what = which
    ? `there are ${choice.length} meters of this name, or none in this room`
    : 'there is no such meter'
  return new EnergywebError('source-not-found', `${where}: ${what}`, {
    hint:
      choice.length === 0
        ? 'Does the user see a meter in the app?'
        : `Set meter, and room where names repeat, to one of: ${named.join(', ')}.`,
  })
}

function noChannel(where: string, channel: Channel, counts: Channel): EnergywebError {
  return new EnergywebError('source-not-found', `${where}: the meter has no channel ${channel}`, {
    hint:
      channel === counts
        ? 'Its reading is not among its states.'
        : `It offers: ${counts}. Only a bidirectional meter counts both ways; at a plant set counts: export.`,
  })
}
