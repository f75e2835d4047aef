import { expect, test } from 'vitest'
import { Growth } from './growth.ts'

const minute = 60_000
const hour = 60 * minute
const start = Date.UTC(2026, 0, 1)

test('a log that grows by a megabyte an hour is known to, after five minutes, and not before', () => {
  const growth = new Growth()
  const size = (at: number) => ({ at: start + at, bytes: 1_000_000 + at / 3.6 })
  growth.add(size(0))
  expect(growth.perHour(size(4 * minute))).toBeUndefined()
  expect(growth.perHour(size(6 * minute))).toBeCloseTo(1_000_000, 0)
})

test('it is known at once after a restart, and the time in between does not count', () => {
  const first = new Growth()
  for (let at = 0; at <= 10 * hour; at += minute) first.add({ at: start + at, bytes: at / 3.6 })
  expect(first.samples.length).toBe(41)
  const second = new Growth(first.samples)
  const later = start + 34 * hour
  expect(second.perHour({ at: later, bytes: 10_000_000 })).toBeCloseTo(1_000_000, 0)
  second.add({ at: later, bytes: 10_000_000 })
  expect(second.perHour({ at: later + 10 * minute, bytes: 10_000_000 + 1e6 / 6 })).toBeCloseTo(1_000_000, 0)
})

test('erasing is no growth, and what is older than two days is forgotten', () => {
  const growth = new Growth()
  for (let n = 0; n <= 400; n++)
    growth.add({ at: start + n * 15 * minute, bytes: n < 200 ? 5_000_000 : 1_000 })
  expect(growth.samples.length).toBeLessThanOrEqual(193)
  expect(growth.perHour({ at: start + 401 * 15 * minute, bytes: 1_000 })).toBe(0)
})

test('samples of a time to come are forgotten when the clock is put back', () => {
  const growth = new Growth([{ at: start + 9 * hour, bytes: 9_000_000 }])
  growth.add({ at: start, bytes: 1_000_000 })
  expect(growth.samples).toEqual([{ at: start, bytes: 1_000_000 }])
})
