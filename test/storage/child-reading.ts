import type { Reading } from '../../src/core/reading.ts'

export const line = 'roof/origin'
export const wattHour = 3_600_000n

/** The n-th reading of the children's meter: n Wh after n minutes, in 1 kB of raw bytes of its own. */
export function childReading(n: number): Reading {
  const measuredAt = Date.parse('2024-05-01T00:00:00Z') + n * 60_000
  return {
    channel: 'export',
    kind: 'counter',
    energy: BigInt(n) * wattHour,
    fraction: '',
    measuredAt,
    receivedAt: measuredAt + 1,
    device: { serial: 'S-1' },
    provenance: 'child',
    raw: { bytes: new TextEncoder().encode(`<reading n="${n}">`.padEnd(1_000, '.')), mediaType: 'text/xml' },
  }
}
