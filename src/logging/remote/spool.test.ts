import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { noCounts, sumOf } from './counts.ts'
import { type Line, severities } from './line.ts'
import { Spool, type SpoolDestination } from './spool.ts'

const folders: string[] = []
const opened: Spool[] = []
afterEach(() => {
  for (const spool of opened.splice(0)) spool.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-spool-'))
  folders.push(folder)
  return join(folder, 'spool.db')
}

const otlp: SpoolDestination = { name: 'otlp', kind: 'otlp', level: 'info' }
const syslog: SpoolDestination = { name: 'syslog', kind: 'syslog', level: 'error' }
const most = { lines: 100, characters: 1_000_000 }

function open(path: string, destinations: SpoolDestination[] = [otlp], cap = 10_000_000): Spool {
  const spool = Spool.open(path, { destinations, cap })
  opened.push(spool)
  return spool
}

function close(spool: Spool): void {
  opened.splice(opened.indexOf(spool), 1)
  spool.close()
}

const line = (message: string, severity: Line['severity'] = 'info', fields = '{}'): Line => ({
  at: 1_700_000_000_000,
  severity,
  message,
  fields,
})

const settled = (upTo: number, delivered: number) => ({ upTo, delivered, refused: 0, told: noCounts, at: 1 })
const messages = (spool: Spool, name = 'otlp') => spool.next(name, most)?.lines.map(({ message }) => message)

test('a destination gets its messages in order, above its level, and each once', () => {
  const spool = open(newPath(), [otlp, syslog])
  spool.append([line('a'), line('quiet', 'debug'), line('b', 'error')])
  expect(messages(spool)).toEqual(['a', 'b'])
  expect(messages(spool, 'syslog')).toEqual(['b'])
  spool.settle('otlp', settled(3, 2))
  expect(messages(spool)).toBeUndefined()
  expect(messages(spool, 'syslog')).toEqual(['b'])
  spool.append([line('c')])
  expect(messages(spool)).toEqual(['c'])
})

test('what waits and how far each destination is outlives the process', () => {
  const path = newPath()
  const before = open(path, [otlp, syslog])
  before.append([line('a'), line('b', 'error'), line('c', 'error')])
  before.settle('syslog', settled(2, 1))
  before.trouble('otlp', 'nothing listens there')
  close(before)
  const spool = open(path, [otlp, syslog])
  expect(messages(spool)).toEqual(['a', 'b', 'c'])
  expect(messages(spool, 'syslog')).toEqual(['c'])
  expect(spool.status()).toEqual([
    expect.objectContaining({
      destination: 'otlp',
      waiting: 3,
      delivered: 0,
      trouble: 'nothing listens there',
    }),
    expect.objectContaining({ destination: 'syslog', waiting: 1, delivered: 1, oldest: 1_700_000_000_000 }),
  ])
})

test('a message that was read again bears the same id; another never does', () => {
  const path = newPath()
  const before = open(path)
  before.append([line('a'), line('b')])
  const ids = before.next('otlp', most)?.lines.map(({ id }) => id)
  close(before)
  const spool = open(path)
  expect(spool.next('otlp', most)?.lines.map(({ id }) => id)).toEqual(ids)
  spool.settle('otlp', settled(2, 2))
  spool.append([line('a')])
  expect(ids).not.toContain(spool.next('otlp', most)?.lines[0]?.id)
})

test('a new destination begins with the next message, and one that went holds up nothing', () => {
  const path = newPath()
  const before = open(path, [otlp])
  before.append([line('a')])
  close(before)
  const spool = open(path, [syslog])
  expect(spool.all()).toEqual([])
  spool.append([line('b', 'error')])
  expect(messages(spool, 'syslog')).toEqual(['b'])
})

test('a batch is bounded by lines and by characters, and has one message at least', () => {
  const spool = open(newPath())
  spool.append([line('x'.repeat(1_000)), line('y'), line('z')])
  expect(spool.next('otlp', { lines: 2, characters: 1e6 })?.lines).toHaveLength(2)
  expect(spool.next('otlp', { lines: 9, characters: 10 })?.lines).toHaveLength(1)
})

test('beyond the cap the least grave go first, of these the oldest, and each destination is told how many', () => {
  const spool = open(newPath(), [otlp, syslog], 400_000)
  const text = 'x'.repeat(1_000)
  const numbers = Array.from({ length: 100 }, (_, n) => n)
  for (const severity of ['error', 'info', 'debug'] as const) {
    spool.append(numbers.map(n => line(`${n} ${text}`, severity)))
  }
  spool.append(numbers.map(n => line(`${n} ${text}`, 'info')))
  const kept = spool.all()
  expect(spool.bytes).toBeLessThanOrEqual(400_000)
  const of = (severity: Line['severity']) => kept.filter(one => one.severity === severity).length
  expect(of('error')).toBe(100)
  expect(of('debug')).toBe(0)
  expect(of('info')).toBeGreaterThan(0)
  expect(kept.filter(one => one.severity === 'info').at(-1)?.message).toMatch(/^99 /)
  const { missing } = spool.next('otlp', most) ?? { missing: noCounts }
  expect(missing).toEqual([0, 200 - of('info'), 0, 0])
  expect(spool.next('syslog', most)?.missing).toEqual(noCounts)
  expect(spool.status()[0]).toMatchObject({ shed: 200 - of('info'), waiting: 100 + of('info') })
})

test('what is under way counts as missing only when it did not arrive', () => {
  const spool = open(newPath())
  spool.append([line('a'), line('b')])
  spool.next('otlp', most)
  spool.shed(1e9)
  expect(spool.status()[0]).toMatchObject({ shed: 0 })
  spool.release('otlp')
  expect(spool.status()[0]).toMatchObject({ shed: 2 })
})

test('what was under way and given up, when the process was killed, is missing at the next start', () => {
  const path = newPath()
  const killed = open(path, [otlp, syslog])
  killed.append([line('a'), line('b', 'error'), line('c')])
  killed.next('otlp', { lines: 2, characters: 1e6 })
  killed.shed(1e9)
  expect(killed.status()).toMatchObject([{ shed: 1 }, { shed: 1 }])
  // Nothing was settled and nothing released: as after SIGKILL, when only the file is left.
  close(killed)
  const spool = open(path, [otlp, syslog])
  expect(spool.status()).toMatchObject([
    { shed: 3, waiting: 0 },
    { shed: 1, waiting: 0 },
  ])
  expect(spool.next('otlp', most)).toMatchObject({ lines: [], missing: [0, 2, 0, 1] })
  close(spool)
  expect(open(path, [otlp, syslog]).status()).toMatchObject([{ shed: 3 }, { shed: 1 }])
})

test('what arrived after all is not missing, were it given up meanwhile or not; the rest of its batch stays under way', () => {
  const path = newPath()
  const killed = open(path)
  killed.append([line('a'), line('b'), line('c')])
  killed.next('otlp', most)
  killed.shed(1e9)
  killed.settle('otlp', settled(2, 2))
  expect(killed.status()[0]).toMatchObject({ delivered: 2, shed: 0 })
  close(killed)
  expect(open(path).status()[0]).toMatchObject({ delivered: 2, shed: 1 })
})

test('part of a batch is settled, and then the rest is given up here: it counts by what becomes of it there', () => {
  const spool = open(newPath())
  spool.append([line('a'), line('b'), line('c')])
  spool.next('otlp', most)
  spool.settle('otlp', settled(1, 1))
  spool.shed(1e9)
  expect(spool.status()[0]).toMatchObject({ delivered: 1, shed: 0 })
  spool.settle('otlp', settled(3, 2))
  expect(spool.status()[0]).toMatchObject({ delivered: 3, shed: 0 })
})

test('shedding for the sake of the disk makes the file smaller', () => {
  const path = newPath()
  const spool = open(path)
  for (let n = 0; n < 300; n++) spool.append([line('x'.repeat(3_000))])
  const size = () => statSync(path).size + statSync(`${path}-wal`).size
  const before = size()
  expect(spool.shed(600_000)).toBeGreaterThanOrEqual(600_000)
  expect(size()).toBeLessThan(before - 500_000)
  while (spool.shed(1_000_000) > 0);
  expect(spool.all()).toEqual([])
})

test('a file that is no spool is refused', () => {
  const path = newPath()
  writeFileSync(path, 'no database at all, and long enough to be looked at'.repeat(100))
  expect(() => open(path)).toThrow(/not a database/)
})

test('another spool is taken over without sending anything twice, where nothing waited here', () => {
  const here = open(newPath(), [otlp, syslog])
  here.append([line('old', 'error')])
  here.settle('otlp', settled(1, 1))
  const there = open(':memory:', [otlp, syslog])
  there.append([line('a', 'error'), line('b', 'error')], [0, 2, 0, 1])
  there.settle('otlp', { ...settled(1, 1), told: [0, 1, 0, 0] })
  here.adopt(there)
  expect(here.next('otlp', most)).toMatchObject({ lines: [{ message: 'b' }], missing: [0, 1, 0, 1] })
  // Here something waited: a place is one number, and what came there after it is sent again.
  expect(here.next('syslog', most)).toMatchObject({ missing: [0, 0, 0, 1] })
  expect(messages(here, 'syslog')).toEqual(['old', 'a', 'b'])
  expect(here.status()).toMatchObject([
    { delivered: 2, shed: 3, waiting: 1 },
    { delivered: 0, shed: 1, waiting: 3 },
  ])
})

test('written = settled + waiting + shed, whatever comes in whatever order', () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('append' as const),
      severity: fc.constantFrom(...severities),
      count: fc.integer({ min: 1, max: 40 }),
    }),
    fc.record({ do: fc.constant('settle' as const), lines: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ do: fc.constant('shed' as const), bytes: fc.integer({ min: 1, max: 200_000 }) }),
    fc.record({ do: fc.constant('fail' as const), isKilled: fc.boolean() }),
    fc.record({ do: fc.constant('restart' as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const path = newPath()
      const destinations = [otlp, syslog]
      let spool = open(path, destinations, 150_000)
      const written = { otlp: 0, syslog: 0 }
      for (const next of steps) {
        if (next.do === 'append') {
          spool.append(Array.from({ length: next.count }, () => line('x'.repeat(500), next.severity)))
          if (next.severity !== 'debug') written.otlp += next.count
          if (next.severity === 'error') written.syslog += next.count
        } else if (next.do === 'settle') {
          const batch = spool.next('otlp', { lines: next.lines, characters: 1e6 })
          const upTo = batch?.lines.at(-1)?.sequence ?? 0
          spool.settle('otlp', {
            ...settled(upTo, batch?.lines.length ?? 0),
            told: batch?.missing ?? noCounts,
          })
        } else if (next.do === 'shed') spool.shed(next.bytes)
        else if (next.do === 'fail') {
          spool.next('otlp', most)
          spool.shed(50_000)
          if (next.isKilled) {
            close(spool)
            spool = open(path, destinations, 150_000)
          } else spool.release('otlp')
        } else {
          close(spool)
          spool = open(path, destinations, 150_000)
        }
        for (const { destination, waiting, shed, delivered } of spool.status()) {
          expect(delivered + waiting + shed).toBe(destination === 'otlp' ? written.otlp : written.syslog)
        }
        expect(sumOf(spool.next('syslog', most)?.missing ?? noCounts)).toBe(spool.status()[1]?.shed)
        spool.release('syslog')
      }
      close(spool)
    }),
    { numRuns: 40 },
  )
})
