import { afterEach, expect, test } from 'vitest'
import { silentLogger } from '../core/logger.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { App, every, type Tick, task } from './index.ts'

const second = 1_000
const day = 86_400 * second
let ending = new AbortController()
let running: Promise<void> = Promise.resolve()

function start(clock: VirtualClock, ...tasks: ReturnType<typeof task>[]): App {
  ending = new AbortController()
  const app = new App({ clock, log: silentLogger, random: () => 0 })
  for (const one of tasks) app.addTask(one)
  running = app.run({ signal: ending.signal, signals: false })
  return app
}

afterEach(async () => {
  ending.abort()
  await running
})

// Fails when IntervalSchedule counts its next slot from the moment of firing instead of from the slot before.
test('a simulated week brings no drift, with a clock that always wakes late (U23)', async () => {
  const clock = new VirtualClock()
  const lazy = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (milliseconds: number, callback: () => void) => clock.after(milliseconds + 0.7, callback),
  }
  const times: number[] = []
  const run = ({ tick }: { tick: Tick }) => {
    expect(tick.lateness).toBeLessThan(2)
    times.push(clock.monotonic())
  }
  ending = new AbortController()
  const app = new App({ clock: lazy, log: silentLogger })
  app.addTask(task({ every: '10s', name: 'steady', run }))
  running = app.run({ signal: ending.signal, signals: false })
  await clock.advance(7 * day)
  const [, first = 0] = times
  const last = times.at(-1) ?? 0
  expect(times.length).toBe(1 + (7 * day) / (10 * second))
  expect(Math.abs(last - first - (times.length - 2) * 10 * second)).toBeLessThan(2)
  expect(app.statistics()[0]?.skipped).toBe(0)
})

test('an eager task runs at once, then within each interval exactly once; another waits for its phase', async () => {
  const clock = new VirtualClock()
  const seen: string[] = []
  start(
    clock,
    task({ every: '5s', name: 'eager', run: () => seen.push('eager') }),
    task({ every: '5s', name: 'patient', isEager: false, run: () => seen.push('patient') }),
  )
  await clock.advance(0)
  expect(seen).toEqual(['eager'])
  await clock.advance(50 * second)
  expect(seen.filter(name => name === 'eager').length).toBe(11)
  expect(seen.filter(name => name === 'patient').length).toBe(10)
})

test('phases are spread by name and the same at every start; aligned tasks tick together', async () => {
  const firstRuns = async () => {
    const clock = new VirtualClock()
    const times = new Map<string, number>()
    const make = (name: string, aligned: boolean) =>
      task({ every: '1m', name, aligned, isEager: false, run: () => times.set(name, clock.monotonic()) })
    const names = Array.from({ length: 50 }, (_, index) => `task-${index}`)
    start(clock, ...names.map(name => make(name, false)), make('a', true), make('b', true))
    await clock.advance(60 * second)
    ending.abort()
    await running
    return times
  }
  const times = await firstRuns()
  expect(times.get('a')).toBe(60 * second)
  expect(times.get('b')).toBe(60 * second)
  expect(new Set(times.values()).size).toBeGreaterThan(45)
  expect(await firstRuns()).toEqual(times)
})

test('an aligned task added later joins the slots of the others', async () => {
  const clock = new VirtualClock()
  const app = start(clock, task({ every: '1m', aligned: true, run: () => undefined }))
  await clock.advance(95 * second)
  const times: number[] = []
  app.addTask(task({ every: '1m', aligned: true, run: () => times.push(clock.monotonic()) }))
  await clock.advance(60 * second)
  expect(times).toEqual([95 * second, 120 * second])
})

// Fails when a schedule asks clock.now() instead of clock.monotonic().
test('the wall clock jumping an hour on and two hours back neither skips nor doubles a slot', async () => {
  const clock = new VirtualClock()
  const times: number[] = []
  const app = start(clock, task({ every: '1m', run: () => times.push(clock.monotonic()) }))
  await clock.advance(600 * second)
  clock.jumpWallClock(3_600 * second)
  await clock.advance(600 * second)
  clock.jumpWallClock(-7_200 * second)
  await clock.advance(600 * second)
  const gaps = times.slice(2).map((time, index) => time - (times[index + 1] ?? 0))
  expect(times.length).toBe(31)
  expect(new Set(gaps)).toEqual(new Set([60 * second]))
  expect(app.statistics()[0]?.skipped).toBe(0)
})

test('slots lost while the process was blocked are counted as late and not made up for', async () => {
  const clock = new VirtualClock()
  const numbers: number[] = []
  const run = ({ tick }: { tick: Tick }) => numbers.push(tick.number)
  const app = start(clock, task({ every: '1s', aligned: true, run }))
  await clock.advance(3 * second)
  clock.stall(10 * second + 500)
  await clock.advance(0)
  expect(numbers).toEqual([0, 1, 2, 3, 13])
  await clock.advance(second)
  expect(numbers).toEqual([0, 1, 2, 3, 13, 14])
  expect(app.statistics()[0]?.skips.late).toBe(9)
  expect(app.statistics()[0]?.lateness.maximum).toBe(500)
})

test('a trigger of one own brings ticks one by one, and the task ends with it', async () => {
  const clock = new VirtualClock()
  const seen: number[] = []
  async function* three() {
    for (let number = 0; number < 3; number++) yield { number, at: clock.now(), lateness: 0 }
  }
  start(clock, task({ trigger: three, run: ({ tick }) => seen.push(tick.number) }))
  await running
  expect(seen).toEqual([0, 1, 2])
})

test('a trigger that throws is opened again after a back-off', async () => {
  const clock = new VirtualClock()
  let opened = 0
  async function* broken() {
    opened++
    yield { number: 0, at: 0, lateness: 0 }
    throw new TypeError('line dropped')
  }
  const app = start(clock, task({ trigger: broken, run: () => undefined }))
  await clock.advance(day / 24)
  expect(opened).toBeGreaterThan(5)
  expect(opened).toBeLessThanOrEqual(3_600 + 1)
  expect(app.statistics()[0]?.lastError).toEqual(new TypeError('line dropped'))
})

test('every() can be iterated by a trigger of one own', async () => {
  const clock = new VirtualClock()
  const times: number[] = []
  const wrapped = (context: Parameters<ReturnType<typeof every>>[0]) =>
    every('1m', { aligned: true })(context)
  start(clock, task({ trigger: wrapped, run: () => times.push(clock.monotonic()) }))
  await clock.advance(180 * second)
  expect(times).toEqual([60 * second, 120 * second, 180 * second])
})
