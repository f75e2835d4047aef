import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Histogram } from './histogram.ts'

test('every value is counted once, under the first bound that it does not pass', () => {
  const bounds = [0.1, 1, 10]
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true })), values => {
      const histogram = new Histogram({ bounds })
      for (const value of values) histogram.observe(value)
      const upTo = (bound: number) => values.filter(value => value <= bound).length
      const cumulated = histogram.counts.map((_, index) =>
        histogram.counts.slice(0, index + 1).reduce((sum, count) => sum + count, 0),
      )
      expect(cumulated).toEqual([...bounds, Number.POSITIVE_INFINITY].map(upTo))
      expect(histogram.sum).toBeCloseTo(
        values.reduce((sum, value) => sum + value, 0),
        6,
      )
    }),
  )
})
