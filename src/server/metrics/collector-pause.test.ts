import { expect, test } from 'vitest'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { CollectorPause } from './collector-pause.ts'

const answer = (status: number, after?: string) => ({
  status,
  headers: { ...(after !== undefined && { 'retry-after': after }) },
  body: new Uint8Array(),
})

test.each([
  ['30', 30_000],
  ['Sat, 01 Jun 2024 00:01:00 GMT', 60_000],
  [String(365 * 86_400), 3_600_000],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 3_600_000],
])('Retry-After: %s is heeded for %i ms', async (after, milliseconds) => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 5, 1) })
  const pause = new CollectorPause(clock)
  expect(pause.isOver).toBe(true)
  pause.heed(answer(429, after))
  await clock.advance(milliseconds - 1)
  expect(pause.isOver).toBe(false)
  await clock.advance(1)
  expect(pause.isOver).toBe(true)
})

test.each([
  [429, undefined],
  [503, String(2 ** 53)],
  [503, '-1'],
  [429, 'Infinity'],
  [500, '30'],
])('%i with Retry-After: %s asks for no pause', (status, after) => {
  const pause = new CollectorPause(new VirtualClock())
  pause.heed(answer(status, after))
  expect(pause.isOver).toBe(true)
})
