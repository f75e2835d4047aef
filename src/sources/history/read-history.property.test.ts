import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EnergywebError } from '../../core/errors.ts'
import type { SourceResult } from '../../core/source.ts'
import { type EnergyItem, inOrder } from './items.ts'
import { type HistoryPart, readHistory } from './read-history.ts'
import { toReadings } from './readings.ts'

const hour = 3_600_000
const quarter = 900_000
const begin = Date.UTC(2024, 0, 1)
const raw = { bytes: new Uint8Array(), mediaType: 'application/json' }
const series = { channel: 'export', kind: 'interval', device: {} } as const

/** Quarter hours with energies, some left out. */
const plant = fc.array(fc.option(fc.bigInt({ min: 0n, max: 9_000n }), { freq: 8 }), {
  minLength: 1,
  maxLength: 300,
})

function history(energies: readonly (bigint | null)[]): EnergyItem[] {
  return energies.flatMap((energy, i) =>
    energy === null ? [] : [{ energy, fraction: '', time: begin + (i + 1) * quarter, raw }],
  )
}

/** A service that has what ended by now, in no order, and can't answer more than `most` rows unless an hour is all that is asked. */
function service(items: readonly EnergyItem[], { now, most }: { now: number; most: number }) {
  return async ({ start, end, after }: HistoryPart): Promise<SourceResult> => {
    const found = items.filter(({ time }) => time >= start && time <= Math.min(end, now))
    if (found.length > most && end - start > hour) throw new EnergywebError('source-too-large', 'too much')
    const { items: sorted, warnings } = inOrder(found.toReversed())
    return { readings: toReadings(sorted, series, { after, interval: quarter }), warnings }
  }
}

// Fails when an answer that only says again what is known counts as one with news, or when `start` forgets the interval.
it('brings every interval to the log once, whatever the rhythm, the overlap and the size of an answer (U9)', async () => {
  await fc.assert(
    fc.asyncProperty(
      plant,
      fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 5, max: 60 }),
      fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      async (energies, rhythm, most, overlapQuarters) => {
        const items = history(energies)
        const end = begin + energies.length * quarter
        const options = {
          lookback: hour,
          interval: quarter,
          overlap: overlapQuarters && overlapQuarters * quarter,
        }
        const log = new Map<number, { from: number | undefined; energy: bigint }>()
        let now = begin
        let since = begin
        const poll = async () => {
          const { readings } = await readHistory(
            { since },
            { ...options, now },
            service(items, { now, most }),
          )
          for (const { measuredAt, from, energy } of readings) {
            const known = log.get(measuredAt)
            if (known !== undefined) expect({ from, energy }).toEqual(known)
            log.set(measuredAt, { from, energy })
            since = Math.max(since, measuredAt)
          }
          return readings
        }
        for (const minutes of rhythm) {
          now = Math.min(end, now + minutes * 60_000)
          await poll()
        }
        now = end
        for (let before = -1; before !== since; ) {
          before = since
          await poll()
        }
        expect([...log].sort(([a], [b]) => a - b).map(([time, { energy }]) => [time, energy])).toEqual(
          items.map(({ time, energy }) => [time, energy]),
        )
        for (const [time, { from }] of log) expect(from).toBe(time - quarter)
      },
    ),
    { numRuns: 300 },
  )
})
