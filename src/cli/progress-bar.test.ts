import { expect, test } from 'vitest'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { ProgressBar } from './progress-bar.ts'

function barOn(isTerminal: boolean) {
  const clock = new VirtualClock()
  const written: string[] = []
  const write = async (text: string) => void written.push(text)
  return {
    clock,
    written,
    bar: new ProgressBar('checking', { output: { isTerminal, columns: 80, write }, clock }),
  }
}

test('a long job is drawn ten times a second at most, and its line is taken away at the end', async () => {
  const { bar, clock, written } = barOn(true)
  for (let done = 0; done <= 1_000; done++) {
    bar.show(done, 1_000)
    await clock.advance(1)
  }
  expect(written.length).toBe(11)
  expect(written.at(-1)).toContain('100 % (1000 of 1000)')
  await bar.clear()
  expect(written.at(-1)).toBe('\r\u001b[2K')
})

test('nothing is drawn where nobody looks on', async () => {
  const { bar, written } = barOn(false)
  bar.show(1, 2)
  await bar.clear()
  expect(written).toEqual([])
})
