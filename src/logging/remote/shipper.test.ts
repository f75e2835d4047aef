import { afterEach, expect, test } from 'vitest'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { type Line, type SpooledLine, severities } from './line.ts'
import { Shipper } from './shipper.ts'
import type { Delivery } from './sink.ts'
import { Spool } from './spool.ts'

const taken: Delivery = { outcome: 'taken', refused: 0, said: 'HTTP 200' }
const later: Delivery = { outcome: 'later', why: 'HTTP 503' }

const running: { end: AbortController; run: Promise<void> }[] = []
afterEach(async () => {
  for (const { end, run } of running.splice(0)) {
    end.abort()
    await run
  }
})

const line = (message: string, severity: Line['severity'] = 'info'): Line => ({
  at: 1_700_000_000_000,
  severity,
  message,
  fields: '{}',
})

/** A shipper whose destination answers what it is told, and takes all once it is told nothing. */
function ship(answers: (Delivery | ((lines: readonly SpooledLine[]) => Delivery))[], cap = 10_000_000) {
  const clock = new VirtualClock()
  const spool = Spool.open(':memory:', { destinations: [{ name: 'd', kind: 'otlp', level: 'debug' }], cap })
  const sent: { at: number; messages: string[] }[] = []
  const troubles: (string | undefined)[] = []
  const end = new AbortController()
  const shipper = new Shipper({
    outbox: {
      next: most => spool.next('d', most),
      settle: settled => spool.settle('d', settled),
      release: () => spool.release('d'),
    },
    sink: {
      most: { lines: 4, characters: 1_000_000 },
      async send(lines) {
        sent.push({ at: clock.monotonic(), messages: lines.map(({ message }) => message) })
        const answer = answers.shift() ?? taken
        return typeof answer === 'function' ? answer(lines) : answer
      },
      async close() {},
    },
    clock,
    random: () => 1,
    onTrouble: why => troubles.push(why),
  })
  const run = shipper.run(end.signal)
  running.push({ end, run })
  const append = (...lines: Line[]) => {
    spool.append(lines)
    shipper.wake()
  }
  return { clock, spool, sent, troubles, shipper, run, append, status: () => spool.status()[0] }
}

test('messages that come together travel together, in order', async () => {
  const { clock, sent, append, status } = ship([])
  append(line('a'), line('b'))
  await clock.advance(1_000)
  append(line('c'))
  await clock.advance(1_000)
  expect(sent.map(({ messages }) => messages)).toEqual([['a', 'b'], ['c']])
  expect(status()).toMatchObject({ waiting: 0, delivered: 3, refused: 0 })
})

test('what is not taken is sent again, twice as late each time, and said once', async () => {
  const { clock, sent, append, troubles, status } = ship([later, later, later])
  append(line('a'))
  await clock.advance(20_000)
  expect(sent.map(({ at }) => Math.round((at - (sent[0]?.at ?? 0)) / 1_000))).toEqual([0, 1, 3, 7])
  expect(troubles).toEqual(['HTTP 503', undefined])
  expect(status()).toMatchObject({ waiting: 0, delivered: 1 })
})

test('a destination that asks to be left alone is', async () => {
  const { clock, sent, append } = ship([{ ...later, after: 60_000 }])
  append(line('a'))
  await clock.advance(59_000)
  expect(sent).toHaveLength(1)
  await clock.advance(8_000)
  expect(sent).toHaveLength(2)
})

test('where somebody must change something it is looked at rarely, and nothing is lost', async () => {
  const { clock, sent, append, status } = ship([{ outcome: 'stands', why: 'HTTP 401' }])
  append(line('a'))
  await clock.advance(50_000)
  expect(sent).toHaveLength(1)
  await clock.advance(15_000)
  expect(status()).toMatchObject({ waiting: 0, delivered: 1 })
})

test('one message that is not fit to be taken is found and given up, the others arrive', async () => {
  const judge = (lines: readonly SpooledLine[]): Delivery =>
    lines.some(({ message }) => message === 'bad') ? { outcome: 'unfit', why: 'HTTP 400' } : taken
  const { clock, sent, append, status } = ship(Array.from({ length: 20 }, () => judge))
  append(line('a'), line('b'), line('bad'), line('c'), line('d'), line('e'))
  await clock.advance(5_000)
  expect(status()).toMatchObject({ waiting: 0, delivered: 5, refused: 1 })
  const whole = sent.filter(({ messages }) => !messages.includes('bad')).flatMap(({ messages }) => messages)
  expect(whole).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('what is refused for good is given up and counted', async () => {
  const { clock, append, status, troubles } = ship([{ outcome: 'refused', why: 'HTTP 500' }])
  append(line('a'), line('b'))
  await clock.advance(1_000)
  append(line('c'))
  await clock.advance(1_000)
  expect(status()).toMatchObject({ waiting: 0, delivered: 1, refused: 2 })
  expect(troubles).toEqual(['messages are refused: HTTP 500', undefined])
})

test('what is missing is told before the next message, once', async () => {
  const { clock, append, sent, spool, status } = ship([later])
  append(line('a', 'debug'))
  await clock.advance(400)
  spool.append([line('b', 'debug'), line('c', 'debug')])
  spool.shed(1e9)
  append(line('d'))
  await clock.advance(60_000)
  append(line('e'))
  await clock.advance(60_000)
  expect(sent.slice(1).map(({ messages }) => messages)).toEqual([
    ['a'],
    ['2 messages are missing before this: the spool was full', 'd'],
    ['e'],
  ])
  expect(status()).toMatchObject({ shed: 2, delivered: 3, refused: 0, waiting: 0 })
})

test('that messages are missing is told although nothing is left to send', async () => {
  const { clock, append, sent, spool, shipper } = ship([])
  spool.append([line('a')])
  spool.shed(1e9)
  shipper.wake()
  await clock.advance(10_000)
  expect(sent.map(({ messages }) => messages)).toEqual([
    ['1 message is missing before this: the spool was full'],
  ])
  append(line('b'))
  await clock.advance(10_000)
  expect(sent.at(-1)?.messages).toEqual(['b'])
})

test('a sink that refuses even to be told what is missing is not asked for ever', async () => {
  const refuse: Delivery = { outcome: 'unfit', why: 'HTTP 400' }
  const { clock, sent, spool, shipper } = ship(Array.from({ length: 50 }, () => refuse))
  spool.append([line('a')])
  spool.shed(1e9)
  shipper.wake()
  await clock.advance(10_000)
  expect(sent).toHaveLength(1)
})

test('at the end what there is goes at once, and a destination that fails then is left', async () => {
  const quick = ship([])
  quick.append(...severities.map(severity => line(severity, severity)), line('last'))
  quick.shipper.drain()
  await quick.run
  expect(quick.sent.flatMap(({ messages }) => messages)).toEqual([...severities, 'last'])
  const failing = ship([later, later])
  failing.append(line('a'))
  failing.shipper.drain()
  await failing.run
  expect(failing.status()).toMatchObject({ waiting: 1, delivered: 0 })
})
