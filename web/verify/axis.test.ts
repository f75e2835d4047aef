import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { powerUnit, timeTicks, valueTicks } from './axis.ts'

const day = 86_400_000
const may = Date.UTC(2024, 4, 1)
const texts = (from: number, to: number, most: number) =>
  timeTicks(from, to, most).map(({ text }) => text.replaceAll('\u00a0', ' '))

describe('axes', () => {
  test('values have round ticks from nothing to the highest and above', () => {
    expect(valueTicks(5.9)).toEqual([0, 2, 4, 6])
    expect(valueTicks(0.6)).toEqual([0, 0.2, 0.4, 0.6])
    expect(valueTicks(0)).toEqual([0, 1])
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), highest => {
        const ticks = valueTicks(highest)
        expect(ticks.length).toBeLessThanOrEqual(6)
        expect((ticks.at(-1) ?? 0) * (1 + 1e-6)).toBeGreaterThanOrEqual(highest)
      }),
    )
  })

  test('a month has days, a day has hours, a year has months', () => {
    expect(texts(may, may + 31 * day, 12)).toEqual([
      '1 May',
      '6 May',
      '11 May',
      '16 May',
      '21 May',
      '26 May',
      '1 Jun',
    ])
    expect(texts(may, may + day, 13)).toEqual([
      '1 May',
      ...['02', '04', '06', '08', '10', '12', '14', '16', '18', '20', '22'].map(hour => `${hour}:00`),
      '2 May',
    ])
    expect(texts(may, Date.UTC(2025, 4, 1), 8)).toEqual([
      'May 2024',
      'Jul 2024',
      'Sep 2024',
      'Nov 2024',
      'Jan 2025',
      'Mar 2025',
      'May 2025',
    ])
  })

  test('however long the period, there are few labels, in order, and never two of the same place', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 60_000, max: 4e12 }),
        fc.integer({ min: 2, max: 14 }),
        (from, span, most) => {
          const ticks = timeTicks(from, from + span, most)
          expect(ticks.length).toBeLessThanOrEqual(most * 1.5 + 2)
          for (const [i, { at }] of ticks.entries()) expect(at).toBeGreaterThan(ticks[i - 1]?.at ?? -1)
        },
      ),
    )
  })

  test('the unit fits the largest value', () => {
    expect([0, 0.5, 7, 5_900, 2e6, 3e9].map(watts => powerUnit(watts).name)).toEqual([
      'W',
      'mW',
      'W',
      'kW',
      'MW',
      'GW',
    ])
  })
})
