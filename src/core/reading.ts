import type { ExactEnergy } from './energy.ts'
import type { Instant } from './time.ts'

/** What a source measures: energy taken from the grid or consumed (`import`), or delivered or produced (`export`). */
export type Channel = 'import' | 'export'

/** The meter as it names itself. */
export interface Device {
  readonly manufacturer?: string
  readonly model?: string
  readonly serial?: string
}

/** The bytes in which a source said something, as they came. */
export interface RawPayload {
  readonly bytes: Uint8Array
  /** Media type without parameters, like `text/xml`. */
  readonly mediaType: string
}

/**
 * What a source said about one channel at one instant (`counter`: the meter's running total) or for one
 * interval (`interval`: the energy of `[from, measuredAt)`).
 */
export interface SourceReading extends ExactEnergy {
  readonly channel: Channel
  readonly kind: 'counter' | 'interval'
  /** The instant of a counter; the end of an interval. */
  readonly measuredAt: Instant
  /** The start of an interval. */
  readonly from?: Instant
  readonly device: Device
  /** The source's own remark on the value, like `estimated`. */
  readonly quality?: string
  /** Readings of one answer share one object. */
  readonly raw: RawPayload
}

/** A reading as the log takes it. Its key is (stream, measuredAt, from): a stream has one channel. */
export interface Reading extends SourceReading {
  /** When the gateway had it, by the gateway's clock. */
  readonly receivedAt: Instant
  /** How it came: the driver, and every exception from the TLS rule. */
  readonly provenance: string
}
