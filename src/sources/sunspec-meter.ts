import type { ExactEnergy } from '../core/energy.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Channel, Device } from '../core/reading.ts'
import { type Instant, parseInstant } from '../core/time.ts'
import { malformed } from './answers.ts'
import { plausibleEnergy } from './plausible-energy.ts'
import { repeatedIds, type SunSpecDevice, type SunSpecModel, type SunSpecPoint } from './sunspec-data.ts'

/** Meter models of SunSpec: 201 to 204 with integers and scale points, 211 to 214 with floats. */
const meterModels = new Set(['201', '202', '203', '204', '211', '212', '213', '214'])

/** Lifetime energy taken from the grid and delivered to it, of all phases. */
const totals: Readonly<Record<Channel, string>> = { import: 'TotWhImp', export: 'TotWhExp' }

const wattHours = /^(wh|watt[ -]?hours?)$/i

export interface MeterState extends ExactEnergy {
  readonly measuredAt: Instant
  readonly device: Device
  readonly warnings: string[]
}

/**
 * The counter of one channel as a SunSpec meter says it. The meter model is found by its id, never by its place.
 *
 * @param where - for messages
 * @throws EnergywebError `source-malformed`, `source-not-found` when there is no such meter or channel
 */
export function meterState(devices: readonly SunSpecDevice[], channel: Channel, where: string): MeterState {
  const device = only(devices, 'device', where)
  const meter = only(
    device.models.filter(({ id }) => meterModels.has(id)),
    'meter model (201 to 204, 211 to 214)',
    where,
  )
  const name = totals[channel]
  const [point, again] = meter.points(name)
  if (point === undefined) throw missingChannel(meter, channel, where)
  if (again !== undefined) throw malformed(where, `${name} stands twice in the answer`)
  if (point.unit !== undefined && !wattHours.test(point.unit)) {
    throw malformed(where, `${name} is in "${point.unit.slice(0, 32)}", expected Wh`)
  }
  const { measuredAt, warnings } = timeOf(point.time ?? device.time, where)
  return {
    ...plausibleEnergy(scaled(point, meter, name, where), 'Wh', where),
    measuredAt,
    device: identity(device),
    warnings,
  }
}

function only<Item>(items: readonly Item[], what: string, where: string): Item {
  const [item] = items
  if (item !== undefined && items.length === 1) return item
  if (items.length > 1) throw malformed(where, `there are ${items.length} of one ${what}`)
  throw new EnergywebError('source-not-found', `${where}: the answer holds no ${what}`, {
    hint: 'Is this the address of an energy meter?',
  })
}

function missingChannel(meter: SunSpecModel, channel: Channel, where: string): EnergywebError {
  const offered = Object.entries(totals).filter(([, point]) => meter.points(point).length > 0)
  const names = offered.map(([name]) => name).join(', ') || 'none'
  return new EnergywebError('source-not-found', `${where}: the meter has no channel ${channel}`, {
    hint: `It offers: ${names}.`,
  })
}

/** value = text x 10^sf; the attribute wins over the sibling scale point `TotWh_SF` (SunSpec Data Exchange 1.2). */
function scaled(point: SunSpecPoint, meter: SunSpecModel, name: string, where: string): string {
  const scale = point.scale ?? meter.points('TotWh_SF')[0]?.text ?? '0'
  if (!/^[+-]?\d{1,2}$/.test(scale) || Math.abs(Number(scale)) > 10) {
    throw malformed(where, `${name} has the scale factor "${scale.slice(0, 32)}"`)
  }
  return Number(scale) === 0 ? point.text : `${point.text}e${Number(scale)}`
}

function timeOf(text: string | undefined, where: string): { measuredAt: Instant; warnings: string[] } {
  if (text === undefined) throw malformed(where, 'the answer does not say when it was measured')
  try {
    const measuredAt = parseInstant(text, { assume: 'utc' })
    return {
      measuredAt,
      warnings: /(z|[+-]\d{2}:?\d{2})$/i.test(text) ? [] : ['the time has no zone: taken as UTC'],
    }
  } catch (error) {
    if (error instanceof EnergywebError) throw malformed(where, messageOf(error), error)
    throw error
  }
}

/** `<d>` names the device; what it leaves out, model 1 (common) may say. */
function identity(device: SunSpecDevice): Device {
  const common = device.models.find(({ id }) => id === '1')
  const said = (id: string) => common?.points(id)[0]?.text
  const manufacturer = device.manufacturer || said('Mn')
  const model = device.model || said('Md')
  const serial = device.serial || said('SN')
  return { ...(manufacturer && { manufacturer }), ...(model && { model }), ...(serial && { serial }) }
}

/** What is odd about the form of an answer and stays so from poll to poll: worth saying once. */
export function oddities(devices: readonly SunSpecDevice[]): readonly string[] {
  const repeated = devices.flatMap(({ models }) => models.flatMap(repeatedIds))
  if (repeated.length === 0) return []
  return [`points stand twice, the first one counts: ${repeated.slice(0, 8).join(', ')}`]
}
