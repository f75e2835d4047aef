import { expect, test } from 'vitest'
import { backOffMilliseconds } from './back-off.ts'

test('doubles from a second to five minutes, half of it by chance', () => {
  expect([1, 2, 3, 9, 10, 1_000].map(failures => backOffMilliseconds(failures, 0))).toEqual([
    1_000, 2_000, 4_000, 150_000, 150_000, 150_000,
  ])
  expect([1, 2, 3, 9, 1_000].map(failures => backOffMilliseconds(failures, 1))).toEqual([
    2_000, 4_000, 8_000, 300_000, 300_000,
  ])
})
