import { expect, test } from 'vitest'
import { MemoryLog } from '../../test/gateway/memory-log.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { fakeSource } from '../testing/fake-source.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { GatewayApp } from './gateway-app.ts'

const minute = 60_000

class CheckedLog extends MemoryLog {
  checks: number[] = []
  corrupt = false
  newest: number | undefined
  readonly now: () => number

  constructor(now: () => number) {
    super(now)
    this.now = now
  }

  async verifyTail() {
    this.checks.push(this.now())
    if (this.corrupt) throw new EnergywebError('log-corrupt', 'entry 3 does not have its hash')
    return { size: 7, verified: 7, newest: this.newest }
  }
}

async function start() {
  const clock = new VirtualClock()
  const log = new CheckedLog(() => clock.now())
  const told: string[] = []
  const tell = (_: object, message: string) => void told.push(message)
  const logger: Logger = { debug: () => undefined, info: () => undefined, warn: tell, error: tell }
  const app = new GatewayApp({
    clock,
    log: logger,
    openLog: async () => log,
    assets: [{ name: 'roof', source: fakeSource(), channel: 'export', every: '12h' }],
    selfCheck: '1h',
  })
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  const stop = async () => {
    end.abort()
    await clock.advance(0)
    await running
  }
  await clock.advance(0)
  return { app, clock, log, told, stop }
}

test('the tail is derived again at the start and every hour', async () => {
  const { app, clock, log, stop } = await start()
  expect(log.checks).toHaveLength(1)
  await clock.advance(5 * 60 * minute)
  // The looks at the clock set the pace: a check comes up to a minute late, and lateness does not add up.
  expect(log.checks.length).toBeGreaterThanOrEqual(5)
  await clock.advance(5 * 60 * minute)
  expect(log.checks.length).toBeGreaterThanOrEqual(10)
  expect((await app.status()).selfCheck).toMatchObject({ size: 7, verified: 7 })
  log.corrupt = true
  await clock.advance(61 * minute)
  expect((await app.status()).selfCheck).toBeUndefined()
  await stop()
})

test('a clock that is put back is told, and the log is checked at once', async () => {
  const { clock, log, told, stop } = await start()
  await clock.advance(2 * minute)
  clock.jumpWallClock(-3_600_000)
  await clock.advance(2 * minute)
  expect(told).toContain("the machine's clock was put back by 3600 s")
  expect(log.checks).toHaveLength(2)
  clock.jumpWallClock(4_000)
  await clock.advance(2 * minute)
  clock.jumpWallClock(60_000)
  await clock.advance(2 * minute)
  expect(told.at(-1)).toBe("the machine's clock was put forward, or the machine slept, by 60 s")
  expect(told).toHaveLength(2)
  expect(log.checks).toHaveLength(2)
  await stop()
})

test('a machine that woke up in the past knows it by its log', async () => {
  const { app, clock, log, told, stop } = await start()
  log.newest = clock.now() + 26 * 3_600_000
  await clock.advance(61 * minute)
  const trouble = "the log's newest entry is of 2024-01-02T02:00:00.000Z, the machine's clock says"
  expect((await app.status()).clockTrouble).toContain(trouble)
  expect(told.at(-1)).toContain(trouble)
  await clock.advance(26 * 60 * minute)
  expect((await app.status()).clockTrouble).toBeUndefined()
  await stop()
})
