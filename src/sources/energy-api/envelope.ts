import { z } from 'zod'
import type { EnergyUnit } from '../../core/energy.ts'
import type { Device, RawPayload } from '../../core/reading.ts'
import { type Answer, malformed } from '../answers.ts'
import { JsonNumber, parseExactJson } from '../exact-json.ts'
import { rawOf } from '../json-client.ts'
import { deviceFields, deviceNamed } from './device.ts'
import { unitNamed, unitNames } from './units.ts'

/** One page of versions 1 and 2. */
export interface Envelope {
  /** As it was written; undefined on the last page. */
  readonly next: string | undefined
  readonly device: Device
  /** Undefined where the service does not say. */
  readonly unit: EnergyUnit | undefined
  /** Undefined where the service does not say. */
  readonly accumulated: boolean | undefined
  /** Ids of the device that the page names. */
  readonly ids: readonly string[]
  readonly rows: readonly unknown[]
  readonly raw: RawPayload
  /** For messages. */
  readonly where: string
}

const id = z.union([z.string(), z.instanceof(JsonNumber)]).nullish()

/** `count` and `page` tell nothing that is needed; latitude and longitude are text or numbers and are left alone. */
const shape = z.object({
  next: z.string().max(2_048).nullish(),
  device_id: id,
  device: z.object({
    ...deviceFields,
    device_id: id,
    energy_unit: z.string().nullish(),
    /** So the contract of version 2 writes it; its only known client reads `energy_unit`. */
    energy_unity: z.string().nullish(),
    is_accumulated: z.boolean().nullish(),
  }),
  measuredEnergy: z.array(z.unknown()),
})

/**
 * Parses a page of versions 1 and 2; fields that are not needed are passed over.
 * @throws EnergywebError `source-malformed`
 */
export function parseEnvelope(answer: Answer): Envelope {
  const { bytes, where } = answer
  const parsed = shape.safeParse(parseExactJson(bytes, where))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const what = `not a page of energies: ${issue?.message} at ${issue?.path.join('.') || 'its beginning'}`
    throw malformed(where, what, parsed.error)
  }
  const { next, device, device_id, measuredEnergy } = parsed.data
  const units = [device.energy_unit, device.energy_unity].filter(name => typeof name === 'string')
  const [unit, other] = units.map(name => unitNamed(name) ?? unknownUnit(name, where))
  if (other !== undefined && other !== unit) throw malformed(where, 'energy_unit and energy_unity differ')
  return {
    next: next || undefined,
    device: deviceNamed(device),
    unit,
    accumulated: device.is_accumulated ?? undefined,
    ids: [device_id, device.device_id].flatMap(said => (said == null ? [] : [textOf(said)])),
    rows: measuredEnergy,
    raw: rawOf(answer),
    where,
  }
}

const textOf = (said: string | JsonNumber) => (typeof said === 'string' ? said : said.text)

function unknownUnit(name: string, where: string): never {
  throw malformed(where, `the unit is "${name.slice(0, 64)}", expected ${unitNames}`)
}
