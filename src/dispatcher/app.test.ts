import { expect, test } from 'vitest'
import { sleep } from '../core/clock.ts'
import { messageOf } from '../core/errors.ts'
import { silentLogger } from '../core/logger.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { App, type AppEvent, LifeCycle, Task, type TaskContext, task } from './index.ts'

const second = 1_000

function setup() {
  const clock = new VirtualClock()
  const seen: string[] = []
  const ending = new AbortController()
  return { clock, seen, ending, options: { clock, log: silentLogger, random: () => 0, grace: '1s' } }
}

class Noted extends App {
  readonly seen: string[]
  constructor(seen: string[], options: ConstructorParameters<typeof App>[0]) {
    super(options)
    this.seen = seen
  }
  override prepare(_context: TaskContext): unknown {
    return this.seen.push('prepare')
  }
  override configure(_context: TaskContext): unknown {
    return this.seen.push('configure')
  }
  override finish(): unknown {
    return this.seen.push('finish')
  }
}

test('prepares, configures, runs and finishes, each once; tasks end in the reverse order of their adding', async () => {
  const { clock, seen, ending, options } = setup()
  const app = new Noted(seen, options)
  for (const name of ['a', 'b', 'c']) {
    const run = ({ signal }: TaskContext) => {
      signal.addEventListener('abort', () => seen.push(`${name} aborted`))
      return sleep(60 * second, { clock, signal })
    }
    app.addTask(task({ every: '1h', name, run, finish: () => seen.push(`${name} finished`) }))
  }
  const running = app.run({ signal: ending.signal, signals: false })
  await clock.advance(second)
  ending.abort()
  await running
  expect(seen).toEqual([
    ...['prepare', 'configure', 'c aborted', 'b aborted', 'a aborted'],
    ...['c finished', 'b finished', 'a finished', 'finish'],
  ])
  expect(clock.pending).toBe(0)
  expect(app.statistics()).toMatchObject([{ state: 'ended', failures: 0 }, { failures: 0 }, { failures: 0 }])
})

// Fails when Supervisor.#finish lets an error out.
test('every finish runs even if one throws and another hangs, and all errors come out together', async () => {
  const { clock, seen, ending, options } = setup()
  const app = new Noted(seen, options)
  const finishes = [
    () => seen.push('first'),
    () => Promise.reject(new TypeError('second failed')),
    () => seen.push('third'),
    () => new Promise(() => undefined),
    () => seen.push('fifth'),
  ]
  for (const finish of finishes) app.addTask(task({ every: '1s', run: () => undefined, finish }))
  const running = app.run({ signal: ending.signal, signals: false })
  const outcome = running.catch((error: unknown) => error)
  await clock.advance(0)
  ending.abort()
  await clock.advance(10 * second)
  expect(await outcome).toMatchObject({
    code: 'app-failed',
    cause: { errors: [new TypeError('second failed'), { code: 'task-deadline' }] },
  })
  expect(seen).toEqual(['prepare', 'configure', 'fifth', 'third', 'first', 'finish'])
})

test('the end waits for a run no longer than the grace, and says which one did not stop', async () => {
  const { clock, seen, ending, options } = setup()
  const app = new Noted(seen, options)
  app.addTask(task({ every: '1s', name: 'deaf', run: () => new Promise(() => undefined) }))
  const outcome = app.run({ signal: ending.signal, signals: false }).catch((error: unknown) => error)
  await clock.advance(10 * second)
  ending.abort()
  await clock.advance(999)
  expect(seen).not.toContain('finish')
  await clock.advance(1)
  expect(await outcome).toMatchObject({ code: 'task-deadline', message: expect.stringContaining('"deaf"') })
  expect(seen).toContain('finish')
})

test.each(['prepare', 'configure'] as const)(
  'when %s throws, that error comes out and finish has run',
  async step => {
    const { seen, options } = setup()
    class Broken extends Noted {
      override prepare() {
        if (step === 'prepare') throw new TypeError('broken')
      }
      override configure() {
        if (step === 'configure') throw new TypeError('broken')
      }
    }
    await expect(new Broken(seen, options).run({ signals: false })).rejects.toEqual(new TypeError('broken'))
    expect(seen.at(-1)).toBe('finish')
    expect(seen.filter(what => what === 'finish').length).toBe(1)
  },
)

test('an abort during prepare leads straight to finish', async () => {
  const { clock, seen, ending, options } = setup()
  class Slow extends Noted {
    override prepare({ signal }: TaskContext) {
      return sleep(60 * second, { clock, signal })
    }
  }
  const running = new Slow(seen, options).run({ signal: ending.signal, signals: false })
  await clock.advance(second)
  ending.abort()
  await running
  expect(seen).toEqual(['finish'])
})

