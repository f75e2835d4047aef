import { z } from 'zod'
import type { EnergyUnit } from '../../core/energy.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Channel } from '../../core/reading.ts'
import { type Answer, malformed } from '../answers.ts'
import { JsonNumber, parseExactJson } from '../exact-json.ts'
import type { Series } from '../history/readings.ts'
import { deviceFields, deviceNamed } from './device.ts'
import { unitNamed, unitNames } from './units.ts'

/** What the service says about an asset; its role stands for a channel: a producer exports, a consumer imports. */
export interface Asset extends Series {
  readonly unit: EnergyUnit
}

const shape = z.object({
  id: z.union([z.string(), z.instanceof(JsonNumber)]).optional(),
  role: z.string(),
  ...deviceFields,
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
  const { role, energy_unit, is_accumulated } = parsed.data
  return {
    channel: channelOf(role) ?? refuse(where, 'role', role, 'producer or consumer'),
    unit: unitNamed(energy_unit) ?? refuse(where, 'energy_unit', energy_unit, unitNames),
    kind: is_accumulated ? 'counter' : 'interval',
    device: deviceNamed(parsed.data),
  }
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
