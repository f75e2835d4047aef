import { afterEach, expect, test } from 'vitest'
import { sleep } from '../core/clock.ts'
import { silentLogger } from '../core/logger.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { App, type AppEvent, cron, type FailureContext, type FunctionalTaskOptions, task } from './index.ts'

const second = 1_000
const hour = 3_600 * second
let ending = new AbortController()
let running: Promise<unknown> = Promise.resolve()
let clock = new VirtualClock()
let events: AppEvent[] = []
let told: string[] = []

function handleError(error: unknown, context: FailureContext): void {
  const { during, consecutiveFailures, retryInMilliseconds = 'no' } = context
  told.push(`${during} ${consecutiveFailures}: ${String(error)}; ${retryInMilliseconds}`)
}

function start(options: FunctionalTaskOptions): App {
  ending = new AbortController()
  clock = new VirtualClock()
  events = []
  told = []
  const onEvent = (event: AppEvent) => events.push(event)
  const app = new App({ clock, log: silentLogger, random: () => 0, grace: '2s', onEvent })
  app.addTask(task({ name: 'broken', handleError, ...options }))
  running = app.run({ signal: ending.signal, signals: false }).catch((error: unknown) => error)
  return app
}

afterEach(async () => {
  ending.abort()
  await clock.advance(10 * second)
  await running
})

const broken = (): never => {
  throw new TypeError('broken')
}

test('a task is told of a failing prepare, run, trigger and finish', async () => {
  start({ every: '1h', prepare: broken, run: () => undefined })
  await clock.advance(0)
  expect(told).toEqual(['prepare 1: TypeError: broken; 1000'])
  ending.abort()
  await running
  start({ every: '1h', run: broken, finish: broken })
  await clock.advance(0)
  ending.abort()
  await running
  expect(told).toEqual(['run 1: TypeError: broken; 1000', 'finish 1: TypeError: broken; no'])
  // biome-ignore lint/correctness/useYield: it fails before it could
  async function* failing() {
    broken()
  }
  start({ trigger: failing, run: () => undefined })
  await clock.advance(0)
  expect(told).toEqual(['trigger 1: TypeError: broken; 1000'])
})

test('a task is told of its deadline, and of what the aborted run says for itself', async () => {
  const run = async ({ signal }: { signal: AbortSignal }) => {
    await sleep(hour, { clock, signal }).catch(() => broken())
  }
  start({ every: '1h', deadline: '5s', run })
  await clock.advance(5 * second)
  const late = 'EnergywebError: "broken" did not end within 5000 ms'
  expect(told).toEqual([`run 1: ${late}; no`, 'run 1: TypeError: broken; no'])
})

test('a task is told of a last run that does not end with the app', async () => {
  start({ every: '1h', run: () => sleep(hour, { clock }) })
  await clock.advance(second)
  ending.abort()
  await clock.advance(3 * second)
  await running
  expect(told).toEqual([
    'run 0: EnergywebError: the last run of task "broken" did not end within 2000 ms; no',
  ])
})

// Fails when the supervisor doesn't wait for FailureTeller.told().
test('the end of the app waits for a handler that takes its time', async () => {
  let sent = false
  const alert = async () => {
    await sleep(second, { clock })
    sent = true
  }
  start({ every: '1h', run: broken, handleError: alert })
  await clock.advance(0)
  ending.abort()
  await clock.advance(second)
  expect(await running).toBeUndefined()
  expect(sent).toBe(true)
})

test('a handler that never ends holds the end up for the grace, no longer, and finish still runs', async () => {
  let finished = false
  const finish = () => {
    finished = true
  }
  start({ every: '1h', run: broken, handleError: () => new Promise(() => undefined), finish })
  await clock.advance(0)
  ending.abort()
  await clock.advance(5 * second)
  const hanging = {
    code: 'task-deadline',
    message: 'handleError() of task "broken" did not end within 2000 ms',
  }
  expect(await running).toMatchObject({ code: 'app-failed' })
  expect(finished).toBe(true)
  const last = events.filter(event => event.type === 'task-failed').at(-1)
  expect(last).toMatchObject({ during: 'handleError', error: hanging })
})

test.each([
  ['at once', broken],
  ['later', async () => broken()],
])('a handler that fails %s is reported, and told to nobody again', async (_when, failing) => {
  let calls = 0
  const run = () => {
    throw new RangeError('run')
  }
  const handler = () => {
    calls++
    return failing()
  }
  start({ every: '1h', run, handleError: handler })
  await clock.advance(0)
  expect(calls).toBe(1)
  const failures = events.filter(event => event.type === 'task-failed')
  expect(failures).toMatchObject([
    { during: 'run' },
    { during: 'handleError', error: new TypeError('broken') },
  ])
})

test('an hourly job of three tries is tried three times an hour, and the handler knows which is the last', async () => {
  const app = start({ trigger: cron('0 * * * *', { zone: 'UTC' }), tries: 3, run: broken })
  await clock.advance(3 * hour + 1_800 * second)
  expect(app.statistics()[0]).toMatchObject({ runs: 9, failures: 9, state: 'waiting' })
  expect(told.map(text => text.endsWith('; no'))).toEqual([1, 2, 3].flatMap(() => [false, false, true]))
})

test.each([0, 1.5])('a run can not be tried %d times', tries => {
  expect(() => new App().addTask(task({ every: '1s', tries, run: broken }))).toThrow(
    expect.objectContaining({ code: 'task-invalid' }),
  )
})
