import { z } from 'zod'
import type { EnergyUnit } from '../../core/energy.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Channel, Device } from '../../core/reading.ts'
import { type Answer, malformed } from '../answers.ts'
import { JsonNumber, parseExactJson } from '../exact-json.ts'

/** What the service says about an asset. */
export interface Asset {
  /** The channel that its role stands for: a producer exports, a consumer imports. */
  readonly channel: Channel
  readonly unit: EnergyUnit
  readonly kind: 'counter' | 'interval'
  readonly device: Device
}

/** Version 3 writes `kilowattHour`, version 2 wrote `kilowatt_hour`. */
const units: Readonly<Record<string, EnergyUnit>> = {
  joule: 'J',
  watthour: 'Wh',
  kilowatthour: 'kWh',
  megawatthour: 'MWh',
  gigawatthour: 'GWh',
}

const text = z.string().max(256).nullish()

const shape = z.object({
  id: z.union([z.string(), z.instanceof(JsonNumber)]).optional(),
  role: z.string(),
  manufacturer: text,
  model: text,
  serial_number: text,
  energy_unit: z.string(),
  is_accumulated: z.boolean(),
})

/**
 * Parses `GET /asset/{id}`; fields that are not needed are passed over.
 * @throws EnergywebError `source-malformed`
 */
export function parseAsset({ bytes, where }: Answer): Asset {
  const parsed = shape.safeParse(parseExactJson(bytes, where))
  if (!parsed.success) throw malformed(where, `not an asset: ${z.prettifyError(parsed.error)}`, parsed.error)
  const { role, energy_unit, is_accumulated, manufacturer, model, serial_number: serial } = parsed.data
  return {
    channel: channelOf(role) ?? refuse(where, 'role', role, 'producer or consumer'),
    unit: unitOf(energy_unit) ?? refuse(where, 'energy_unit', energy_unit, Object.keys(units).join(', ')),
    kind: is_accumulated ? 'counter' : 'interval',
    device: { ...(manufacturer && { manufacturer }), ...(model && { model }), ...(serial && { serial }) },
  }
}

function unitOf(name: string): EnergyUnit | undefined {
  const key = name.toLowerCase().replaceAll('_', '').replace(/s$/, '')
  return Object.hasOwn(units, key) ? units[key] : undefined
}

function channelOf(role: string): Channel | undefined {
  if (role === 'producer') return 'export'
  return role === 'consumer' ? 'import' : undefined
}

function refuse(where: string, field: string, value: string, expected: string): never {
  throw new EnergywebError('source-malformed', `${where}: the asset's ${field} is "${value.slice(0, 64)}"`, {
    hint: `Expected ${expected}.`,
  })
}
