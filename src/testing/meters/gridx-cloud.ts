import type { IncomingMessage } from 'node:http'
import { toBase64url, utf8 } from '../../core/bytes.ts'
import type { Clock } from '../../core/clock.ts'
import { type Energy, millijoulesPer } from '../../core/energy.ts'
import type { Channel } from '../../core/reading.ts'
import { formatInstant, type Instant } from '../../core/time.ts'
import { fill, goldenText } from './golden-template.ts'
import {
  type MeterAnswer,
  type MeterServer,
  type MeterServerOptions,
  startMeterServer,
} from './meter-server.ts'

export interface GridxCloudOptions extends Pick<MeterServerOptions, 'port' | 'tls'> {
  readonly clock: Clock
  readonly system: string
  /** What the grid meter's counters show. */
  energyAt(channel: Channel, instant: Instant): Energy
  /** What the plant has made since it was built. */
  producedAt(instant: Instant): Energy
  /** Midnights of the system's zone, in order: its days. */
  readonly midnights: readonly Instant[]
  readonly account: { readonly user: string; readonly password: string }
  readonly clientId: string
  readonly realm: string
  /** Seconds that an id token lives. Default ten hours. */
  readonly tokenLife?: number
}

/** A cloud that answers on 127.0.0.1, and what can be done to it. */
export interface GridxCloud extends MeterServer {
  /** Log-ins by password, refused ones too, and by refresh token. */
  readonly logIns: { readonly password: number; readonly refresh: number }
  /** What was asked of the history, as `start/end`. */
  readonly intervals: readonly string[]
  /** Refuses every token that it gave. */
  revoke(options?: { readonly refreshToken: boolean }): void
  /** The box is away: every value is zero. */
  away: boolean
}

const realmGrant = 'http://auth0.com/oauth/grant-type/password-realm'
const day = 86_400_000

/**
 * Starts log-in and data of gridX' cloud: they answer as the golden files do. Tokens end, a refresh token can be used once, a wrong
 * password and a foreign token are 403, of the history no more than a month is told.
 */
export async function startGridxCloud(options: GridxCloudOptions): Promise<GridxCloud> {
  const { clock, account, clientId, realm, tokenLife = 36_000 } = options
  const logIns = { password: 0, refresh: 0 }
  const intervals: string[] = []
  const tokens = new Map<string, number>()
  let refreshToken: string | undefined
  let away = false

  const logIn = (form: URLSearchParams): MeterAnswer => {
    const said = Object.fromEntries(form)
    if (said.client_id !== clientId) return refused(401, 'invalid_client')
    if (said.grant_type === 'refresh_token') {
      logIns.refresh++
      return said.refresh_token === refreshToken && refreshToken !== undefined
        ? given()
        : refused(403, 'invalid_grant')
    }
    logIns.password++
    const known = said.username === account.user && said.password === account.password
    const asked = said.grant_type === realmGrant && said.realm === realm && said.audience === 'my.gridx'
    if (!asked || !said.scope?.includes('openid')) return refused(400, 'invalid_request')
    return known ? given() : refused(403, 'invalid_grant')
  }

  const given = (): MeterAnswer => {
    const number = logIns.password + logIns.refresh
    const iat = Math.floor(clock.now() / 1_000)
    const claims = toBase64url(utf8(JSON.stringify({ iat, exp: iat + tokenLife, jti: number })))
    const token = `${toBase64url(utf8('{"alg":"RS256"}'))}.${claims}.c2ln`
    tokens.set(token, clock.monotonic() + tokenLife * 1_000)
    refreshToken = `v1.refresh-${number}`
    const named = fill(goldenText('gridx/token.json'), /"id_token": "([^"]*)"/, token)
    return json(fill(named, /"refresh_token": "([^"]*)"/, refreshToken))
  }

  const welcome = ({ headers }: IncomingMessage) =>
    clock.monotonic() < (tokens.get(headers.authorization?.replace('Bearer ', '') ?? '') ?? 0)

  const server = await startMeterServer((url, request, body) => {
    if (url.pathname === '/oauth/token' && request.method === 'POST') return logIn(new URLSearchParams(body))
    if (!welcome(request)) return refused(403, 'forbidden')
    if (url.pathname === '/gateways')
      return json(fill(goldenText('gridx/gateways.json'), /"system": \{"id": "([^"]*)"/, options.system))
    if (url.pathname === `/systems/${options.system}/live`) return json(live(options, away))
    if (url.pathname !== `/systems/${options.system}/historical`) return refused(404, 'not_found')
    const interval = url.searchParams.get('interval') ?? ''
    intervals.push(interval)
    return url.searchParams.get('resolution') === '1d'
      ? history(options, interval)
      : refused(400, 'resolution')
  }, options)

  return {
    url: server.url,
    get requests() {
      return server.requests
    },
    logIns,
    intervals,
    revoke({ refreshToken: also } = { refreshToken: false }) {
      tokens.clear()
      if (also) refreshToken = undefined
    },
    get away() {
      return away
    },
    set away(is) {
      away = is
    },
    close: () => server.close(),
  }
}

function live({ clock, energyAt }: GridxCloudOptions, away: boolean): string {
  const captured = goldenText('gridx/live.json')
  const now = Math.floor(clock.now() / 1_000) * 1_000
  const timed = fill(captured, /"measuredAt":"([^"]*)"/, formatInstant(now).replace('.000Z', 'Z'))
  if (away) return timed.replace(/:(-?\d[\d.]*)(?=[,}])/g, ':0')
  const wattSeconds = (channel: Channel) => String(energyAt(channel, now) / millijoulesPer.Ws)
  const imported = fill(timed, /"gridMeterReadingPositive":(\d+)/, wattSeconds('import'))
  return fill(imported, /"gridMeterReadingNegative":(\d+)/, wattSeconds('export'))
}

/** Days that begin in the interval; of one that it cuts, the part that lies in it. */
function history({ clock, producedAt, midnights }: GridxCloudOptions, interval: string): MeterAnswer {
  const [start = Number.NaN, end = Number.NaN] = interval.split('/').map(text => Date.parse(text))
  if (!(end > start) || end - start > 31 * day) return refused(400, 'interval')
  const rows = midnights.flatMap((midnight, index) => {
    const next = midnights[index + 1]
    if (next === undefined || next <= start || midnight >= Math.min(end, clock.now())) return []
    const until = Math.min(next, end, clock.now())
    const made = producedAt(until) - producedAt(Math.max(midnight, start))
    return [row(midnight, made)]
  })
  return json(`{"data":[${rows}],"total":{"measuredAt":"${interval}"}}`)
}

const template = /\{"measuredAt"[^}]*\}[^}]*\}/.exec(goldenText('gridx/days.json'))?.[0] ?? ''

function row(midnight: Instant, made: Energy): string {
  const thousandths = ((made * 1_000n) / millijoulesPer.Wh).toString().padStart(4, '0')
  const wattHours = `${thousandths.slice(0, -3)}.${thousandths.slice(-3)}`
  const timed = fill(template, /"measuredAt":"([^"]*)"/, formatInstant(midnight).replace('.000Z', 'Z'))
  return fill(fill(timed, /"photovoltaic":([\d.]+)/, wattHours), /"production":([\d.]+)/, wattHours)
}

function json(body: string): MeterAnswer {
  return { status: 200, type: 'application/json', body }
}

function refused(status: number, error: string): MeterAnswer {
  return { status, type: 'application/json', body: JSON.stringify({ error }) }
}
