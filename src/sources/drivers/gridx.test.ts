import { afterEach, describe, expect, it } from 'vitest'
import { openHttpClient } from '../../connections/http-client.ts'
import { millijoulesPer } from '../../core/energy.ts'
import { silentLogger } from '../../core/logger.ts'
import { energyOf } from '../../core/power.ts'
import { formatInstant, type Instant, parseInstant } from '../../core/time.ts'
import { type GridxCloudOptions, startGridxCloud } from '../../testing/meters/gridx-cloud.ts'
import { loadSource } from '../catalogue.ts'
import { sourceContext } from '../context.ts'
import { localDays } from '../local-day.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})
function kept<Opened extends { close(): Promise<void> }>(one: Opened): Opened {
  opened.push(one)
  return one
}

const signal = new AbortController().signal
const minute = 60_000
const day = 86_400_000
const tls = { allow: 'lan-http', reason: 'test' }
const account = { user: 'owner@example.org', password: 'correct-horse-battery' }
const auth = { ...account, clientId: 'app-1', realm: 'realm-1' }
const berlin = localDays('Europe/Berlin')

/** Midnights of Berlin around the spring of 2024. */
const midnights: Instant[] = [parseInstant('2023-12-31T23:00:00Z')]
while (midnights.length < 250) midnights.push(berlin.midnightAfter(midnights.at(-1) ?? 0))

/** A clock that stands until it is put on, both of its hands. */
function handClock(text: string) {
  let now = parseInstant(text)
  return {
    now: () => now,
    monotonic: () => now,
    after: () => () => undefined,
    put(milliseconds: number) {
      now += milliseconds
    },
  }
}

/** 3 kW since the year began; the grid meter counts half of it. */
const producedAt = (instant: Instant) => energyOf(3_000_000n, instant - (midnights[0] ?? 0))

async function scene(more: Partial<GridxCloudOptions> = {}, at = '2024-05-01T08:00:00Z') {
  const clock = handClock(at)
  const system = 'system-1'
  const cloud = kept(
    await startGridxCloud({
      clock,
      system,
      account,
      clientId: 'app-1',
      realm: 'realm-1',
      midnights,
      producedAt,
      energyAt: (_, instant) => producedAt(instant) / 2n,
      ...more,
    }),
  )
  // The cloud has no TLS here, so the log-in may go without.
  const context = {
    ...sourceContext({ clock, log: silentLogger }),
    http: ({ tls: policy }: Parameters<typeof openHttpClient>[0]) =>
      openHttpClient({ tls: policy, plaintextCredentials: true }),
  }
  const { open } = await loadSource('gridx')
  const source = (options: object = {}) =>
    kept(open({ url: cloud.url, login: cloud.url, tls, auth, ...options }, context))
  return { clock, cloud, source }
}

