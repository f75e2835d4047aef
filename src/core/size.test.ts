import { expect, test } from 'vitest'
import { formatSize, parseSize } from './size.ts'

test.each([
  ['10 MB', 10_000_000],
  ['10MB', 10_000_000],
  ['1.5 GB', 1_500_000_000],
  ['64 MiB', 67_108_864],
  ['512 B', 512],
  ['0 B', 0],
])('%s is %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

test.each(['', '10', 'MB', '-1 MB', '1e3 MB', '10 mb', '10 TB', '10 MB or so'])('"%s" is no size', text => {
  expect(() => parseSize(text)).toThrow(/is not a size like 10 MB/)
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [999.6, '1 kB'],
  [3_249_000, '3.2 MB'],
  [412_000_000, '412 MB'],
  [999_700_000, '1 GB'],
  [78_500_000_000, '78.5 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text)
})
