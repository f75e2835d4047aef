import { describe, expect, it } from 'vitest'
import { parseDuration } from './duration.ts'
import { isEnergywebError } from './errors.ts'
import { LifeCycle } from './life-cycle.ts'

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['5s', 5_000],
    ['1h30m', 5_400_000],
    ['2w', 1_209_600_000],
    [250, 250],
  ])('%s is %i ms', (duration, milliseconds) => {
    expect(parseDuration(duration)).toBe(milliseconds)
  })

  it.each(['', '5', '5 s', '-5s', '1.5h', '0s', 0, -1, 0.5, Number.NaN, '9999999999s'])(
    'refuses %j',
    duration => {
      expect(() => parseDuration(duration)).toThrow(
        expect.toSatisfy(error => isEnergywebError(error, 'duration-invalid')),
      )
    },
  )

  it('has the life cycles of old, in seconds', () => {
    expect(Object.values(LifeCycle).map(text => parseDuration(text) / 1000)).toEqual([
      5, 7, 20, 40, 60, 600, 1800, 3600, 21_600, 43_200, 86_400,
    ])
  })
})