describe('the log-in', () => {
  it('is one for all assets of an account, however many ask at once', async () => {
    const { cloud, source } = await scene()
    const sources = [source(), source(), source({ system: 'system-1' })]
    const reads = sources.map((one, index) => one.read({ channel: index > 1 ? 'export' : 'import', signal }))
    for (const { readings } of await Promise.all(reads)) expect(readings).toHaveLength(1)
    expect(cloud.logIns).toEqual({ password: 1, refresh: 0 })
  })
  it('is another one for another account', async () => {
    const { cloud, source } = await scene()
    await source().read({ channel: 'import', signal })
    const stranger = source({ auth: { ...auth, user: 'stranger@example.org' } })
    await expect(stranger.read({ channel: 'import', signal })).rejects.toMatchObject({
      code: 'source-unauthorized',
    })
    expect(cloud.logIns).toEqual({ password: 2, refresh: 0 })
  })
  it('is renewed before it ends, by refresh token: no request is refused', async () => {
    const { clock, cloud, source } = await scene({ tokenLife: 3_600 })
    const one = source()
    for (let polls = 0; polls < 237; polls++) {
      expect((await one.read({ channel: 'import', signal })).readings).toHaveLength(1)
      clock.put(minute)
    }
    // 237 minutes, each token used for 58.
    expect(cloud.logIns).toEqual({ password: 1, refresh: 4 })
    expect(cloud.requests).toBe(1 + 1 + 237 + 4)
  })
  it('is made anew when the service refuses its token; by password, when it refuses that for refreshing too', async () => {
    const { clock, cloud, source } = await scene()
    const one = source()
    await one.read({ channel: 'import', signal })
    clock.put(10 * minute)
    cloud.revoke()
    expect((await one.read({ channel: 'import', signal })).readings).toHaveLength(1)
    expect(cloud.logIns).toEqual({ password: 1, refresh: 1 })
    clock.put(10 * minute)
    cloud.revoke({ refreshToken: true })
    expect((await one.read({ channel: 'import', signal })).readings).toHaveLength(1)
    expect(cloud.logIns).toEqual({ password: 2, refresh: 2 })
  })
  it('makes no storm when a fresh token is refused', async () => {
    const { cloud, source } = await scene()
    const one = source()
    await one.read({ channel: 'import', signal })
    cloud.revoke({ refreshToken: true })
    for (let polls = 0; polls < 5; polls++) {
      await expect(one.read({ channel: 'import', signal })).rejects.toMatchObject({
        code: 'source-unauthorized',
      })
    }
    expect(cloud.logIns).toEqual({ password: 1, refresh: 0 })
  })
  it('is not tried hot with a wrong password: after a quarter of an hour, then half an hour, then an hour', async () => {
    const { clock, cloud, source } = await scene()
    const one = source({ auth: { ...auth, password: 'wrong-horse' } })
    const tried: number[] = []
    for (let minutes = 0; minutes < 120; minutes++) {
      const before = cloud.logIns.password
      const error = await one.read({ channel: 'import', signal }).catch(error => error)
      expect(error).toMatchObject({ code: 'source-unauthorized', retryable: false })
      expect(`${error.message} ${error.hint}`).not.toMatch(/wrong-horse/)
      if (cloud.logIns.password > before) tried.push(minutes)
      clock.put(minute)
    }
    expect(tried).toEqual([0, 15, 45, 105])
  })
  it('never travels without TLS', async () => {
    const { cloud } = await scene()
    const { open } = await loadSource('gridx')
    const context = sourceContext({ clock: handClock('2024-05-01T08:00:00Z'), log: silentLogger })
    const one = kept(open({ url: cloud.url, login: cloud.url, tls, auth }, context))
    await expect(one.read({ channel: 'import', signal })).rejects.toMatchObject({ code: 'tls-refused' })
    expect(cloud.requests).toBe(0)
  })
})

describe('the counters', () => {
  it('are watt-seconds, with the time of the box', async () => {
    const { clock, source } = await scene()
    const { readings } = await source().read({ channel: 'export', signal })
    expect(readings).toMatchObject([
      { kind: 'counter', measuredAt: clock.now(), device: { manufacturer: 'gridX', serial: 'system-1' } },
    ])
    const exact = producedAt(clock.now()) / 2n
    expect(readings[0]?.energy).toBe(exact - (exact % millijoulesPer.Ws))
  })
  it('are silent while the box is away', async () => {
    const { cloud, source } = await scene()
    cloud.away = true
    await expect(source().read({ channel: 'import', signal })).rejects.toMatchObject({
      code: 'source-empty',
      retryable: true,
    })
  })
})

describe('the days', () => {
  // Fails when a query begins or ends within a day, whose energy is then cut, or when a day is taken before its end.
  it('come whole and once after a long absence, a month at most at a time', async () => {
    const { clock, cloud, source } = await scene({}, '2024-01-10T12:00:00Z')
    const one = source({ measure: 'production', lookback: '2d', overlap: '1d' })
    const first = await one.read({ channel: 'export', signal })
    expect(first.readings.map(({ measuredAt }) => formatInstant(measuredAt))).toEqual([
      '2024-01-08T23:00:00.000Z',
      '2024-01-09T23:00:00.000Z',
    ])
    clock.put(100 * day)
    const log = new Map(first.readings.map(({ measuredAt, energy }) => [measuredAt, energy]))
    let since = Math.max(...log.keys())
    for (let before = 0; before < since; ) {
      before = since
      const { readings, warnings } = await one.read({ channel: 'export', signal, since })
      expect(warnings).toEqual([])
      for (const { measuredAt, energy } of readings) {
        expect(log.get(measuredAt) ?? energy).toBe(energy)
        log.set(measuredAt, energy)
        since = Math.max(since, measuredAt)
      }
    }
    const start = parseInstant('2024-01-07T23:00:00Z')
    const end = parseInstant('2024-04-18T22:00:00Z')
    expect(since).toBe(end)
    const sum = [...log.values()].reduce((total, energy) => total + energy, 0n)
    // 3 kW, also over the night of 23 hours.
    expect(sum).toBe(energyOf(3_000_000n, end - start))
    for (const interval of cloud.intervals) {
      const [from = 0, to = 0] = interval.split('/').map(text => parseInstant(text))
      expect([from, to].every(berlin.isMidnight)).toBe(true)
      expect(to - from).toBeLessThanOrEqual(29 * day)
    }
  })
})
