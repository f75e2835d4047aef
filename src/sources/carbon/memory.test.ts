import { expect, it } from 'vitest'
import type { CarbonIntensity } from '../../core/carbon.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { carbonMemory } from './memory.ts'

const raw = { bytes: new Uint8Array(), mediaType: 'application/json' }
const value = (from: number): CarbonIntensity => ({
  ...{ from, to: from + 5, factor: BigInt(from), basis: 'average', estimated: false, raw },
})
const everything = { from: 0, to: 1_000_000 }

it('never holds more than the bound beside the latest answer, and forgets the oldest first', async () => {
  const clock = new VirtualClock()
  const memory = carbonMemory({ clock, most: 10 })
  for (let from = 0; from < 500; from += 5) {
    memory.learn({ from, to: from + 5 }, [value(from)])
    await clock.advance(1)
  }
  expect(memory.pieces(everything).map(({ from }) => from)).toEqual([
    450, 455, 460, 465, 470, 475, 480, 485, 490, 495,
  ])
  const answer = Array.from({ length: 100 }, (_, index) => value(1_000 + index * 5))
  memory.learn({ from: 1_000, to: 1_500 }, answer)
  expect(memory.pieces(everything)).toHaveLength(100)
})
it('forgets what is over its time, also when nobody asks for it', async () => {
  const clock = new VirtualClock()
  const memory = carbonMemory({ clock, settledFor: 100, absentFor: 10 })
  memory.learn({ from: 0, to: 20 }, [value(5)])
  expect(memory.pieces(everything).map(({ from, to }) => [from, to])).toEqual([
    [0, 5],
    [5, 10],
    [10, 20],
  ])
  await clock.advance(10)
  expect(memory.missing({ from: 0, to: 20 })).toEqual({ from: 0, to: 20 })
  expect(memory.known(everything)).toEqual([value(5)])
  await clock.advance(90)
  expect(memory.pieces(everything)).toEqual([])
})
