import type { Clock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'

/** A quarter of an hour, then twice as long each time, up to a day: services lock accounts after a few wrong passwords. */
const first = 900_000
const longest = 86_400_000

/** Leaves an account alone whose password was refused. */
export interface RefusedRest {
  /** @throws EnergywebError `source-unauthorized` while it rests */
  check(where: string, hint: string): void
  /** A log-in was refused. */
  begin(): void
  /** One was accepted. */
  over(): void
}

export function refusedRest(clock: Clock): RefusedRest {
  let until = Number.NEGATIVE_INFINITY
  let next = first
  return {
    check(where, hint) {
      const left = until - clock.monotonic()
      if (left <= 0) return
      const minutes = Math.ceil(left / 60_000)
      throw new EnergywebError(
        'source-unauthorized',
        `${where}: the log-in was refused; not tried again for another ${minutes} min`,
        { hint },
      )
    },
    begin() {
      until = clock.monotonic() + next
      next = Math.min(next * 2, longest)
    },
    over() {
      until = Number.NEGATIVE_INFINITY
      next = first
    },
  }
}