test('an app without tasks is refused, and so are a falsy task, half a task and the same task twice', async () => {
  const { seen, options } = setup()
  await expect(new Noted(seen, options).run({ signals: false })).rejects.toMatchObject({ code: 'app-empty' })
  expect(seen).toEqual(['prepare', 'configure', 'finish'])
  const app = new App(options)
  const invalid = expect.objectContaining({ code: 'task-invalid' })
  const one = task({ every: '1s', run: () => undefined })
  app.addTask(one)
  // @ts-expect-error: the compiler refuses it too
  expect(() => app.addTask(undefined)).toThrow(invalid)
  // @ts-expect-error: the compiler refuses it too
  expect(() => app.addTask({ name: 'no coroutine' })).toThrow(invalid)
  expect(() => app.addTask(task({ run: () => undefined }))).toThrow(invalid)
  expect(() => app.addTask(one)).toThrow(invalid)
  expect(() => task({ every: '5 parsecs', run: () => undefined })).toThrow(
    expect.objectContaining({ code: 'duration-invalid' }),
  )
})

test('an app runs once', async () => {
  const { seen, options } = setup()
  const app = new Noted(seen, options)
  app.addTask(task({ runForever: false, run: () => undefined }))
  await app.run({ signals: false })
  await expect(app.run({ signals: false })).rejects.toMatchObject({ code: 'argument-invalid' })
  expect(seen).toEqual(['prepare', 'configure', 'finish'])
})

test('tasks can be added and removed while the app runs', async () => {
  const { clock, seen, ending, options } = setup()
  const app = new App(options)
  const child = task({
    every: '1s',
    name: 'child',
    run: () => seen.push('child'),
    finish: () => seen.push('child finished'),
  })
  const parent = task({ every: '1h', name: 'parent', run: () => app.addTask(child) })
  const running = app.addTask(parent).run({ signal: ending.signal, signals: false })
  await clock.advance(2 * second)
  expect(seen).toEqual(['child', 'child', 'child'])
  await app.removeTask(child)
  await clock.advance(10 * second)
  expect(seen).toEqual(['child', 'child', 'child', 'child finished'])
  expect(app.statistics().map(one => one.name)).toEqual(['parent'])
  await expect(app.removeTask(child)).rejects.toMatchObject({ code: 'task-invalid' })
  ending.abort()
  await running
})

test('a task may remove itself; its finish runs once', async () => {
  const { clock, seen, options } = setup()
  const app = new App(options)
  const fleeting = task({
    every: '1s',
    run: async ({ signal }) => {
      void app.removeTask(fleeting)
      signal.throwIfAborted()
    },
    finish: () => seen.push('finished'),
  })
  const running = app.addTask(fleeting).run({ signals: false })
  await clock.advance(second)
  await running
  expect(seen).toEqual(['finished'])
})

test('equal names are made distinct, and every message of a task carries its name', async () => {
  const { clock, ending, options } = setup()
  const messages: object[] = []
  const log = { ...silentLogger, info: (fields: object) => messages.push(fields) }
  class Talking extends Task {
    override coroutine({ log }: TaskContext) {
      log.info({ weather: 'fine' }, 'hello')
    }
  }
  const app = new App({ ...options, log })
  for (let count = 0; count < 3; count++) app.addTask(new Talking({ interval: LifeCycle.ONE_DAY }))
  const running = app.run({ signal: ending.signal, signals: false })
  await clock.advance(second)
  expect(messages).toEqual(
    ['Talking', 'Talking-2', 'Talking-3'].map(name => ({ task: name, weather: 'fine' })),
  )
  ending.abort()
  await running
})

test('a task removed by another before it started never starts', async () => {
  const { clock, seen, options } = setup()
  const app = new App(options)
  const victim = task({ every: '1s', name: 'victim', run: () => seen.push('victim') })
  const first = task({ runForever: false, name: 'first', run: () => void app.removeTask(victim) })
  const running = app.addTask(first).addTask(victim).run({ signals: false })
  await clock.advance(5 * second)
  await running
  expect(seen).toEqual([])
})

test('a task that removes itself in a run and then hangs is given up once, not once more at its deadline', async () => {
  const { clock, ending, options } = setup()
  const failures: string[] = []
  const onEvent = (event: AppEvent) => {
    if (event.type === 'task-failed') failures.push(messageOf(event.error))
  }
  const app = new App({ ...options, onEvent })
  const run = () => {
    void app.removeTask(hanging)
    return new Promise(() => undefined)
  }
  const hanging = task({ every: '1s', deadline: '10s', name: 'hanging', run })
  app.addTask(hanging).addTask(task({ every: '1s', name: 'other', run: () => undefined }))
  const outcome = app.run({ signal: ending.signal, signals: false }).catch(messageOf)
  await clock.advance(60 * second)
  ending.abort()
  const given = 'the last run of task "hanging" did not end within 1000 ms'
  expect(await outcome).toBe(given)
  expect(failures).toEqual([given])
})
