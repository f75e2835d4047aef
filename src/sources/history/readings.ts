import type { Channel, Device, SourceReading } from '../../core/reading.ts'
import type { Instant } from '../../core/time.ts'
import type { EnergyItem } from './items.ts'

/** What the items of a history are values of. */
export interface Series {
  readonly channel: Channel
  readonly kind: 'counter' | 'interval'
  readonly device: Device
}

/**
 * Makes readings of what ends after an instant. An interval's end is what the service says; its start is `interval`
 * before that, or the item before if that one is nearer, so that intervals never overlap and never span a hole.
 *
 * @param items - in order of time
 */
export function toReadings(
  items: readonly EnergyItem[],
  { channel, kind, device }: Series,
  { after, interval }: { after: Instant; interval: number | undefined },
): SourceReading[] {
  const readings: SourceReading[] = []
  let earlier = Number.NEGATIVE_INFINITY
  let latest = Number.NEGATIVE_INFINITY
  for (const { time, energy, fraction, raw } of items) {
    if (time !== latest) earlier = latest
    latest = time
    if (time <= after) continue
    const reading = { channel, kind, energy, fraction, measuredAt: time, device, raw }
    readings.push(
      kind === 'counter' || interval === undefined
        ? reading
        : { ...reading, from: Math.max(earlier, time - interval) },
    )
  }
  return readings
}
