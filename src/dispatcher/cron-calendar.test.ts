import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cron } from './index.ts'

function instants(pattern: string, zone: string, from: string, count: number): string[] {
  const trigger = cron(pattern, { zone })
  const found: string[] = []
  for (let at = Date.parse(from); found.length < count; ) {
    at = trigger.nextAfter(at)
    found.push(new Date(at).toISOString().slice(0, 16))
  }
  return found
}

describe('a job of fixed times', () => {
  test.each([
    // The clock is put forward: the time that is skipped runs right after the gap.
    ['Europe/Vienna', '30 2 * * *', '2024-03-30T12:00Z', ['2024-03-31T01:00', '2024-04-01T00:30']],
    ['America/New_York', '30 2 * * *', '2024-03-09T12:00Z', ['2024-03-10T07:00', '2024-03-11T06:30']],
    ['Australia/Lord_Howe', '15 2 * * *', '2024-10-05T12:00Z', ['2024-10-05T15:30', '2024-10-06T15:15']],
    ['Europe/Vienna', '30 1,2 * * *', '2024-03-31T00:00Z', ['2024-03-31T00:30', '2024-03-31T01:00']],
    // The clock is put back: the first of the two.
    ['Europe/Vienna', '30 2 * * *', '2024-10-26T12:00Z', ['2024-10-27T00:30', '2024-10-28T01:30']],
    ['America/New_York', '30 1 * * *', '2024-11-02T12:00Z', ['2024-11-03T05:30', '2024-11-04T06:30']],
    ['Australia/Lord_Howe', '45 1 * * *', '2024-04-06T12:00Z', ['2024-04-06T14:45', '2024-04-07T15:15']],
    ['Europe/Vienna', '0 2,3 * * *', '2024-10-26T23:00Z', ['2024-10-27T00:00', '2024-10-27T02:00']],
  ])('in %s: %s runs once on the day of a change', (zone, pattern, from, expected) => {
    expect(instants(pattern, zone, from, expected.length)).toEqual(expected)
  })
})

describe('a job of every so often', () => {
  test.each([
    ['Europe/Vienna', '0 * * * *', '2024-03-31T00:00Z', 60],
    ['Europe/Vienna', '*/15 * * * *', '2024-10-26T23:00Z', 15],
    ['America/New_York', '*/15 * * * *', '2024-03-10T06:00Z', 15],
    ['America/New_York', '30 * * * *', '2024-11-03T04:30Z', 60],
    ['Australia/Lord_Howe', '*/15 * * * *', '2024-04-06T14:00Z', 15],
    ['Australia/Lord_Howe', '*/15 * * * *', '2024-10-05T14:30Z', 15],
  ])('in %s: %s runs on through a change, evenly', (zone, pattern, from, minutes) => {
    const found = instants(pattern, zone, from, 24).map(text => Date.parse(`${text}Z`))
    const gaps = found.slice(1).map((at, index) => (at - (found[index] ?? 0)) / 60_000)
    expect(new Set(gaps)).toEqual(new Set([minutes]))
  })

  test('within an hour that is skipped it does not run, within one that is repeated it runs twice', () => {
    expect(instants('*/30 2 * * *', 'Europe/Vienna', '2024-03-30T23:00Z', 1)).toEqual(['2024-04-01T00:00'])
    const repeated = ['2024-10-27T00:00', '2024-10-27T00:30', '2024-10-27T01:00', '2024-10-27T01:30']
    expect(instants('*/30 2 * * *', 'Europe/Vienna', '2024-10-26T22:30Z', 4)).toEqual(repeated)
  })
})

test('the leap day comes every four years, and a century brings none', () => {
  const found = instants('0 12 29 2 *', 'UTC', '2095-01-01T00:00Z', 3)
  expect(found).toEqual(['2096-02-29T12:00', '2104-02-29T12:00', '2108-02-29T12:00'])
})

test('six parts begin with seconds; names stand for patterns', () => {
  const trigger = cron('*/10 * * * * *', { zone: 'UTC' })
  expect(trigger.nextAfter(Date.parse('2024-05-01T08:00:00Z'))).toBe(Date.parse('2024-05-01T08:00:10Z'))
  expect(instants('@hourly', 'Asia/Kolkata', '2024-05-01T08:00Z', 1)).toEqual(['2024-05-01T08:30'])
})

test.each([
  ['61 * * * *', 'UTC', '"61 * * * *" is not a cron pattern: Invalid value for minute: 61'],
  ['* * * *', 'UTC', '"* * * *" is not a cron pattern: expected five or six parts'],
  ['2024-01-01T00:00:00', 'UTC', '"2024-01-01T00:00:00" is not a cron pattern: expected five or six parts'],
  ['', 'UTC', '"" is not a cron pattern: expected five or six parts'],
  ['* * * * * * 2024', 'UTC', '"* * * * * * 2024" is not a cron pattern: expected five or six parts'],
  ['* * * * *', 'Mars/Olympus', '"Mars/Olympus" is not a time zone'],
  ['0 0 30 2 *', 'UTC', 'the cron pattern "0 0 30 2 *" never comes'],
])('%j in %s is refused, with a hint', (pattern, zone, message) => {
  const refused = () => cron(pattern, { zone })
  expect(refused).toThrow(
    expect.objectContaining({ code: 'cron-invalid', message, hint: expect.any(String) }),
  )
})

test('the next instant is after, the latest not after, and nothing lies between (property)', () => {
  const zones = ['Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']
  const patterns = ['*/15 * * * *', '0 * * * *', '30 2 * * *', '15,45 1-3 * * 0', '0 0 1 * *']
  const instant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2026, 0, 1) })
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.constantFrom(...patterns), instant, (zone, pattern, at) => {
      const trigger = cron(pattern, { zone })
      const next = trigger.nextAfter(at)
      expect(next).toBeGreaterThan(at)
      expect(trigger.nextAfter(next - 1)).toBe(next)
      const latest = trigger.latestAt(next)
      expect(latest).toBe(next)
    }),
    { numRuns: 150 },
  )
})
