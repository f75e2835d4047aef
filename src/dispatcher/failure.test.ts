import { afterEach, expect, test } from 'vitest'
import { sleep } from '../core/clock.ts'
import { silentLogger } from '../core/logger.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { App, type AppEvent, Task, type TaskLike, task } from './index.ts'

const second = 1_000
const hour = 3_600 * second
let ending = new AbortController()
let running: Promise<void> = Promise.resolve()
let clock = new VirtualClock()
let events: AppEvent[] = []

function start(tasks: TaskLike[], random: () => number = () => 0): App {
  ending = new AbortController()
  clock = new VirtualClock()
  events = []
  const app = new App({ clock, log: silentLogger, random, grace: '1s', onEvent: event => events.push(event) })
  for (const one of tasks) app.addTask(one)
  running = app.run({ signal: ending.signal, signals: false })
  return app
}

function statisticsOf(app: App, name: string) {
  const found = app.statistics().find(one => one.name === name)
  if (found === undefined) throw new TypeError(`no task ${name}`)
  return found
}

afterEach(async () => {
  ending.abort()
  await clock.advance(10 * second)
  await running
})

// The shortest waits are 1 + 2 + 4 + … + 128 s, then 150 s for ever: 1 + 8 + (86,400 - 255) / 150 runs.
const mostRunsADay = 583

// Fails when #backOff schedules its retry at once instead of after the wait.
test.each([
  ['at once', () => broken()],
  ['after a while', () => sleep(10, { clock }).then(broken)],
])(
  'a task that always fails %s runs at most 583 times a day and leaves others untouched (U2)',
  async (_when, run) => {
    const app = start([
      task({ every: '1s', name: 'broken', run }),
      task({ every: '1m', name: 'healthy', run: () => undefined }),
    ])
    await clock.advance(24 * hour)
    const { runs, failures, skips, state } = statisticsOf(app, 'broken')
    expect(runs).toBeGreaterThan(500)
    expect(runs).toBeLessThanOrEqual(mostRunsADay)
    expect(failures).toBe(runs)
    expect(state).toBe('backing-off')
    expect(skips['back-off']).toBeGreaterThan(80_000)
    expect(statisticsOf(app, 'healthy')).toMatchObject({ runs: 24 * 60 + 1, failures: 0, skipped: 0 })
  },
)

test('jitter comes from the random that was given', async () => {
  const app = start([task({ every: '1s', name: 'broken', run: broken })], () => 0.999999)
  await clock.advance(24 * hour)
  expect(statisticsOf(app, 'broken').runs).toBe(1 + 8 + Math.floor((86_400 - 510) / 300))
})

test('a good run ends the back-off: the task returns to its slots, and the next failure waits a second again', async () => {
  const times: number[] = []
  const run = () => {
    times.push(clock.monotonic())
    if (times.length !== 5) broken()
  }
  start([task({ every: '1m', aligned: true, name: 'shaky', run })])
  await clock.advance(62 * second)
  expect(times.slice(0, 7)).toEqual([0, 1, 3, 7, 15, 60, 61].map(seconds => seconds * second))
  expect(events.find(event => event.type === 'task-recovered')).toMatchObject({ task: 'shaky', failures: 4 })
})

// Fails when a throwing prepare ends the runner instead of backing off.
test('a prepare that throws is tried again until it succeeds, and the task then runs (U23)', async () => {
  let tries = 0
  let runs = 0
  class Stubborn extends Task {
    override prepare() {
      tries++
      if (tries < 4) throw new TypeError('not yet')
    }
    override coroutine() {
      runs++
    }
  }
  const app = start([new Stubborn({ interval: '1s' })])
  await clock.advance(6_999)
  expect([tries, runs]).toEqual([3, 0])
  await clock.advance(second)
  expect(tries).toBe(4)
  expect(runs).toBeGreaterThan(0)
  expect(statisticsOf(app, 'Stubborn')).toMatchObject({ failures: 3, consecutiveFailures: 0 })
})

test('every failure is told to the observer, the log and the task, with the time of the next try', async () => {
  const handled: unknown[] = []
  class Broken extends Task {
    override async coroutine() {
      broken()
    }
    override handleError(error: unknown) {
      handled.push(error)
      throw new RangeError('handler broke too')
    }
  }
  start([new Broken({ interval: '1h' })])
  await clock.advance(0)
  const failures = events.filter(event => event.type === 'task-failed')
  expect(failures).toMatchObject([
    {
      task: 'Broken',
      during: 'run',
      error: new TypeError('broken'),
      retryInMilliseconds: 1_000,
      consecutiveFailures: 1,
    },
    { task: 'Broken', during: 'handleError', error: new RangeError('handler broke too') },
  ])
  expect(handled).toEqual([new TypeError('broken')])
})

