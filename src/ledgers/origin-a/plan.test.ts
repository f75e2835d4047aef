import { expect, test } from 'vitest'
import type { StoredEntry } from '../../core/log.ts'
import { addEntry, addReading } from '../../testing/fake-entry.ts'
import { planOriginA } from './plan.ts'

const line = { name: 'roof/origin', stream: 'roof', role: 'producer', assetId: 0n, key: 'meter' } as const
const start = { last: undefined, value: 0n, carbon: 0n }

function plan(
  entries: readonly StoredEntry[],
  options: { reportDown?: boolean; position?: typeof start } = {},
) {
  const { reportDown = true, position = start } = options
  const { calls, covered } = planOriginA(line, position, { entries, contract: '0x00', reportDown })
  return { calls: calls.map(({ first, last, value }) => [first, last, Number(value)]), covered }
}

test('entries that change no total join the next registration', () => {
  const entries: StoredEntry[] = []
  addEntry(entries, 'roof', 'opening', { total: 0n })
  addReading(entries, 'roof', 5n)
  addEntry(entries, 'roof', 'receipt')
  addEntry(entries, 'roof', 'reading', { status: 'held/fall', total: 18_000_000n })
  addEntry(entries, 'roof', 'hold')
  addEntry(entries, 'roof', 'note')
  addEntry(entries, 'roof', 'reading', { status: 'late', total: 18_000_000n })
  addEntry(entries, 'roof', 'revision', { status: 'counted', total: 21_600_000n })
  addEntry(entries, 'roof', 'receipt')
  expect(plan(entries)).toEqual({
    calls: [
      [0, 1, 5],
      [2, 7, 6],
    ],
    covered: 8,
  })
})

test.each(['release', 'reset', 'rollover', 'swap'] as const)('a %s carries a new total', kind => {
  const entries: StoredEntry[] = []
  addEntry(entries, 'roof', kind, { total: 36_000_000n })
  expect(plan(entries).calls).toEqual([[0, 0, 10]])
})

test('a write-off is registered only where it let readings count', () => {
  const entries: StoredEntry[] = []
  addEntry(entries, 'roof', 'write-off', { total: 36_000_000n, readings: 0n })
  addEntry(entries, 'roof', 'write-off', { total: 72_000_000n, readings: 2n })
  expect(plan(entries).calls).toEqual([[0, 1, 20]])
})

test('watt-hours are rounded down, once, at the border', () => {
  const entries: StoredEntry[] = []
  addEntry(entries, 'roof', 'reading', { status: 'counted', total: 3_599_999n })
  addEntry(entries, 'roof', 'reading', { status: 'counted', total: 7_199_999n })
  expect(plan(entries).calls.map(([, , value]) => value)).toEqual([0, 1])
})

test('a gap repeats the last value, and only where the option says so (U7)', () => {
  // Fails when a gap is registered as 0, or before the first registration.
  const entries: StoredEntry[] = []
  addEntry(entries, 'roof', 'gap')
  addReading(entries, 'roof', 5n)
  addEntry(entries, 'roof', 'gap')
  expect(plan(entries).calls).toEqual([
    [0, 1, 5],
    [2, 2, 5],
  ])
  expect(plan(entries, { reportDown: false })).toEqual({ calls: [[0, 1, 5]], covered: 2 })
})

test('an erased document registers nothing', () => {
  const entries: StoredEntry[] = []
  const erased = addReading(entries, 'roof', 5n)
  expect(plan([{ ...erased, document: undefined }])).toEqual({ calls: [], covered: 0 })
})
