import type { HeldReading, RegisterState } from '../core/register.ts'
import type { Instant } from '../core/time.ts'

export interface SettledReading {
  readonly held: HeldReading
  /** `late`: it is kept and has changed nothing, like one that came too late. */
  readonly status: 'counted' | 'late'
}

/** An operator's entry, as far as it matters here. */
interface ResolutionEntry {
  readonly kind: string
  readonly document: Readonly<Record<string, unknown>>
}

/** What became of each reading that was held before a resolution and is not held after it. */
export function settledReadings(
  before: RegisterState,
  { kind, document }: ResolutionEntry,
  after: RegisterState,
): readonly SettledReading[] {
  const still = new Set(after.held.map(held => held.sequence))
  const settled = before.held.filter(held => !still.has(held.sequence))
  if (before.opened?.kind === 'interval') {
    return settled.map(held => ({ held, status: kind === 'write-off' ? 'late' : 'counted' }))
  }
  const dropped = kind === 'write-off' ? Number(document.dropped) : 0
  let last: Instant | undefined = kind === 'write-off' ? before.last?.measuredAt : undefined
  return settled.map((held, i) => {
    // The law passes over a chain's reading whose time is not after the one counted before it.
    if (i < dropped || (last !== undefined && held.measuredAt <= last)) return { held, status: 'late' }
    // A reading that a resolution begins with is counted at our time when the device's clock was ahead.
    last = last === undefined ? Math.min(held.measuredAt, held.receivedAt) : held.measuredAt
    return { held, status: 'counted' }
  })
}
