import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { sleep } from '../core/clock.ts'
import { silentLogger } from '../core/logger.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import {
  App,
  type AppEvent,
  type ItemSource,
  on,
  Queue,
  Task,
  type TaskLike,
  type TaskRun,
  task,
} from './index.ts'

const second = 1_000
let ending = new AbortController()
let running: Promise<void> = Promise.resolve()
let clock = new VirtualClock()
let warnings: string[] = []
let events: AppEvent[] = []

function makeApp(): App {
  ending = new AbortController()
  clock = new VirtualClock()
  warnings = []
  events = []
  const log = { ...silentLogger, warn: (_fields: object, message: string) => warnings.push(message) }
  return new App({ clock, log, random: () => 0, grace: '1s', onEvent: event => events.push(event) })
}

function run(app: App, ...tasks: TaskLike[]): void {
  for (const one of tasks) app.addTask(one)
  running = app.run({ signal: ending.signal, signals: false })
}

afterEach(async () => {
  ending.abort()
  await clock.advance(10 * second)
  await running
})

/** Items that were taken and not settled stay out. */
async function drain<Item>(queue: Queue<Item>): Promise<Item[]> {
  const items: Item[] = []
  while (queue.size > 0) {
    const taken = await queue.take()
    if (taken !== undefined) items.push(taken.item)
  }
  return items
}

describe('a queue', () => {
  test('is first in, first out; a put waits while it is full, in the order of the calls', async () => {
    const queue = new Queue<number>('numbers', { max: 2 })
    const done: number[] = []
    const puts = [1, 2, 3, 4].map(number => queue.put(number).then(() => done.push(number)))
    await Promise.resolve()
    expect(queue.statistics()).toMatchObject({ size: 2, waiting: 2, put: 2 })
    expect(done).toEqual([1, 2])
    expect((await queue.take())?.item).toBe(1)
    await Promise.resolve()
    expect(done).toEqual([1, 2, 3])
    expect(await drain(queue)).toEqual([2, 3, 4])
    await Promise.all(puts)
  })

  test('offers say whether there was room, and are counted when there was none', () => {
    const queue = new Queue<string>('words', { max: 1 })
    expect([queue.offer('a'), queue.offer('b')]).toEqual([true, false])
    expect(queue.statistics()).toMatchObject({ size: 1, refused: 1 })
  })

  test('a put or take whose signal aborts ends with its reason and leaves nothing behind', async () => {
    const queue = new Queue<number>('numbers', { max: 1 })
    const controller = new AbortController()
    const { signal } = controller
    const taking = queue.take({ signal })
    controller.abort(new RangeError('enough'))
    await expect(taking).rejects.toThrow('enough')
    await queue.put(1)
    await expect(queue.put(2, { signal })).rejects.toThrow('enough')
    const late = new AbortController()
    const putting = queue.put(3, { signal: late.signal })
    late.abort(new RangeError('too late'))
    await expect(putting).rejects.toThrow('too late')
    expect(await drain(queue)).toEqual([1])
  })

  test('closed, it refuses who puts and hands out what it holds', async () => {
    const queue = new Queue<number>('numbers', { max: 1 })
    await queue.put(1)
    const waiting = queue.put(2)
    queue.close()
    queue.close()
    await expect(waiting).rejects.toMatchObject({ code: 'queue-closed' })
    await expect(queue.put(3)).rejects.toMatchObject({ code: 'queue-closed' })
    expect(() => queue.offer(4)).toThrow(expect.objectContaining({ code: 'queue-closed' }))
    expect((await queue.take())?.item).toBe(1)
    expect(await queue.take()).toBeUndefined()
  })

  test.each([0, -1, 1.5, Number.NaN])('can not hold %d items', max => {
    expect(() => new Queue('none', { max })).toThrow(expect.objectContaining({ code: 'argument-invalid' }))
  })

  test('an item that comes back stands first, beyond the limit if need be', async () => {
    const queue = new Queue<number>('numbers', { max: 1 })
    await queue.put(1)
    const first = await queue.take()
    await queue.put(2)
    first?.settle(false)
    expect(queue.size).toBe(2)
    expect(queue.offer(3)).toBe(false)
    expect(await drain(queue)).toEqual([1, 2])
  })

  test('whatever is done to it, nothing is lost, doubled or reordered, and the limit holds (property)', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant('put' as const) },
      { weight: 3, arbitrary: fc.constant('take' as const) },
      fc.constantFrom('offer' as const, 'abort put' as const, 'abort take' as const),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, max) => {
          const queue = new Queue<number>('numbers', { max })
          const accepted: number[] = []
          const received: number[] = []
          const puts: { item: number; controller: AbortController }[] = []
          const takes: AbortController[] = []
          const pending: Promise<unknown>[] = []
          const ignore = () => undefined
          for (const [item, action] of steps.entries()) {
            const controller = new AbortController()
            const { signal } = controller
            if (action === 'put') {
              puts.push({ item, controller })
              pending.push(queue.put(item, { signal }).then(() => accepted.push(item), ignore))
            } else if (action === 'offer' && queue.offer(item)) accepted.push(item)
            else if (action === 'take') {
              takes.push(controller)
              pending.push(queue.take({ signal }).then(taken => taken && received.push(taken.item), ignore))
            } else if (action === 'abort put') puts.pop()?.controller.abort()
            else if (action === 'abort take') takes.pop()?.abort()
            expect(queue.size).toBeLessThanOrEqual(max)
            if (item % 3 === 0) await Promise.resolve()
          }
          for (let turn = 0; turn < 5; turn++) await Promise.resolve()
          while (queue.size > 0) await queue.take().then(taken => taken && received.push(taken.item))
          queue.close()
          await Promise.all(pending)
          expect(received).toEqual([...accepted].sort((a, b) => a - b))
        },
      ),
    )
  })
})

