import type { Clock } from '../../core/clock.ts'
import { formatInstant, type Instant } from '../../core/time.ts'
import type { EnergyApiAsset } from './energy-api-server.ts'
import { fill, goldenText, wattHoursText } from './golden-template.ts'
import {
  type MeterAnswer,
  type MeterServer,
  type MeterServerOptions,
  startMeterServer,
} from './meter-server.ts'

/** A device of version 2, whose values are always a counter here. */
export interface EnergyApiDevice extends Pick<EnergyApiAsset, 'id' | 'role' | 'energyAt' | 'serial'> {}

export interface EnergyApiVersion2Options extends MeterServerOptions {
  readonly clock: Clock
  readonly devices: readonly EnergyApiDevice[]
  /** Milliseconds between two items; they stand at whole multiples of it. Default a second. */
  readonly every?: number
  /** There are no items before. Default: a minute before the start. */
  readonly start?: Instant
}

/**
 * Starts a service of version 2 that answers as the golden file does: an envelope of a device and its items, pages by
 * `next`, ten items on a page unless fewer are asked for, 400 where there is none, 501 for the role that a site has not. Devices
 * are at `<url>/v2/produced/<id>` and `<url>/v2/consumed/<id>`.
 */
export function startEnergyApiVersion2Server(options: EnergyApiVersion2Options): Promise<MeterServer> {
  const { clock, devices, every = 1_000, start = clock.now() - 60_000 } = options
  return startMeterServer(url => {
    const [, role, id] = /^\/v2\/(produced|consumed)\/(\d+)$/.exec(url.pathname) ?? []
    const ofId = devices.filter(device => String(device.id) === id)
    if (ofId.length === 0) return { status: 404, type: 'text/plain', body: '' }
    const device = ofId.find(one => (one.role === 'producer') === (role === 'produced'))
    return device === undefined ? { status: 501, type: 'text/plain', body: '' } : page(device, url)
  }, options)

  function page(device: EnergyApiDevice, { pathname, searchParams: query }: URL): MeterAnswer {
    const limit = Math.min(10, Number(query.get('limit') ?? 10))
    const number = Number(query.get('page') ?? 1)
    const times = instantsIn(query).slice((number - 1) * limit)
    if (times.length === 0) return { status: 400, type: 'application/json', body: '{}' }
    const items = times.slice(0, limit).map(at => {
      const valued = fill(item, /"energy":([\d.]+)/, wattHoursText(device.energyAt(at)))
      return fill(valued, /"measurement_time":"([^"]*)"/, formatInstant(at).replace('.000Z', '+00:00'))
    })
    const asked = new URLSearchParams([...query, ['page', String(number + 1)]])
    asked.set('page', String(number + 1))
    const next = times.length > limit ? `"${pathname.replace('/v2', '')}?${asked}"` : 'null'
    const body = fill(fill(envelope, /"next":("[^"]*")/, next), /"measuredEnergy":(\[.*\])/, `[${items}]`)
    const { serial } = device
    return {
      status: 200,
      type: 'application/json',
      body: serial === undefined ? body : fill(body, /"serial_number":("[^"]*")/, JSON.stringify(serial)),
    }
  }

  function instantsIn(query: URLSearchParams): Instant[] {
    const [from, to] = ['start', 'end'].map(name => Date.parse(query.get(name) ?? ''))
    const first = Math.ceil(Math.max(from || 0, start) / every) * every
    const last = Math.min(to || clock.now(), clock.now())
    const count = Math.max(0, Math.floor((last - first) / every) + 1)
    return Array.from({ length: count }, (_, index) => first + index * every)
  }
}

const captured = goldenText('energy-api-v2/page-one.json')
const envelope = fill(captured, /"energy_unit":"([^"]*)"/, 'watt_hour')
const item = /\{"energy":[^}]*\}/.exec(captured)?.[0] ?? ''
