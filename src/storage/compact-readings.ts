import type { CarbonVerdict } from '../core/carbon-log.ts'
import type { RawPayload, Reading } from '../core/reading.ts'

/**
 * Readings whose raw bytes have memory of their own. A view of a larger buffer, as sockets and pools hand them out, would
 * take all of that buffer with it to another thread.
 */
export function compactReadings(readings: readonly Reading[]): readonly Reading[] {
  if (!readings.some(({ raw }) => isWasteful(raw))) return readings
  const compact = compactor()
  return readings.map(reading => ({ ...reading, raw: compact(reading.raw) }))
}

/** The same for what steps of a carbon register are priced with. */
export function compactVerdicts(verdicts: readonly CarbonVerdict[]): readonly CarbonVerdict[] {
  const compact = compactor()
  return verdicts.map(verdict =>
    verdict.quote === undefined
      ? verdict
      : { ...verdict, quote: { ...verdict.quote, raw: compact(verdict.quote.raw) } },
  )
}

/** Readings of one answer share their payload, and must go on doing so. */
function compactor(): (raw: RawPayload) => RawPayload {
  const compacted = new Map<RawPayload, RawPayload>()
  return raw => {
    if (!isWasteful(raw)) return raw
    const own = compacted.get(raw) ?? { ...raw, bytes: new Uint8Array(raw.bytes) }
    compacted.set(raw, own)
    return own
  }
}

function isWasteful({ bytes }: RawPayload): boolean {
  return bytes.buffer.byteLength > bytes.byteLength + 1_024
}
