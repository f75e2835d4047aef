import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../core/clock.ts'
import type { Energy } from '../../core/energy.ts'
import { formatInstant, type Instant, parseInstant } from '../../core/time.ts'
import { fill, goldenText, wattHoursText } from './golden-template.ts'
import {
  type MeterAnswer,
  type MeterServer,
  type MeterServerOptions,
  startMeterServer,
} from './meter-server.ts'

export interface EnergyApiAsset {
  readonly id: number
  readonly role: 'producer' | 'consumer'
  /** True: items are counter values; false: the energy of the interval that ends then. */
  readonly accumulated: boolean
  /** What the plant's counter shows at an instant. */
  energyAt(instant: Instant): Energy
  /** Default: the golden file's. */
  readonly serial?: string
}

export interface EnergyApiServerOptions extends MeterServerOptions {
  readonly clock: Clock
  readonly assets: readonly EnergyApiAsset[]
  /** Milliseconds between two items; they stand at whole multiples of it. Default 15 minutes. */
  readonly every?: number
  /** There are no items before. Default: a day before the start. */
  readonly start?: Instant
  /** Expected in X-API-Key. */
  readonly apiKey?: string
}

/**
 * Starts a service that answers as the golden files do, deviations included: rows are not in order, times are snake
 * case, five rows unless more are asked for, 404 to fractions of a second, 500 without both ends of the time frame.
 * Assets are at `<url>/v3/asset/<id>`.
 */
export function startEnergyApiServer(options: EnergyApiServerOptions): Promise<MeterServer> {
  const { clock, assets, every = 900_000, start = clock.now() - 86_400_000, apiKey } = options
  return startMeterServer((url, request) => {
    if (apiKey !== undefined && request.headers['x-api-key'] !== apiKey) return problem(401)
    const match = /^\/v3\/asset\/(\d+)(\/energy)?$/.exec(url.pathname)
    const asset = assets.find(({ id }) => String(id) === match?.[1])
    if (asset === undefined || !isGet(request)) return problem(404)
    return match?.[2] === undefined ? json(describe(asset)) : energies(asset, url.searchParams)
  }, options)

  function energies(asset: EnergyApiAsset, query: URLSearchParams): MeterAnswer {
    const [from, to] = [query.get('timeStart'), query.get('timeEnd')]
    if (from === null || to === null) return problem(500)
    if (from.includes('.') || to.includes('.')) return problem(404)
    const first = Math.ceil(Math.max(parseInstant(from), start + every) / every) * every
    const last = Math.min(parseInstant(to), clock.now())
    const template = asset.accumulated ? counterItem : intervalItem
    const items: string[] = []
    for (let at = first; at <= last; at += every) {
      const energy = asset.energyAt(at) - (asset.accumulated ? 0n : asset.energyAt(at - every))
      const time = formatInstant(at).replace('.000Z', template.includes('+00:00') ? '+00:00' : '')
      const valued = fill(template, /"energy":([\d.]+)/, wattHoursText(energy))
      items.push(fill(valued, /"measurement_time":"([^"]*)"/, time))
    }
    const limit = Number(query.get('limit') ?? 5)
    return json(`[${items.reverse().slice(0, limit < 0 ? items.length : limit)}]`)
  }
}

const counterItem = firstItem('energy-api/energies.json')
const intervalItem = firstItem('energy-api/energies-interval.json')

function firstItem(path: string): string {
  return /\{[^}]*\}/.exec(goldenText(path))?.[0] ?? ''
}

function describe({ id, role, accumulated, serial }: EnergyApiAsset): string {
  const captured = goldenText(accumulated ? 'energy-api/asset.json' : 'energy-api/asset-interval.json')
  const named = fill(fill(captured, /"id": ?(\d+)/, String(id)), /"role": ?"(\w+)"/, role)
  return serial === undefined
    ? named
    : fill(named, /"serial_number": ?("[^"]*"|null)/, JSON.stringify(serial))
}

function json(body: string): MeterAnswer {
  return { status: 200, type: 'application/json', body }
}

function problem(status: number): MeterAnswer {
  const body = fill(goldenText('energy-api/problem.json'), /"status": ?(\d+)/, String(status))
  return { status, type: 'application/problem+json', body }
}

function isGet(request: IncomingMessage): boolean {
  return request.method === 'GET'
}
