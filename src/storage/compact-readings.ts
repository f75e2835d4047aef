import type { RawPayload, Reading } from '../core/reading.ts'

/**
 * Readings whose raw bytes have memory of their own. A view of a larger buffer, as sockets and pools hand them out, would
 * take all of that buffer with it to another thread.
 */
export function compactReadings(readings: readonly Reading[]): readonly Reading[] {
  if (!readings.some(({ raw }) => isWasteful(raw))) return readings
  const compacted = new Map<RawPayload, RawPayload>()
  return readings.map(reading => {
    const { raw } = reading
    if (!isWasteful(raw)) return reading
    // Readings of one answer share their payload, and must go on doing so.
    const own = compacted.get(raw) ?? { ...raw, bytes: new Uint8Array(raw.bytes) }
    compacted.set(raw, own)
    return { ...reading, raw: own }
  })
}

function isWasteful({ bytes }: RawPayload): boolean {
  return bytes.buffer.byteLength > bytes.byteLength + 1_024
}
