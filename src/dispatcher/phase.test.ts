import { expect, test } from 'vitest'
import { phaseOf } from './phase.ts'

test('the phase of a name is always the same', () => {
  expect(phaseOf('roof')).toBe(phaseOf('roof'))
  expect(phaseOf('roof')).not.toBe(phaseOf('cellar'))
})

test('names that differ in a number are spread evenly', () => {
  const tenths = new Array<number>(10).fill(0)
  for (let index = 0; index < 10_000; index++) tenths[Math.floor(phaseOf(`poll-${index}`) * 10)]! += 1
  expect(Math.min(...tenths)).toBeGreaterThan(900)
  expect(Math.max(...tenths)).toBeLessThan(1_100)
})
