import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { openHttpClient } from '../../connections/http-client.ts'
import { silentLogger } from '../../core/logger.ts'
import type { SourceContext } from '../../core/source.ts'
import { parseInstant } from '../../core/time.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { loadCarbonSource } from '../catalogue.ts'
import { sourceContext } from '../context.ts'

const file = (name: string) => new URL(`../../connections/test-certificates/${name}`, import.meta.url)
const auth = { user: 'ops', password: 'p&ss=wörd' }
const lan = { allow: 'lan-http', reason: 'test' }
const signal = new AbortController().signal

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function serve(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

interface Heard {
  readonly method: string | undefined
  readonly url: URL
  readonly authorization: string | undefined
  readonly body: string
}

/** A service that says what `answer` does, and remembers what it heard. */
function service(answer: (heard: Heard, count: number) => { status?: number; json: unknown }) {
  const heard: Heard[] = []
  const listener: RequestListener = async (request: IncomingMessage, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const { method, headers } = request
    const url = new URL(request.url ?? '/', 'http://service')
    const one = { method, url, authorization: headers.authorization, body }
    heard.push(one)
    const { status = 200, json } = answer(one, heard.length)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  }
  return { heard, listener, paths: () => heard.map(({ url }) => url.pathname) }
}

const clock = new VirtualClock({ start: parseInstant('2024-05-01T09:00:00Z') })
const strict = sourceContext({ clock, log: silentLogger })
/** The test's servers have no TLS; that the drivers refuse this is a test of its own. */
const lenient: SourceContext = {
  ...strict,
  http: ({ tls }) => openHttpClient({ tls, plaintextCredentials: true }),
}

async function open(kind: string, options: object, context = lenient) {
  const source = (await loadCarbonSource(kind)).open(options, context)
  closing.push(() => source.close())
  return {
    source,
    read: (from: string, to: string) =>
      source.read({ from: parseInstant(from), to: parseInstant(to), signal }),
  }
}

const meta = {
  data_point_period_seconds: 300,
  region: 'CAISO_NORTH',
  warnings: [],
  signal_type: 'co2_moer',
  units: 'lbs_co2_per_mwh',
}

/** Version 3 with a value for every five minutes, and tokens that count up. */
function versionThree(refuse: (token: string, count: number) => boolean = () => false) {
  let tokens = 0
  return service(({ url, authorization }, count) => {
    if (url.pathname === '/login') return { json: { token: `token-${++tokens}` } }
    const token = authorization?.replace('Bearer ', '') ?? ''
    if (refuse(token, count)) return { status: 401, json: { error: 'unknown token' } }
    const [start = 0, end = 0] = ['start', 'end'].map(name => parseInstant(url.searchParams.get(name) ?? ''))
    const data: object[] = []
    for (let at = Math.ceil(start / 300_000) * 300_000; at <= end; at += 300_000)
      data.push({ point_time: new Date(at).toISOString(), value: 872.5 })
    return { json: { data, meta } }
  })
}

const caiso = { region: 'CAISO_NORTH', auth, tls: lan }
const morning = ['2024-05-01T08:00:00Z', '2024-05-01T08:15:00Z'] as const

describe('version 3', () => {
  it('logs in once, and again after 25 minutes', async () => {
    const { listener, heard, paths } = versionThree()
    const { read } = await open('watttime-v3', {
      ...caiso,
      url: `http://127.0.0.1:${await serve(createServer(listener))}`,
    })
    await read(...morning)
    await read(...morning)
    expect(paths()).toEqual(['/login', '/v3/historical', '/v3/historical'])
    expect(heard.map(one => one.authorization)).toEqual([
      `Basic ${Buffer.from('ops:p&ss=wörd').toString('base64')}`,
      'Bearer token-1',
      'Bearer token-1',
    ])
    await clock.advance(25 * 60_000 + 1)
    await read(...morning)
    expect(heard.at(-1)?.authorization).toBe('Bearer token-2')
  })
  it('logs in again, once, when the token is no longer known', async () => {
    const { listener, heard, paths } = versionThree((token, count) => token === 'token-1' && count > 2)
    const { read } = await open('watttime-v3', {
      ...caiso,
      url: `http://127.0.0.1:${await serve(createServer(listener))}`,
    })
    await read(...morning)
    expect((await read(...morning)).intensities).toHaveLength(3)
    expect(paths().slice(2)).toEqual(['/v3/historical', '/login', '/v3/historical'])
    expect(heard.at(-1)?.authorization).toBe('Bearer token-2')
  })
  it('does not log in for ever when no token is taken', async () => {
    const { listener, paths } = versionThree((_, count) => count > 2)
    const { read } = await open('watttime-v3', {
      ...caiso,
      url: `http://127.0.0.1:${await serve(createServer(listener))}`,
    })
    await read(...morning)
    await expect(read(...morning)).rejects.toMatchObject({ code: 'source-unauthorized' })
    expect(paths().slice(2)).toEqual(['/v3/historical', '/login', '/v3/historical'])
  })
  it('asks for 70 days in three parts of 32 days or less, without a hole and without an overlap', async () => {
    const { listener, heard } = versionThree()
    const { read } = await open('watttime-v3', {
      ...caiso,
      url: `http://127.0.0.1:${await serve(createServer(listener))}`,
    })
    const { intensities, warnings } = await read('2024-01-01T00:00:00.5Z', '2024-03-11T00:00:00Z')
    expect(warnings).toEqual([])
    expect(intensities).toHaveLength(70 * 288)
    expect(intensities.every((one, index) => index === 0 || intensities[index - 1]?.to === one.from)).toBe(
      true,
    )
    const parts = heard
      .slice(1)
      .map(({ url }) => [url.searchParams.get('start'), url.searchParams.get('end')])
    expect(parts).toEqual([
      ['2023-12-31T23:00:00Z', '2024-02-01T22:59:59Z'],
      ['2024-02-01T23:00:00Z', '2024-03-04T22:59:59Z'],
      ['2024-03-04T23:00:00Z', '2024-03-10T23:59:59Z'],
    ])
  })
  it('sends no password over plain HTTP, not even in the own network', async () => {
    const { listener, heard } = versionThree()
    const url = `http://127.0.0.1:${await serve(createServer(listener))}`
    const { read, source } = await open('watttime-v3', { ...caiso, url }, strict)
    await expect(read(...morning)).rejects.toMatchObject({ code: 'tls-refused', hint: expect.any(String) })
    expect(heard).toEqual([])
    expect(source.exceptions).toEqual(['lan-http: test'])
  })
  it('reads through TLS with an authority of its own', async () => {
    const { listener } = versionThree()
    const [key, cert] = ['server.key.pem', 'server.pem'].map(name => readFileSync(file(name)))
    const port = await serve(createTlsServer({ key, cert }, listener))
    const tls = { ca: fileURLToPath(file('authority.pem')) }
    const { read, source } = await open(
      'watttime-v3',
      { ...caiso, tls, url: `https://localhost:${port}` },
      strict,
    )
    expect((await read(...morning)).intensities).toHaveLength(3)
    expect(source.exceptions).toEqual([])
  })
})

describe('version 1', () => {
  const page = (hours: readonly number[], next: string | null) => ({
    count: 4,
    next,
    previous: null,
    results: hours.map(hour => ({
      timestamp: `2018-02-03T0${hour}:00:00Z`,
      ba: 'BPA',
      freq: '1hr',
      market: 'RTHR',
      marginal_carbon: { value: 900 + hour, units: 'lb/MWh' },
    })),
  })
  const versionOne = () =>
    service(({ url }) => {
      if (url.pathname.endsWith('obtain-token-auth/')) return { json: { token: '0a1b2c' } }
      const last = url.searchParams.get('page') === '2'
      return {
        json: last
          ? page([5, 4], null)
          : page([7, 6], 'https://api.watttime.org/api/v1/marginal/?ba=BPA&page=2'),
      }
    })

  it('posts its log-in as a form, asks in UTC, and follows the pages at the mirror, never at the retired host', async () => {
    const { listener, heard } = versionOne()
    const url = `http://127.0.0.1:${await serve(createServer(listener))}`
    const { read } = await open('watttime-v1', { region: 'BPA', auth, tls: lan, url })
    const { intensities } = await read('2018-02-03T05:30:00+01:00', '2018-02-03T08:00:00Z')
    expect(intensities.map(({ from }) => new Date(from).getUTCHours())).toEqual([4, 5, 6, 7])
    expect(heard.map(({ method, url: { pathname, search } }) => `${method} ${pathname}${search}`)).toEqual([
      'POST /api/v1/obtain-token-auth/',
      'GET /api/v1/marginal/?ba=BPA&start_at=2018-02-03T02%3A30%3A00Z&end_at=2018-02-03T08%3A00%3A00Z&market=RTHR&page_size=100',
      'GET /api/v1/marginal/?ba=BPA&page=2',
    ])
    expect(heard[0]?.body).toBe('username=ops&password=p%26ss%3Dw%C3%B6rd')
    expect(heard[1]?.authorization).toBe('Token 0a1b2c')
  })
  it('asks a mirror without accounts for no token, and may do so without TLS', async () => {
    const { listener, paths } = versionOne()
    const url = `http://127.0.0.1:${await serve(createServer(listener))}`
    const { read, source } = await open('watttime-v1', { region: 'BPA', tls: lan, url }, strict)
    expect((await read('2018-02-03T06:00:00Z', '2018-02-03T07:00:00Z')).intensities).toHaveLength(1)
    expect(paths()).toEqual(['/api/v1/marginal/', '/api/v1/marginal/'])
    expect(source.exceptions).toEqual(['lan-http: test'])
  })
})

describe('the retired versions', () => {
  it.each(['watttime-v1', 'watttime-v2'])(
    '(U21) %s needs a mirror, and says what to use instead',
    async kind => {
      const { options, open: openAny } = await loadCarbonSource(kind)
      const given = { region: 'BPA', auth }
      expect(options.safeParse(given).error?.issues).toMatchObject([
        { path: ['url'], message: expect.stringMatching(/retired.*mirror.*watttime-v3/) },
      ])
      expect(() => openAny(given, strict)).toThrow(expect.objectContaining({ code: 'config-invalid' }))
    },
  )
})
