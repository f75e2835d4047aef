import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredEntry } from '../../core/log.ts'
import { addEntry } from '../../testing/fake-entry.ts'
import type { LinePosition } from '../evm/registry.ts'
import type { PeriodLength, Registering } from './define-ledger.ts'
import { planPeriods } from './plan-periods.ts'

const start = Date.UTC(2026, 0, 30)
const hour = 3_600_000

/** A line as the submission machine leads it: what was planned is planned for good. */
class Book {
  readonly entries: StoredEntry[] = []
  readonly made: Omit<Registering, 'names'>[] = []
  readonly skips: { readonly first: number; readonly last: number; readonly reason: string }[] = []
  #position: LinePosition = { last: undefined, value: 0n, carbon: 0n }
  #planned = -1
  #doneUntil = Number.NEGATIVE_INFINITY

  read(measuredAt: number, total: bigint): void {
    addEntry(this.entries, 'roof', 'reading', {
      status: 'counted',
      total: total * 3_600n,
      measuredAt: new Date(measuredAt).toISOString(),
    })
  }

  turn(now: number, length: PeriodLength, { limit = Number.POSITIVE_INFINITY, atOnce = false } = {}): void {
    const waiting = this.entries.slice(this.#planned + 1)
    const given = waiting.slice(0, limit)
    const made: Omit<Registering, 'names'>[] = []
    const plan = planPeriods(this.#position, given, {
      length,
      grace: hour,
      unit: 1n,
      opening: 0n,
      doneUntil: this.#doneUntil,
      now: () => now,
      request: { isWhole: given.length === waiting.length, atOnce },
      make: registering => {
        made.push(registering)
        return { to: '0x', data: '0x' }
      },
    })
    const { calls, skips = [] } = plan
    const done = [...calls, ...skips].sort((a, b) => a.first - b.first)
    for (const { first, last } of done) {
      expect(first).toBe(this.#planned + 1)
      this.#planned = last
    }
    this.skips.push(...skips)
    this.made.push(...made)
    const [call, of] = [calls.at(-1), made.at(-1)]
    if (call === undefined || of?.period === undefined) return
    this.#position = {
      last: { sequence: call.reading, leafHash: call.leafHash },
      value: call.value,
      carbon: 0n,
    }
    this.#doneUntil = of.period.to
  }
}

const step = fc.record({
  hours: fc.integer({ min: 0, max: 60 }),
  late: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_000 })),
  milliwattHours: fc.oneof(fc.constant(0), fc.integer({ min: -3_000, max: 20_000 })),
  turn: fc.constantFrom('none', 'short', 'whole'),
  length: fc.constantFrom<PeriodLength>('hour', 'day', 'month'),
})

test('whatever comes late, falls, or is asked in other lengths: sums are the register’s, no time and no entry is asked for twice', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const book = new Book()
      let [now, total] = [start, 0]
      for (const { hours, late, milliwattHours, turn, length } of steps) {
        now += hours * hour
        total = Math.max(0, total + milliwattHours)
        book.read(now - late * 60_000, BigInt(total))
        if (turn === 'none') continue
        book.turn(now + 1, length, turn === 'short' ? { limit: 3 } : {})
      }
      for (let i = 0; i <= steps.length; i++) book.turn(now + 100 * 24 * hour, 'day')
      let [sum, until] = [0n, Number.NEGATIVE_INFINITY]
      for (const { before, total: after, period } of book.made) {
        expect(before).toBe(sum)
        expect(after).toBeGreaterThan(before)
        sum = after
        expect(period?.from).toBeGreaterThanOrEqual(until)
        expect(period?.to).toBeGreaterThan(period?.from ?? 0)
        until = period?.to ?? until
      }
      expect(sum).toBeGreaterThanOrEqual(BigInt(Math.floor(total / 1_000)))
    }),
    { numRuns: 300 },
  )
})

test('a longer length goes on from what was asked for in the shorter one', () => {
  const book = new Book()
  book.read(start + 20 * hour, 5_000n)
  book.turn(start + 30 * hour, 'day')
  book.read(start + 30 * hour, 9_000n)
  book.turn(start + 100 * 24 * hour, 'month')
  const periods = book.made.map(({ period }) => [period?.from, period?.to])
  expect(periods).toEqual([
    [start, start + 24 * hour],
    [start + 24 * hour, Date.UTC(2026, 1, 1)],
  ])
})

test('a period that is not over is not skipped when it is only compared', () => {
  const book = new Book()
  book.read(start + hour, 400n)
  book.turn(start + 2 * hour, 'day', { atOnce: true })
  expect([book.made, book.skips]).toEqual([[], []])
  book.read(start + 3 * hour, 1_400n)
  book.turn(start + 40 * hour, 'day')
  expect(book.made).toMatchObject([{ first: 0, last: 1, total: 1n }])
})
