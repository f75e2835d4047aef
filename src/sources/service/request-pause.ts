import type { Clock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import { retryAfter } from '../../core/retry-after.ts'
import type { HttpResponse } from '../../core/source.ts'

const shortest = 1_000
const longest = 3_600_000
/** Without a word from the service: a minute, then twice as long each time, up to a quarter of an hour. */
const first = 60_000
const longestGuess = 900_000

/** Leaves a service alone for as long as it asks to be. */
export interface RequestPause {
  /** @throws EnergywebError `source-failed`, retryable, while the service wants no requests; none is made then */
  check(where: string): void
  /** Takes notice of an answer: 429, or 503 with `Retry-After` (RFC 9110 section 10.2.3). */
  heed(response: HttpResponse): void
}

export function requestPause(clock: Clock): RequestPause {
  let until = Number.NEGATIVE_INFINITY
  let guess = first
  return {
    check(where) {
      const rest = until - clock.monotonic()
      if (rest <= 0) return
      throw new EnergywebError(
        'source-failed',
        `${where}: not asked: the service wants no requests for another ${Math.ceil(rest / 1_000)} s`,
        { retryable: true, hint: 'It is asked again after that. Fewer requests, or a larger plan, help.' },
      )
    },
    heed({ status, headers }) {
      const told = pauseAskedFor(headers['retry-after'], clock.now())
      if (status === 429) {
        until = clock.monotonic() + (told ?? guess)
        guess = Math.min(guess * 2, longestGuess)
      } else if (status === 503 && told !== undefined) until = clock.monotonic() + told
      else if (status < 400) guess = first
    },
  }
}

function pauseAskedFor(header: string | undefined, now: number): number | undefined {
  const asked = retryAfter(header, now)
  return asked === undefined ? undefined : Math.min(Math.max(asked, shortest), longest)
}
