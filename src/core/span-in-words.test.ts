import { expect, test } from 'vitest'
import { spanInWords } from './span-in-words.ts'

test.each([
  [0, 'less than a minute'],
  [25 / 60, '25 min'],
  [1.99, '119 min'],
  [31, '31 h'],
  [41 * 24, '41 days'],
  [3 * 8766, '3 years'],
  [1e9, 'more than 100 years'],
])('%d hours are %s', (hours, words) => {
  expect(spanInWords(hours)).toBe(words)
})
