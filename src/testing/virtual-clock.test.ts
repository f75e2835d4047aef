import { expect, test } from 'vitest'
import { sleep } from '../core/clock.ts'
import { VirtualClock } from './virtual-clock.ts'

test('timers fire in order of time, and in order of setting when due together', async () => {
  const clock = new VirtualClock({ start: 0 })
  const seen: string[] = []
  const note = (name: string) => () => seen.push(`${name}@${clock.now()}`)
  clock.after(20, note('c'))
  clock.after(10, note('a'))
  clock.after(10, note('b'))
  clock.after(31, note('never'))
  await clock.advance(30)
  expect(seen).toEqual(['a@10', 'b@10', 'c@20'])
  expect(clock.monotonic()).toBe(30)
  expect(clock.pending).toBe(1)
})

test('asynchronous code runs between two timers, and what it sets falls into the same advance', async () => {
  const clock = new VirtualClock({ start: 0 })
  const seen: number[] = []
  const walk = async () => {
    for (let step = 0; step < 5; step++) {
      await sleep(10, { clock })
      seen.push(clock.now())
    }
  }
  const walking = walk()
  await clock.advance(50)
  await walking
  expect(seen).toEqual([10, 20, 30, 40, 50])
})

test('a cancelled timer never fires, not even when cancelled by one due at the same moment', async () => {
  const clock = new VirtualClock()
  let fired = 0
  clock.after(10, () => cancel())
  const cancel = clock.after(10, () => fired++)
  await clock.advance(100)
  expect(fired).toBe(0)
})

test('the wall clock jumps alone, and timers go by monotonic time', async () => {
  const clock = new VirtualClock({ start: 1_000_000 })
  let fired = 0
  clock.after(60_000, () => fired++)
  clock.jumpWallClock(3_600_000)
  await clock.advance(59_999)
  expect(fired).toBe(0)
  await clock.advance(1)
  expect(fired).toBe(1)
  expect(clock.now()).toBe(1_000_000 + 3_600_000 + 60_000)
  expect(clock.monotonic()).toBe(60_000)
})

test('after a stall, what became due fires late', async () => {
  const clock = new VirtualClock({ start: 0 })
  const seen: number[] = []
  clock.after(10, () => seen.push(clock.monotonic()))
  clock.stall(500)
  expect(seen).toEqual([])
  await clock.advance(0)
  expect(seen).toEqual([500])
})

test('it advances to an instant and refuses to go back', async () => {
  const clock = new VirtualClock({ start: 1_000 })
  await clock.advanceTo(5_000)
  expect(clock.now()).toBe(5_000)
  await expect(clock.advanceTo(4_000)).rejects.toMatchObject({ code: 'argument-invalid' })
})