test('ticks that come while a run goes on are skipped and counted, never piled up', async () => {
  let going = 0
  let most = 0
  const run = async () => {
    most = Math.max(most, ++going)
    await sleep(3_500, { clock })
    going--
  }
  const app = start([task({ every: '1s', aligned: true, name: 'slow', run })])
  await clock.advance(12 * second - 1)
  expect(most).toBe(1)
  expect(statisticsOf(app, 'slow')).toMatchObject({ runs: 3, skips: { overlap: 9 } })
})

test('a run past its deadline is aborted and counted as failed', async () => {
  const reasons: unknown[] = []
  const run = async ({ signal }: { signal: AbortSignal }) => {
    signal.addEventListener('abort', () => reasons.push(signal.reason))
    await sleep(hour, { clock, signal })
  }
  const app = start([task({ every: '1m', deadline: '5s', name: 'late', run })])
  await clock.advance(5_500)
  expect(reasons).toMatchObject([{ code: 'task-deadline' }])
  expect(statisticsOf(app, 'late')).toMatchObject({ runs: 1, failures: 1, state: 'backing-off' })
  expect(events.filter(event => event.type === 'task-failed').length).toBe(1)
})

// Fails when #pastDeadline clears the attempt, so that a second run starts beside the first.
test('a run that ignores its abort is reported, skips its own ticks and blocks nobody else', async () => {
  const app = start([
    task({
      every: '1s',
      aligned: true,
      deadline: '2s',
      name: 'deaf',
      run: () => sleep(60 * second, { clock }),
    }),
    task({ every: '1s', aligned: true, name: 'other', run: () => undefined }),
  ])
  await clock.advance(59_500)
  expect(statisticsOf(app, 'deaf')).toMatchObject({
    runs: 1,
    failures: 1,
    state: 'running',
    skips: { overlap: 59 },
  })
  expect(statisticsOf(app, 'other')).toMatchObject({ runs: 60, skipped: 0 })
  expect(events.filter(event => event.type === 'task-unresponsive')).toMatchObject([{ task: 'deaf' }])
  await clock.advance(2 * second)
  expect(statisticsOf(app, 'deaf').runs).toBe(2)
  const outcome = running.catch((error: unknown) => error)
  running = outcome.then(error => expect(error).toMatchObject({ code: 'task-deadline' }))
})

test('a closed gate skips the tick', async () => {
  let open = false
  let runs = 0
  const gates = [() => open, async () => open]
  const app = start(
    gates.map((when, index) =>
      task({ every: '1s', aligned: true, name: `gate-${index}`, when, run: () => runs++ }),
    ),
  )
  await clock.advance(10 * second)
  expect(runs).toBe(0)
  open = true
  await clock.advance(second)
  expect(runs).toBe(2)
  expect(app.statistics()).toMatchObject([{ skips: { gate: 11 } }, { skips: { gate: 11 } }])
})

test('a task that does not run for ever ends after its first good run, and the app with its last task', async () => {
  const seen: string[] = []
  let tries = 0
  const run = () => {
    tries++
    if (tries < 3) broken()
  }
  start([task({ name: 'once', runForever: false, run, finish: () => seen.push(`finished after ${tries}`) })])
  await clock.advance(10 * second)
  await running
  expect(seen).toEqual(['finished after 3'])
})

test('an observer that throws harms nobody', async () => {
  const errors: string[] = []
  clock = new VirtualClock()
  ending = new AbortController()
  const log = { ...silentLogger, error: (_fields: object, message: string) => errors.push(message) }
  const onEvent = () => broken()
  const app = new App({ clock, log, onEvent })
  app.addTask(task({ every: '1s', aligned: true, name: 'broken', run: broken }))
  app.addTask(task({ every: '1s', aligned: true, name: 'healthy', run: () => undefined }))
  running = app.run({ signal: ending.signal, signals: false })
  await clock.advance(10 * second)
  expect(statisticsOf(app, 'healthy').runs).toBe(11)
  expect(errors).toContain('the observer of the app failed: broken')
})

function broken(): never {
  throw new TypeError('broken')
}
