import { expect, test } from 'vitest'
import { JsonNumber } from '../exact-json.ts'
import { readRows } from './items.ts'

test('bad rows are counted, and a few of them named', () => {
  const good = { energy: new JsonNumber('5'), time: '2024-05-01T08:00:00Z' }
  const rows = [good, ...Array.from({ length: 10_000 }, (_, i) => ({ time: `t${i}` }))]
  const raw = { bytes: new Uint8Array(), mediaType: 'application/json' }
  const { items, warnings } = readRows([
    { rows, unit: 'Wh', energy: 'energy', time: ['time'], raw, where: 'test' },
  ])
  expect(items).toHaveLength(1)
  expect(warnings).toEqual([
    '10000 of 10001 rows were refused: test: the row of t0 has no number as its energy; test: the row of t1 has no number as its energy; test: the row of t2 has no number as its energy, and others',
  ])
})
