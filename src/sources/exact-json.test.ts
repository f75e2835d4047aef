import { expect, test } from 'vitest'
import { isEnergywebError } from '../core/errors.ts'
import { JsonNumber, parseExactJson } from './exact-json.ts'

const parse = (text: string) => parseExactJson(new TextEncoder().encode(text), 'test')

// Fails when 8 MiB of `0,` become four million objects: 700 MB, and the gateway stands still for a quarter of a minute.
test.each([
  ['numbers', `[${'0,'.repeat(4_000_000)}0]`],
  ['empty objects', `[${'{},'.repeat(2_700_000)}{}]`],
  ['lists of lists', `[${'[[]],'.repeat(1_600_000)}[]]`],
])('millions of %s are refused before they are made', (_, text) => {
  const before = process.memoryUsage().heapUsed
  try {
    parse(text)
    expect.unreachable()
  } catch (error) {
    expect(isEnergywebError(error, 'source-too-large')).toBe(true)
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000)
})

test('as many as a long history holds are read, and signs in texts are no values', () => {
  const rows = Array.from({ length: 150_000 }, () => '{"a":1,"b":"[,,]"}')
  expect(parse(`[${rows.join(',')}]`)).toHaveLength(150_000)
  expect(parse(JSON.stringify(','.repeat(1_000_000)))).toHaveLength(1_000_000)
  expect(parse('90210.0')).toEqual(new JsonNumber('90210.0'))
})
