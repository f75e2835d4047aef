import { afterEach, describe, expect, test } from 'vitest'
import { type Logger, silentLogger } from '../../src/core/logger.ts'
import {
  App,
  type AppEvent,
  type AppOptions,
  on,
  Queue,
  type TaskLike,
  task,
  type WorkerTaskOptions,
} from '../../src/dispatcher/index.ts'
import { niceness } from './threads/priority.ts'
import Sum from './threads/sum.ts'

let ending = new AbortController()
let running: Promise<unknown> = Promise.resolve()
let events: AppEvent[] = []
let lines: { level: string; fields: object; message: string }[] = []

function thread(name: string): URL {
  return new URL(`./threads/${name}.ts`, import.meta.url)
}

function start(tasks: readonly TaskLike[], options: AppOptions = {}): App {
  ending = new AbortController()
  events = []
  lines = []
  const write = (level: string) => (fields: object, message: string) => lines.push({ level, fields, message })
  const log: Logger = { ...silentLogger, info: write('info'), warn: write('warn') }
  const onEvent = (event: AppEvent) => events.push(event)
  const app = new App({ log, random: () => 0, grace: '1s', workers: { max: 2 }, onEvent, ...options })
  for (const one of tasks) app.addTask(one)
  running = app.run({ signal: ending.signal, signals: false }).catch((error: unknown) => error)
  return app
}

function failing(way: string, options: Partial<WorkerTaskOptions> = {}): TaskLike {
  return task({ every: '1h', name: way, worker: thread('fail'), parameters: way, ...options })
}

