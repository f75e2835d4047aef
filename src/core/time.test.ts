import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEnergywebError } from './errors.ts'
import { formatInstant, parseInstant } from './time.ts'

const eight = Date.UTC(2024, 4, 1, 8)

describe('reading a time', () => {
  it.each([
    ['2024-05-01T08:00:00Z', eight],
    ['2024-05-01T08:00Z', eight],
    ['2024-05-01T10:00:00+02:00', eight],
    ['2024-05-01T03:30:00-0430', eight],
    ['2024-05-01t08:00:00.5z', eight + 500],
    ['2024-05-01 08:00:00,123Z', eight + 123],
    ['2024-05-01T10:00:00.123456789+02:00', eight + 123],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    // Some clocks that were never set say so: year 1 is not 1901.
    ['0001-01-01T00:00:00Z', -62_135_596_800_000],
    ['0000-02-29T00:00:00Z', -62_162_121_600_000],
  ])('%s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant)
  })

  it('takes a time without a zone only when told what it means', () => {
    expect(parseInstant('2024-05-01T08:00:00', { assume: 'utc' })).toBe(eight)
    expect(() => parseInstant('2024-05-01T08:00:00')).toThrow('it has no zone')
  })

  it.each([
    '',
    '2024-05-01',
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-05-01T24:00:00Z',
    '2024-05-01T08:61:00Z',
    '2024-05-01T08:00:61Z',
    '2024-05-01T08:00:00+25:00',
    '2024-05-01T08:00:00.0000000000001Z',
    '1714550400',
  ])('refuses %j', text => {
    expect(() => parseInstant(text, { assume: 'utc' })).toThrow(
      expect.toSatisfy(error => isEnergywebError(error, 'time-invalid')),
    )
  })
})

describe('writing a time', () => {
  it('has three decimals always and reads back', () => {
    expect(formatInstant(eight)).toBe('2024-05-01T08:00:00.000Z')
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(9999, 11) }), instant => {
        expect(parseInstant(formatInstant(instant))).toBe(instant)
      }),
    )
  })

  it('refuses what has no four-digit year', () => {
    expect(() => formatInstant(Date.UTC(10_000, 0))).toThrow()
    expect(() => formatInstant(Number.NaN)).toThrow()
  })
})
