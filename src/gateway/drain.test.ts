import { expect, test } from 'vitest'
import { Drain, hoursToDrain } from './drain.ts'

const minute = 60_000

test('how fast a queue is worked off is learnt from a long one, never from the trickle of every day', () => {
  const drain = new Drain()
  // Every day: one entry a minute arrives, one becomes final.
  for (let n = 0; n < 60; n++) drain.look('roof/origin', { at: n * minute, cursor: n, backlog: 2 })
  expect(drain.of('roof/origin')).toEqual({ perHour: undefined, arrivingPerHour: 60 })
  // The chain is away for an hour, then it takes 100 entries a minute.
  drain.look('roof/origin', { at: 60 * minute, cursor: 59, backlog: 1_000 })
  for (let n = 1; n <= 5; n++) {
    drain.look('roof/origin', { at: (60 + n) * minute, cursor: 59 + 100 * n, backlog: 1_000 - 99 * n })
  }
  expect(drain.of('roof/origin').perHour).toBeCloseTo(6_000, 5)
  const again = new Drain(drain.rates)
  expect(hoursToDrain(600, again.of('roof/origin'))).toBeCloseTo(0.1, 5)
})

test('time in which nothing moves, or in which the gateway slept, says nothing', () => {
  const drain = new Drain({ 'roof/origin': 600 })
  drain.look('roof/origin', { at: 0, cursor: 10, backlog: 500 })
  drain.look('roof/origin', { at: minute, cursor: 10, backlog: 500 })
  drain.look('roof/origin', { at: 60 * minute, cursor: 500, backlog: 10 })
  drain.look('roof/origin', { at: 30 * minute, cursor: 510, backlog: 0 })
  expect(drain.rates).toEqual({ 'roof/origin': 600 })
})

test('what arrives meanwhile makes it longer, and may make it endless', () => {
  expect(hoursToDrain(100, { perHour: undefined, arrivingPerHour: 5 })).toBeUndefined()
  expect(hoursToDrain(100, { perHour: 200, arrivingPerHour: undefined })).toBe(0.5)
  expect(hoursToDrain(100, { perHour: 200, arrivingPerHour: 100 })).toBe(1)
  expect(hoursToDrain(100, { perHour: 200, arrivingPerHour: 200 })).toBe(Number.POSITIVE_INFINITY)
})
