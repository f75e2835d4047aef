import { EnergywebError, toEnergywebError } from '../core/errors.ts'
import type { SourceReading } from '../core/reading.ts'
import type { ReadRequest, Source, SourceResult } from '../core/source.ts'

/** What one poll brings: readings, an error, or an answer worked out from the request. */
export type FakePoll =
  | readonly SourceReading[]
  | EnergywebError
  | ((request: ReadRequest) => Promise<SourceResult> | SourceResult)

export interface FakeSource extends Source {
  /** The requests so far. */
  readonly requests: readonly ReadRequest[]
  readonly closed: boolean
  /** Adds polls to come. */
  add(...polls: readonly FakePoll[]): void
}

/**
 * A source that brings what it is told, poll by poll; when nothing is left it brings nothing new.
 *
 * @example
 * const source = fakeSource([fakeReading({ energy: 3_600_000n, measuredAt: 0 })], new EnergywebError('source-timeout', 'silent'))
 */
export function fakeSource(...script: FakePoll[]): FakeSource {
  const requests: ReadRequest[] = []
  let closed = false
  return {
    kind: 'fake',
    exceptions: [],
    requests,
    get closed() {
      return closed
    },
    add: (...polls) => void script.push(...polls),
    async read(request) {
      requests.push(request)
      if (request.signal.aborted) throw toEnergywebError(request.signal.reason, 'aborted')
      const poll = script.shift() ?? []
      if (poll instanceof EnergywebError) throw poll
      return typeof poll === 'function' ? poll(request) : { readings: poll, warnings: [] }
    },
    async close() {
      closed = true
    },
  }
}

/** A counter reading of the export channel, unless told otherwise. */
export function fakeReading(
  reading: Pick<SourceReading, 'energy' | 'measuredAt'> & Partial<SourceReading>,
): SourceReading {
  const bytes = new TextEncoder().encode(`${reading.energy} mJ at ${reading.measuredAt}`)
  return {
    channel: 'export',
    kind: reading.from === undefined ? 'counter' : 'interval',
    fraction: '',
    device: { manufacturer: 'fake', serial: 'F-1' },
    raw: { bytes, mediaType: 'text/plain' },
    ...reading,
  }
}