async function until(done: () => boolean): Promise<void> {
  const end = performance.now() + 15_000
  while (!done()) {
    if (performance.now() > end) throw new TypeError('it did not happen')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

function failures(name?: string) {
  return events.filter(event => event.type === 'task-failed' && (name === undefined || event.task === name))
}

afterEach(async () => {
  ending.abort()
  await running
})

describe('a task with a worker', () => {
  test('runs in a thread, with tick, item, parameters and signal, and hands back its result', async () => {
    const results: unknown[] = []
    const parameters = { sizes: [1n, 2n], at: new Date(0), bytes: new Uint8Array([1, 2]) }
    const queue = new Queue<string>('words', { max: 2 })
    queue.offer('a')
    const handleResult = (result: unknown) => results.push(result)
    start([task({ trigger: on(queue), worker: thread('echo'), parameters, handleResult })])
    await until(() => results.length === 1)
    expect(results).toEqual([
      {
        parameters,
        item: 'a',
        number: 0,
        isMainThread: false,
        threadId: expect.any(Number),
        aborted: false,
        inTime: true,
      },
    ])
    expect(queue.statistics()).toMatchObject({ handled: 1 })
  })

  test("writes to the app's log, under its name", async () => {
    const app = start([task({ every: '1h', worker: thread('echo') })])
    await until(() => app.statistics()[0]?.lastSucceededAt !== undefined)
    expect(lines).toEqual([
      { level: 'info', fields: { task: 'echo', isMainThread: false }, message: 'hello from the thread' },
      {
        level: 'warn',
        fields: { task: 'echo', fields: '{ run: [Function: run] }' },
        message: 'a field that can not be copied',
      },
    ])
  })

  test('may be a class that is its own worker: made in the thread for its coroutine, everything else stays here', async () => {
    const sum = new Sum([1, 2, 3])
    start([sum])
    await until(() => sum.results.length === 1)
    expect(sum.results).toEqual([{ result: { sum: 6, isMainThread: false }, isMainThread: true }])
  })

  // Fails without standBack(), and when that reaches more than its own thread.
  test.runIf(process.platform === 'linux')('stands back behind the main thread', async () => {
    const before = niceness()
    const results: unknown[] = []
    const handleResult = (result: unknown) => results.push(result)
    start([task({ every: '1h', worker: thread('priority'), handleResult })])
    await until(() => results.length === 1)
    expect(results).toEqual([{ isMainThread: false, niceness: Math.max(before, 10) }])
    expect(niceness()).toBe(before)
  })

  test('waits for a thread when all are busy, and keeps to their number', async () => {
    const threads = new Set<unknown>()
    let results = 0
    const handleResult = (result: unknown) => {
      results++
      if (typeof result === 'object' && result !== null && 'threadId' in result) threads.add(result.threadId)
    }
    const options = { every: '1h', worker: thread('echo'), handleResult } as const
    start(Array.from({ length: 12 }, () => task(options)))
    await until(() => results === 12)
    expect(threads.size).toBeLessThanOrEqual(2)
  })

  // Fails when the deadline counts from the moment that the run is called.
  test('the wait for a thread does not count towards its deadline', async () => {
    const app = start(
      [
        failing('deaf', { deadline: '1500ms' }),
        task({ every: '1h', worker: thread('echo'), deadline: '1s' }),
      ],
      { workers: { max: 1 } },
    )
    await until(() => app.statistics()[1]?.lastSucceededAt !== undefined)
    expect(app.statistics()[1]).toMatchObject({ failures: 0, runs: 1 })
    expect(failures('deaf')).toMatchObject([
      { error: { code: 'task-deadline' } },
      { error: { code: 'worker-failed' } },
    ])
  })

  test('a handler of results that fails is a failure of the run', async () => {
    const handleResult = () => {
      throw new TypeError('no room')
    }
    start([task({ every: '1h', worker: thread('echo'), handleResult })])
    await until(() => failures().length === 1)
    expect(failures()).toMatchObject([{ during: 'run', error: new TypeError('no room') }])
  })
})

describe('an error', () => {
  test('keeps class, code, hint and cause on its way out of the thread', async () => {
    start(['energyweb', 'type', 'text', 'code'].map(way => failing(way)))
    await until(() => failures().length === 4)
    const error = (way: string) =>
      failures(way).map(event => (event.type === 'task-failed' ? event.error : undefined))[0]
    expect(error('energyweb')).toMatchObject({
      name: 'EnergywebError',
      code: 'source-timeout',
      message: 'roof: no answer',
      hint: 'Is it on?',
      retryable: true,
      cause: new TypeError('the line is dead'),
      stack: expect.stringContaining('fail.ts'),
    })
    expect(error('type')).toBeInstanceOf(TypeError)
    expect(error('text')).toBe('just text')
    expect(error('code')).toMatchObject({ name: 'FileError', code: 'ENOENT', message: 'no such file' })
  })

  test.each([
    [
      'parameters',
      failing('function', { parameters: () => undefined }),
      'what task "function" hands to its thread',
    ],
    ['a result', failing('function', { handleResult: () => undefined }), "its result can't leave the thread"],
    ['a module without work', task({ every: '1h', worker: thread('empty') }), 'has no work for a thread'],
    ['a module that is missing', task({ every: '1h', worker: thread('nowhere') }), "can't load file:"],
  ])('says what is wrong with %s', async (_what, broken, message) => {
    start([broken])
    await until(() => failures().length === 1)
    const [failure] = failures()
    expect(failure).toMatchObject({
      error: { code: 'task-invalid', message: expect.stringContaining(message) },
    })
  })

  test('a result that nobody wants may be anything', async () => {
    const app = start([failing('function')])
    await until(() => app.statistics()[0]?.lastSucceededAt !== undefined)
    expect(failures()).toEqual([])
  })
})

describe('a thread', () => {
  test.each([
    ['exit', 'has crashed: worker exited with code: 3'],
    ['uncaught', 'has crashed: nobody catches this'],
    // Fails, with the whole process, when V8's limit is the only one.
    ['memory', 'ran out of its 64 MB of memory'],
    ['buffers', 'ran out of its 64 MB of memory'],
  ])(
    'that breaks (%s) fails its own run, which is tried again; another task goes on in a new one',
    async (way, message) => {
      let results = 0
      const handleResult = () => results++
      const app = start([failing(way), task({ every: '20ms', worker: thread('echo'), handleResult })], {
        workers: { max: 1, memory: 64 },
      })
      await until(() => failures(way).length === 2)
      const [failure] = failures(way)
      const error = {
        code: 'worker-failed',
        retryable: true,
        message: expect.stringContaining(`the thread of task "${way}" ${message}`),
      }
      expect(failure).toMatchObject({ during: 'run', error, retryInMilliseconds: 1_000 })
      const before = results
      await until(() => results > before + 5)
      expect(app.statistics()[1]?.failures).toBe(0)
    },
    60_000,
  )

  // Fails when runs wait in the queue of the pool, which starts no thread for them.
  test('that breaks does not keep up the run that waits behind it, though nobody asks for another', async () => {
    const behind = task({ every: '1h', worker: thread('echo') })
    const app = start([failing('exit', { tries: 1 }), behind], { workers: { max: 1 }, random: () => 0.99 })
    await until(() => failures('exit').length === 1)
    await until(() => app.statistics()[1]?.lastSucceededAt !== undefined)
    expect(app.statistics()[1]?.failures).toBe(0)
  })

  test('that hangs is ended after its deadline and the grace, and replaced', async () => {
    const app = start([failing('hang', { deadline: '200ms' })], { workers: { max: 1 } })
    await until(() => failures().length === 2)
    app.addTask(task({ every: '1h', worker: thread('echo') }))
    expect(failures()).toMatchObject([
      { error: { code: 'task-deadline' } },
      {
        error: {
          code: 'worker-failed',
          message: expect.stringContaining('did not heed its abort within 500 ms'),
        },
      },
    ])
    await until(() => app.statistics()[1]?.lastSucceededAt !== undefined)
  })

  test('hears of its abort: a deadline that is heeded is one failure, and the thread lives on', async () => {
    const app = start([failing('heed', { deadline: '200ms' })])
    await until(() => app.statistics()[0]?.state === 'backing-off')
    expect(failures()).toMatchObject([{ error: { code: 'task-deadline' } }])
  })

  test('that makes much garbage and holds little is left alone', async () => {
    const app = start([failing('churn')], { workers: { memory: 64 } })
    await until(() => app.statistics()[0]?.lastSucceededAt !== undefined)
    expect(failures()).toEqual([])
  })

  test('is aborted with the app: a run that heeds it ends quietly, one that does not is ended and told of', async () => {
    start([failing('heed'), failing('hang')])
    await new Promise(resolve => setTimeout(resolve, 500))
    const before = performance.now()
    ending.abort()
    await running
    expect(performance.now() - before).toBeLessThan(10_000)
    expect(failures('heed')).toEqual([])
    expect(failures('hang')).toMatchObject([{ error: { code: 'worker-failed' } }])
  })

  test('that breaks without a run is told of, and harms nobody', async () => {
    const app = start([task({ every: '100ms', aligned: true, worker: thread('late-crash') })])
    await until(() => events.filter(event => event.type === 'app-failed').length >= 2)
    expect(events.find(event => event.type === 'app-failed')).toMatchObject({
      during: 'a thread without a run',
      error: new RangeError('after the run'),
    })
    const runs = app.statistics()[0]?.runs ?? 0
    await until(() => (app.statistics()[0]?.runs ?? 0) > runs)
  })
})

test.each([
  [{ max: 0 }, 'argument-invalid'],
  [{ memory: 1.5 }, 'argument-invalid'],
  [{ idle: 'soon' }, 'duration-invalid'],
] as const)('workers: %j is refused', (workers, code) => {
  expect(() => new App({ workers })).toThrow(expect.objectContaining({ code }))
})

test('a worker must be a file', () => {
  const bad = task({ every: '1s', worker: new URL('https://example.org/x.js') })
  expect(() => new App().addTask(bad)).toThrow(expect.objectContaining({ code: 'task-invalid' }))
})
