import { afterEach, expect, test } from 'vitest'
import { sleep } from '../core/clock.ts'
import { silentLogger } from '../core/logger.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { App, cron, type FunctionalTaskOptions, task } from './index.ts'

const second = 1_000
let ending = new AbortController()
let running: Promise<void> = Promise.resolve()
let clock = new VirtualClock()

function start(options: FunctionalTaskOptions): App {
  ending = new AbortController()
  clock = new VirtualClock()
  const app = new App({ clock, log: silentLogger, random: () => 0, grace: '1s' })
  app.addTask(task({ overlap: 'queue', ...options }))
  running = app.run({ signal: ending.signal, signals: false })
  return app
}

afterEach(async () => {
  ending.abort()
  await clock.advance(10 * second)
  await running
})

test('ticks that come while a run goes on wait, and run one after another, with how late they are', async () => {
  const seen: string[] = []
  let going = 0
  const app = start({
    every: '1s',
    aligned: true,
    async run({ tick }) {
      expect(++going).toBe(1)
      seen.push(`${tick.number}: ${tick.lateness / second} s late`)
      if (tick.number === 0) await sleep(3.5 * second, { clock })
      else await sleep(0.2 * second, { clock })
      going--
    },
  })
  await clock.advance(5 * second)
  const expected = ['0: 0 s late', '1: 2.5 s late', '2: 1.7 s late', '3: 0.9 s late', '4: 0.1 s late']
  expect(seen.slice(0, 5)).toEqual(expected)
  expect(app.statistics()[0]).toMatchObject({ skipped: 0 })
})

// Fails when Backlog.hold takes more than its limit.
test('no more than so many wait; the others are counted as skipped', async () => {
  const numbers: number[] = []
  const app = start({
    every: '1s',
    aligned: true,
    maxPending: 3,
    async run({ tick }) {
      numbers.push(tick.number)
      if (tick.number === 0) await sleep(10.5 * second, { clock })
    },
  })
  await clock.advance(12 * second)
  expect(numbers).toEqual([0, 1, 2, 3, 11, 12])
  expect(app.statistics()[0]?.skips.overlap).toBe(7)
})

test('while a failed run is tried again, ticks wait too', async () => {
  const seen: string[] = []
  const app = start({
    trigger: cron('*/2 * * * * *', { zone: 'UTC' }),
    run({ tick }) {
      seen.push(`${clock.monotonic() / second}s: ${tick.number}`)
      if (seen.length < 3) throw new TypeError('not yet')
    },
  })
  await clock.advance(6 * second)
  expect(seen).toEqual(['2s: 0', '3s: 0', '5s: 0', '5s: 1', '6s: 2'])
  expect(app.statistics()[0]).toMatchObject({ skipped: 0, failures: 2 })
})

test('what waits is dropped when the task ends', async () => {
  let runs = 0
  const app = start({
    every: '1s',
    aligned: true,
    async run({ signal }) {
      runs++
      await sleep(60 * second, { clock, signal })
    },
  })
  await clock.advance(5 * second)
  ending.abort()
  await running
  expect(runs).toBe(1)
  expect(app.statistics()[0]).toMatchObject({ state: 'ended', failures: 0 })
})

test('a thousand ticks of a task without waiting, held by one long run, do not exhaust the stack', async () => {
  let runs = 0
  start({
    every: '100ms',
    aligned: true,
    maxPending: 1_000,
    run: () => (runs++ === 0 ? sleep(120 * second, { clock }) : undefined),
  })
  await clock.advance(121 * second)
  expect(runs).toBeGreaterThan(1_000)
})

test.each([0, 1.5, 1_001])('%d ticks can not wait', maxPending => {
  const app = new App({ log: silentLogger })
  const one = task({ every: '1s', overlap: 'queue', maxPending, run: () => undefined })
  expect(() => app.addTask(one)).toThrow(expect.objectContaining({ code: 'task-invalid' }))
})
