import { describe, expect, test } from 'vitest'
import { minute, Stream, start, wattHour } from '../../test/support/register-stream.ts'
import { carbonSteps } from './carbon-step.ts'
import { emptyRegister, type RegisterLimits } from './register.ts'

/** Steps as (sequence, Wh, from, to), times in minutes. */
const stepsOf = (stream: Stream) =>
  carbonSteps(emptyRegister, stream.drafts, 0).map(({ sequence, energy, from, to }) => [
    sequence,
    Number(energy) / Number(wattHour),
    (from - start) / minute,
    (to - start) / minute,
  ])

const streamOf = (limits: Partial<RegisterLimits> = {}) => new Stream(limits)

describe('a counter', () => {
  test("prices nothing of what the meter showed before, then each value's rise since the value before", () => {
    const stream = streamOf({ opening: 'meter' })
    stream.read({ wh: 5_000, minute: 0 })
    stream.read({ wh: 5_010, minute: 15 })
    stream.read({ wh: 5_010, minute: 30 })
    stream.read({ wh: 5_014, minute: 45 })
    // At 30 minutes the total stood still: no step, and the next begins there.
    expect(stepsOf(stream)).toEqual([
      [2, 10, 0, 15],
      [4, 4, 30, 45],
    ])
  })

  test('a revision that raises the newest value prices the difference in the time of that value', () => {
    const stream = streamOf()
    stream.read({ wh: 100, minute: 0 })
    stream.read({ wh: 110, minute: 15 })
    stream.read({ wh: 112, minute: 15 })
    stream.read({ wh: 120, minute: 30 })
    expect(stepsOf(stream)).toEqual([
      [2, 10, 0, 15],
      [3, 2, 0, 15],
      [4, 8, 15, 30],
    ])
  })

  test('a debit is priced once: what pays it off raises no total', () => {
    const stream = streamOf()
    stream.read({ wh: 100, minute: 0 })
    stream.read({ wh: 110, minute: 15 })
    stream.read({ wh: 104, minute: 15 })
    stream.read({ wh: 108, minute: 30 })
    stream.read({ wh: 115, minute: 45 })
    expect(stepsOf(stream)).toEqual([
      [2, 10, 0, 15],
      [5, 5, 30, 45],
    ])
  })

  test('a reset counts from the last counted instant to the newest value that it let count', () => {
    const stream = streamOf()
    stream.read({ wh: 100, minute: 0 })
    stream.read({ wh: 110, minute: 15 })
    stream.read({ wh: 3, minute: 30 })
    stream.read({ wh: 7, minute: 45 })
    stream.resolve({ kind: 'reset', initial: 0n })
    stream.read({ wh: 9, minute: 60 })
    expect(stream.wh).toBe(19)
    const [first, reset, next] = stepsOf(stream)
    expect(first).toEqual([2, 10, 0, 15])
    expect(reset?.slice(1)).toEqual([7, 15, 45])
    expect(next?.slice(1)).toEqual([2, 45, 60])
  })

  test('a swap prices what the old meter counted last too', () => {
    const stream = streamOf()
    stream.read({ wh: 100, minute: 0, serial: 'A' })
    stream.read({ wh: 2, minute: 15, serial: 'B' })
    stream.resolve({ kind: 'swap', final: 105n * wattHour, initial: 0n })
    expect(stepsOf(stream).map(step => step.slice(1))).toEqual([[7, 0, 15]])
  })

  test('a time without length is the millisecond before its end', () => {
    const stream = streamOf()
    stream.read({ wh: 100, minute: 60 })
    // Its clock is an hour ahead: released, it counts at our time, which is before the value counted last.
    stream.read({ wh: 130, minute: 90, receivedAt: start + 60 * minute })
    stream.resolve({ kind: 'release' })
    expect(carbonSteps(emptyRegister, stream.drafts, 0)).toMatchObject([
      { energy: 30n * wattHour, from: start + 60 * minute - 1, to: start + 60 * minute },
    ])
  })
})

describe('an interval', () => {
  test('is priced in its own time, whatever comes first; so is its revision', () => {
    const stream = streamOf()
    stream.read({ wh: 4, fromMinute: 15, minute: 30 })
    stream.read({ wh: 6, fromMinute: 0, minute: 15 })
    stream.read({ wh: 5, fromMinute: 15, minute: 30 })
    expect(stepsOf(stream)).toEqual([
      [1, 4, 15, 30],
      [2, 6, 0, 15],
      [3, 1, 15, 30],
    ])
  })

  test('that was held is priced in its own time once it is released', () => {
    const stream = streamOf({ capacity: 1_000_000n })
    stream.read({ wh: 9, fromMinute: 0, minute: 15 })
    stream.read({ wh: 5_000, fromMinute: 15, minute: 30 })
    stream.read({ wh: 9, fromMinute: 30, minute: 45 })
    stream.resolve({ kind: 'release' })
    expect(stepsOf(stream).at(-1)?.slice(1)).toEqual([5_000, 15, 30])
  })

  test('of another meter, all of a swap: from the earliest to the latest', () => {
    const stream = streamOf()
    stream.read({ wh: 1, fromMinute: 0, minute: 15, serial: 'A' })
    stream.read({ wh: 2, fromMinute: 15, minute: 30, serial: 'B' })
    stream.read({ wh: 3, fromMinute: 45, minute: 60, serial: 'B' })
    stream.resolve({ kind: 'swap', final: 0n, initial: 0n })
    expect(stepsOf(stream).at(-1)?.slice(1)).toEqual([5, 15, 60])
  })
})