describe('a task on a queue', () => {
  test('gets each item, typed, and holds its producer back', async () => {
    const app = makeApp()
    const mails = app.addQueue<{ to: string }>('mail', { max: 2 })
    const sent: string[] = []
    class Send extends Task<{ to: string }> {
      override async coroutine({ item, tick }: TaskRun<{ to: string }>) {
        await sleep(10 * second, { clock })
        sent.push(`${tick.number} ${item.to}`)
      }
    }
    let written = 0
    const write = async ({ signal }: TaskRun) => {
      for (; written < 10; written++) await mails.put({ to: `number ${written}` }, { signal })
    }
    run(app, task({ every: '1h', name: 'write', run: write }), new Send({ trigger: on(mails) }))
    await clock.advance(5 * second)
    expect(written).toBe(3)
    await clock.advance(100 * second)
    expect(sent).toEqual(Array.from({ length: 10 }, (_, index) => `${index} number ${index}`))
    expect(app.queueStatistics()).toMatchObject([{ name: 'mail', size: 0, put: 10, handled: 10 }])
  })

  // Fails when a retry asks for the next item.
  test('an item whose run fails is tried again after a back-off, before the next one', async () => {
    const app = makeApp()
    const numbers = app.addQueue<number>('numbers', { max: 10 })
    const seen: string[] = []
    const handle = ({ item, tick }: TaskRun<number>) => {
      seen.push(`${clock.monotonic() / second}s: ${item} (${tick.number})`)
      if (seen.length < 4) throw new TypeError('not yet')
    }
    for (const number of [7, 8]) numbers.offer(number)
    run(app, task({ trigger: on(numbers), run: handle }))
    await clock.advance(60 * second)
    expect(seen).toEqual(['0s: 7 (0)', '1s: 7 (0)', '3s: 7 (0)', '7s: 7 (0)', '7s: 8 (1)'])
    expect(numbers.statistics()).toMatchObject({ handled: 2, size: 0 })
  })

  test('after its tries an item is given up, which the last failure says', async () => {
    const app = makeApp()
    const numbers = app.addQueue<number>('numbers', { max: 10 })
    const seen: number[] = []
    const handle = ({ item }: TaskRun<number>) => {
      seen.push(item)
      if (item === 7) throw new TypeError('poison')
    }
    for (const number of [7, 8]) numbers.offer(number)
    run(app, task({ trigger: on(numbers), tries: 3, run: handle }))
    await clock.advance(60 * second)
    expect(seen).toEqual([7, 7, 7, 8])
    const waits = events.flatMap(event => (event.type === 'task-failed' ? [event.retryInMilliseconds] : []))
    expect(waits).toEqual([1_000, 2_000, undefined])
  })

  test('consumers share the items; one that is removed gives back what it has not done', async () => {
    const app = makeApp()
    const numbers = app.addQueue<number>('numbers', { max: 10 })
    const seen: string[] = []
    const handle =
      (name: string) =>
      async ({ item, signal }: TaskRun<number>) => {
        await sleep(10 * second, { clock, signal })
        seen.push(`${name}${item}`)
      }
    for (const number of [1, 2, 3]) numbers.offer(number)
    const first = task({ trigger: on(numbers), name: 'a', run: handle('a') })
    run(app, first, task({ trigger: on(numbers), name: 'b', run: handle('b') }))
    await clock.advance(5 * second)
    await app.removeTask(first)
    await clock.advance(30 * second)
    expect(seen).toEqual(['b2', 'b1', 'b3'])
  })

  test('ends when the queue is closed and empty', async () => {
    const app = makeApp()
    const numbers = app.addQueue<number>('numbers', { max: 10 })
    const seen: number[] = []
    numbers.offer(1)
    numbers.offer(2)
    numbers.close()
    run(app, task({ trigger: on(numbers), run: ({ item }) => seen.push(item) }))
    await running
    expect(seen).toEqual([1, 2])
  })

  test('at the end of the app a put that waits ends quietly, and what is left is said', async () => {
    const app = makeApp()
    const numbers = app.addQueue<number>('numbers', { max: 1 })
    const put = async ({ signal }: TaskRun) => {
      for (let number = 0; ; number++) await numbers.put(number, { signal })
    }
    run(app, task({ every: '1h', run: put }))
    await clock.advance(second)
    ending.abort()
    await running
    expect(events.filter(event => event.type === 'task-failed')).toEqual([])
    expect(warnings).toEqual(['queue "numbers" still held 1 items when the app ended'])
    await expect(numbers.put(1)).rejects.toMatchObject({ code: 'queue-closed' })
  })

  test('a name is given once', () => {
    const app = makeApp()
    app.addQueue('mail', { max: 1 })
    expect(() => app.addQueue('mail', { max: 1 })).toThrow(
      expect.objectContaining({ code: 'argument-invalid' }),
    )
  })

  test('takes anything that brings items; a source that fails is asked again after a back-off', async () => {
    const app = makeApp()
    const settled: unknown[] = []
    let asked = 0
    const source: ItemSource<string> = {
      take: async () => {
        asked++
        if (asked === 2) throw new TypeError('line dropped')
        if (asked > 3) return undefined
        const item = `event ${asked}`
        return { item, settle: handled => settled.push([item, handled]) }
      },
    }
    const seen: string[] = []
    run(app, task({ trigger: on(source), run: ({ item }) => seen.push(item) }))
    await clock.advance(10 * second)
    await running
    expect(seen).toEqual(['event 1', 'event 3'])
    expect(settled).toEqual([
      ['event 1', true],
      ['event 3', true],
    ])
    expect(events.filter(event => event.type === 'task-failed')).toMatchObject([{ during: 'trigger' }])
  })
})
