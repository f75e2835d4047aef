import { expect, test } from 'vitest'
import { PageSize } from './page-size.ts'

const events = (seen: number) => ({ seen, bytes: 500 * seen })
const blocksOf = (size: PageSize) => Number(size.limit(0n, 1_000_000_000n)) + 1

test('pages grow fourfold while there is little, and never beyond the end', () => {
  const size = new PageSize()
  expect(blocksOf(size)).toBe(16)
  size.found(events(0), 16n)
  expect(blocksOf(size)).toBe(64)
  size.found(events(3), 64n)
  expect(blocksOf(size)).toBe(256)
  expect(size.limit(10n, 20n)).toBe(20n)
})

test('they shrink to what holds some thousand events, one block at least', () => {
  const size = new PageSize()
  size.found(events(50_000), 1_000n)
  expect(blocksOf(size)).toBe(20)
  size.found(events(90_000), 1n)
  expect(blocksOf(size)).toBe(1)
})

test('events that say much make them smaller: it is the bytes that must be held', () => {
  const size = new PageSize()
  size.found({ seen: 100, bytes: 10_240_000 }, 100n)
  expect(blocksOf(size)).toBe(10)
})

test('one that could not be had is tried much smaller, until it is one block', () => {
  const size = new PageSize()
  size.found(events(0), 250n)
  expect([size.failed(), blocksOf(size)]).toEqual([true, 62])
  expect([size.failed(), size.failed(), blocksOf(size), size.failed()]).toEqual([true, true, 1, false])
})
