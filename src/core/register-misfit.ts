import { energyOf } from './power.ts'
import type { RegisterLimits } from './register.ts'
import type { Instant } from './time.ts'

/** A point on a counter's line. */
interface Base {
  readonly energy: bigint
  readonly measuredAt: Instant
  readonly serial: string | null | undefined
}

/** Why a counter value can't come after a base; undefined when it can. */
export function misfit(
  base: Base,
  value: { energy: bigint; measuredAt: Instant; serial: string | null | undefined },
  limits: RegisterLimits,
): 'fall' | 'rise' | 'serial' | undefined {
  if (base.serial && value.serial && base.serial !== value.serial) return 'serial'
  if (value.energy < base.energy) return 'fall'
  return exceeds(value.energy - base.energy, value.measuredAt - base.measuredAt, limits) ? 'rise' : undefined
}

/** True above capacity x time x 1.2 and one step of the meter's display; never without a capacity. */
export function exceeds(
  energy: bigint,
  milliseconds: number,
  { capacity, resolution }: RegisterLimits,
): boolean {
  return capacity !== undefined && energy > (energyOf(capacity, milliseconds) * 12n) / 10n + resolution
}
