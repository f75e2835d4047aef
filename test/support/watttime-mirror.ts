import { readFile } from 'node:fs/promises'
import { type MeterServer, startMeterServer } from '../../src/testing/meters/meter-server.ts'

const certificates = new URL('../../src/connections/test-certificates/', import.meta.url)

/**
 * A service that answers as WattTime's versions 1 and 2 did to the old applications, over TLS, for one account: 910.5 lb/MWh in
 * every hour by version 1, 700 lb/MWh now by version 2's insight.
 */
export async function startWattTimeMirror(auth: { user: string; password: string }): Promise<MeterServer> {
  const [key, cert] = await Promise.all(
    ['server.key.pem', 'server.pem'].map(name => readFile(new URL(name, certificates), 'utf8')),
  )
  const basic = `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`
  const json = (status: number, body: object) => ({
    status,
    type: 'application/json',
    body: JSON.stringify(body),
  })
  return startMeterServer(
    ({ pathname, searchParams }, { method, headers }) => {
      if (pathname === '/api/v1/obtain-token-auth/')
        return json(method === 'POST' ? 200 : 405, { token: 'one' })
      if (pathname === '/v2test/login')
        return json(headers.authorization === basic ? 200 : 401, { token: 'two' })
      const ba = searchParams.get('ba')
      if (pathname === '/api/v1/marginal/') {
        return headers.authorization === 'Token one' ? json(200, hours(ba)) : json(401, {})
      }
      if (pathname === '/v2test/insight/') {
        return headers.authorization === 'Bearer two' ? json(200, { avg: 700 }) : json(401, {})
      }
      return json(404, {})
    },
    { tls: { key: key ?? '', cert: cert ?? '' } },
  )
}

/** The authority that signed the mirror's certificate. */
export const mirrorAuthority = new URL('authority.pem', certificates)

function hours(ba: string | null): object {
  const hour = Math.floor(Date.now() / 3_600_000)
  const results = [hour, hour - 1].map(one => ({
    timestamp: new Date(one * 3_600_000).toISOString().replace('.000Z', 'Z'),
    ba,
    freq: '1hr',
    market: 'RTHR',
    genmix: [],
    marginal_carbon: { value: 910.5, units: 'lb/MWh' },
  }))
  return { count: results.length, next: null, previous: null, results }
}
