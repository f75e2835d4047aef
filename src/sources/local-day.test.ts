import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatInstant, parseInstant } from '../core/time.ts'
import { isTimeZone, localDays } from './local-day.ts'

const hour = 3_600_000

// Each fails when a day is taken for 24 hours.
test.each([
  ['Europe/Berlin', '2024-03-31T08:00:00Z', '2024-03-30T23:00:00.000Z', 23],
  ['Europe/Berlin', '2024-10-27T08:00:00Z', '2024-10-26T22:00:00.000Z', 25],
  ['Europe/Berlin', '2024-05-01T21:59:59.999Z', '2024-04-30T22:00:00.000Z', 24],
  ['Europe/Berlin', '2024-05-01T22:00:00Z', '2024-05-01T22:00:00.000Z', 24],
  ['UTC', '2024-05-01T22:00:00Z', '2024-05-01T00:00:00.000Z', 24],
  ['America/New_York', '2024-11-03T12:00:00Z', '2024-11-03T04:00:00.000Z', 25],
  ['Australia/Lord_Howe', '2024-04-07T00:00:00Z', '2024-04-06T13:00:00.000Z', 24.5],
  ['Asia/Kolkata', '2024-04-07T00:00:00Z', '2024-04-06T18:30:00.000Z', 24],
])('a day of %s at %s', (zone, at, start, hours) => {
  const days = localDays(zone)
  const midnight = days.midnightBefore(parseInstant(at))
  expect(formatInstant(midnight)).toBe(start)
  expect((days.midnightAfter(parseInstant(at)) - midnight) / hour).toBe(hours)
})

test('days follow each other without a hole, and each instant is in one', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('Europe/Berlin', 'Europe/Vienna', 'UTC', 'America/New_York', 'Australia/Lord_Howe'),
      fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) }),
      (zone, instant) => {
        const days = localDays(zone)
        const [start, end] = [days.midnightBefore(instant), days.midnightAfter(instant)]
        expect(start).toBeLessThanOrEqual(instant)
        expect(end).toBeGreaterThan(instant)
        expect([start, end].every(days.isMidnight)).toBe(true)
        expect(days.midnightBefore(end - 1)).toBe(start)
        expect(days.midnightAfter(start)).toBe(end)
      },
    ),
    { numRuns: 500 },
  )
})

test('a zone has a name that is known', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true)
  expect(isTimeZone('Europe/Nowhere')).toBe(false)
})
