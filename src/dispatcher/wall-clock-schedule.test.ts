import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { silentLogger } from '../core/logger.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { App, cron, type Tick, task } from './index.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
let ending = new AbortController()
let running: Promise<void> = Promise.resolve()

function start(clock: VirtualClock, pattern: string, options: { zone?: string; run?: () => unknown } = {}) {
  const seen: string[] = []
  const meant: number[] = []
  const run = ({ tick }: { tick: Tick }) => {
    seen.push(new Date(tick.at).toISOString().slice(5, 19))
    meant.push(tick.at - tick.lateness)
    return options.run?.()
  }
  ending = new AbortController()
  const app = new App({ clock, log: silentLogger, random: () => 0 })
  app.addTask(task({ trigger: cron(pattern, { zone: options.zone ?? 'UTC' }), name: 'job', run }))
  running = app.run({ signal: ending.signal, signals: false })
  return { app, seen, meant, job: () => app.statistics()[0] }
}

afterEach(async () => {
  ending.abort()
  await running
})

test('runs at its instants and not at the start, through a day without drift', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1, 7, 59, 30) })
  const { seen, job } = start(clock, '*/15 * * * *')
  await clock.advance(0)
  expect(seen).toEqual([])
  await clock.advance(46 * minute)
  expect(seen).toEqual(['05-01T08:00:00', '05-01T08:15:00', '05-01T08:30:00', '05-01T08:45:00'])
  await clock.advance(24 * hour)
  expect(job()).toMatchObject({ runs: 4 + 96, skipped: 0, lateness: { maximum: 0 } })
})

test('the day that is 25 hours long has its quarter hours, and a daily job comes once', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 9, 26, 21, 59) })
  const { seen } = start(clock, '30 2 * * *', { zone: 'Europe/Vienna' })
  await clock.advance(25 * hour)
  expect(seen).toEqual(['10-27T00:30:00'])
})

// Fails when the schedule waits for the whole time at once instead of looking again every minute.
test('a clock put forward: one run for what was passed over, within a minute, the others counted', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1, 8, 1) })
  const { seen, meant, job } = start(clock, '0 * * * *')
  await clock.advance(10 * minute)
  clock.jumpWallClock(3 * hour)
  await clock.advance(minute)
  expect(seen.length).toBe(1)
  expect(meant).toEqual([Date.UTC(2024, 4, 1, 11)])
  expect(job()?.skips.late).toBe(2)
  await clock.advance(hour)
  expect(seen.length).toBe(2)
})

// Fails when the schedule asks for the next instant after a clock that went back.
test('a clock put back by an hour: what has run does not run again', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1, 8, 30) })
  const { meant } = start(clock, '*/30 * * * *')
  await clock.advance(hour + 10 * second)
  clock.jumpWallClock(-hour)
  await clock.advance(2 * hour)
  const expected = [9, 9.5, 10, 10.5].map(hours => Date.UTC(2024, 4, 1) + hours * hour)
  expect(meant).toEqual(expected)
})

// Fails without `corrected`: the task would wait for the year 2038.
test('a clock that was years ahead and is put right: the task follows it within a minute', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2038, 0, 1) })
  const { seen } = start(clock, '0 * * * *')
  await clock.advance(hour)
  clock.jumpWallClock(Date.UTC(2024, 4, 1, 8, 30) - clock.now())
  await clock.advance(31 * minute)
  expect(seen).toEqual(['01-01T01:00:00', '05-01T09:00:00'])
})

test('a machine that slept for a month runs once, and does not count for long', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1) })
  const { meant, job } = start(clock, '* * * * * *')
  await clock.advance(0)
  clock.stall(30 * 24 * hour)
  const before = performance.now()
  await clock.advance(0)
  expect(performance.now() - before).toBeLessThan(5_000)
  expect(meant).toEqual([Date.UTC(2024, 4, 31)])
  expect(job()?.skips.late).toBe(100)
})

test('a failed run is tried again with its number; instants meanwhile are counted as skipped', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1) })
  let tries = 0
  const run = () => {
    tries++
    if (tries < 4) throw new TypeError('not yet')
  }
  const { seen, job } = start(clock, '*/5 * * * * *', { run })
  await clock.advance(12 * second)
  expect(seen).toEqual(['05-01T00:00:05', '05-01T00:00:06', '05-01T00:00:08', '05-01T00:00:12'])
  expect(job()).toMatchObject({ failures: 3, consecutiveFailures: 0, skips: { 'back-off': 1 } })
})

test('cron() can be iterated by a trigger of one own', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1) })
  const seen: number[] = []
  ending = new AbortController()
  const app = new App({ clock, log: silentLogger })
  const wrapped = (context: Parameters<ReturnType<typeof cron>>[0]) =>
    cron('@hourly', { zone: 'UTC' })(context)
  app.addTask(task({ trigger: wrapped, run: ({ tick }) => seen.push(tick.at) }))
  running = app.run({ signal: ending.signal, signals: false })
  await clock.advance(2 * hour)
  expect(seen).toEqual([Date.UTC(2024, 4, 1, 1), Date.UTC(2024, 4, 1, 2)])
})

test('whatever the wall clock does, no instant runs twice as long as it falls back by three hours at most, and no task hangs (property)', async () => {
  const jump = fc.integer({ min: -180, max: 240 }).map(minutes => minutes * minute)
  const step = fc.record({ jump, pass: fc.integer({ min: 1, max: 300 }).map(minutes => minutes * minute) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async steps => {
      const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1) })
      const { meant } = start(clock, '*/30 * * * *')
      let latest = clock.now()
      for (const { jump: by, pass } of steps) {
        await clock.advance(pass)
        latest = Math.max(latest, clock.now())
        clock.jumpWallClock(Math.max(by, latest - 3 * hour - clock.now()))
      }
      const before = meant.length
      await clock.advance(12 * hour)
      expect(new Set(meant).size).toBe(meant.length)
      expect(meant.length).toBeGreaterThan(before)
      ending.abort()
      await running
    }),
    { numRuns: 60 },
  )
})
