import { parseDuration } from '../core/duration.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Instant } from '../core/time.ts'
import type { GatewayAsset } from './asset.ts'

/** How long, in milliseconds, the wait for the next poll may usually be at an instant. */
export type Rhythm = (at: Instant) => number

/**
 * The rhythm in which an asset is read. By wall clock the waits may differ, as over a night in which nothing is read: it is
 * the longer of the wait that is going on and the next one, since a reading may be of a moment just before its slot.
 * @throws EnergywebError `duration-invalid`, `task-invalid`
 */
export function rhythmOf({ name, every, trigger }: GatewayAsset): Rhythm {
  if (every !== undefined) {
    const milliseconds = parseDuration(every)
    return () => milliseconds
  }
  if (trigger === undefined) {
    throw new EnergywebError('task-invalid', `asset "${name}" is never read`, {
      hint: 'Give it `every` or `trigger`.',
    })
  }
  return at => {
    const next = trigger.nextAfter(at)
    return Math.max(next - at, trigger.nextAfter(next) - next)
  }
}
