import { expect, it } from 'vitest'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { requestPause } from './request-pause.ts'

const answer = (status: number, retryAfter?: string) => ({
  status,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  body: new Uint8Array(),
})

/** Seconds until the service may be asked again, looked at second by second. */
async function secondsOf(pause: ReturnType<typeof requestPause>, clock: VirtualClock): Promise<number> {
  for (let seconds = 0; ; seconds++) {
    try {
      pause.check('https://grid.example')
      return seconds
    } catch (error) {
      expect(error).toMatchObject({ code: 'source-failed', retryable: true, hint: expect.any(String) })
      await clock.advance(1_000)
    }
  }
}

function scene() {
  const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1, 8) })
  return { clock, pause: requestPause(clock) }
}

it.each([
  ['30', 30],
  ['Wed, 01 May 2024 08:02:00 GMT', 120],
  // Nobody is left alone for longer than an hour, nor asked again at once.
  ['86400', 3_600],
  ['0', 1],
  ['Wed, 01 May 2024 07:00:00 GMT', 1],
  // Nonsense is no word.
  ['soon', 60],
  ['-5', 60],
])('429 with Retry-After: %s pauses %i s', async (retryAfter, seconds) => {
  const { clock, pause } = scene()
  pause.heed(answer(429, retryAfter))
  expect(await secondsOf(pause, clock)).toBe(seconds)
})

it('without a word the pause doubles up to a quarter of an hour, and a good answer ends that', async () => {
  const { clock, pause } = scene()
  for (const seconds of [60, 120, 240, 480, 900, 900]) {
    pause.heed(answer(429))
    expect(await secondsOf(pause, clock)).toBe(seconds)
  }
  pause.heed(answer(200))
  pause.heed(answer(429))
  expect(await secondsOf(pause, clock)).toBe(60)
})

it('503 pauses only when it says for how long; other failures never do', async () => {
  const { clock, pause } = scene()
  pause.heed(answer(503, '45'))
  expect(await secondsOf(pause, clock)).toBe(45)
  for (const status of [503, 500, 404, 401]) pause.heed(answer(status))
  expect(await secondsOf(pause, clock)).toBe(0)
})
