import { expect, test } from 'vitest'
import { retryAfter } from './retry-after.ts'

const now = Date.UTC(2024, 0, 1)

test.each([
  ['12', 12_000],
  [' 12 ', 12_000],
  ['0', 0],
  ['999999999', 999_999_999_000],
  ['Mon, 01 Jan 2024 00:00:30 GMT', 30_000],
  ['Sun, 31 Dec 2023 00:00:30 GMT', 0],
])('Retry-After: %s is %i ms', (header, milliseconds) => {
  expect(retryAfter(header, now)).toBe(milliseconds)
})

test.each(['', 'soon', 'soon 5', '-1', '1.5', '9999999999', '2024-01-01', null, undefined])(
  'Retry-After: %s is nothing',
  header => {
    expect(retryAfter(header, now)).toBeUndefined()
  },
)
