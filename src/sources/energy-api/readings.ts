import type { RawPayload, SourceReading } from '../../core/reading.ts'
import type { Instant } from '../../core/time.ts'
import type { Asset } from './asset.ts'
import type { EnergyItem } from './energies.ts'

/**
 * Makes readings of what ends after `since`. An interval's end is what the service says; its start is `interval`
 * before that, or the item before if that one is nearer, so that intervals never overlap and never span a hole.
 */
export function toReadings(
  items: readonly EnergyItem[],
  context: { asset: Asset; raw: RawPayload; since?: Instant | undefined; interval?: number | undefined },
): SourceReading[] {
  const { asset, raw, since = Number.NEGATIVE_INFINITY, interval } = context
  const { channel, kind, device } = asset
  const readings: SourceReading[] = []
  let earlier = Number.NEGATIVE_INFINITY
  let latest = Number.NEGATIVE_INFINITY
  for (const { time, energy, fraction } of items) {
    if (time !== latest) earlier = latest
    latest = time
    if (time <= since) continue
    const reading = { channel, kind, energy, fraction, measuredAt: time, device, raw }
    readings.push(interval === undefined ? reading : { ...reading, from: Math.max(earlier, time - interval) })
  }
  return readings
}
