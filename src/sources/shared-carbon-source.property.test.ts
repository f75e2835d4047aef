import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CarbonIntensity, CarbonRequest, CarbonSource } from '../core/carbon.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { sharedCarbonSource } from './shared-carbon-source.ts'

const raw = { bytes: new Uint8Array(), mediaType: 'application/json' }
const step = 5

/** Settled values of five units each, some of which do not exist; each read takes `delay`. */
function grid(clock: VirtualClock, holes: ReadonlySet<number>, delay: number) {
  const said = ({ from, to }: Pick<CarbonRequest, 'from' | 'to'>): CarbonIntensity[] => {
    const intensities: CarbonIntensity[] = []
    for (let at = Math.floor(from / step) * step; at < to; at += step) {
      const value = { from: at, to: at + step, factor: BigInt(at) }
      if (!holes.has(at / step)) intensities.push({ ...value, basis: 'average', estimated: false, raw })
    }
    return intensities
  }
  const source: CarbonSource = {
    kind: 'grid',
    basis: 'average',
    exceptions: [],
    read: request =>
      new Promise(resolve => clock.after(delay, () => resolve({ intensities: said(request), warnings: [] }))),
    close: async () => undefined,
  }
  return { source, said }
}

const request = fc.record({
  at: fc.integer({ min: 0, max: 200 }),
  from: fc.integer({ min: 0, max: 100 }),
  length: fc.integer({ min: 1, max: 40 }),
})

test('whoever asks, whenever, gets exactly what the source itself would have said', async () => {
  const holes = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 10 })
  const most = fc.integer({ min: 0, max: 12 })
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 12 }), holes, most, async (requests, missing, bound) => {
      const clock = new VirtualClock({ start: 0 })
      const { source, said } = grid(clock, new Set(missing), 7)
      const shared = sharedCarbonSource(source, { clock, absentFor: 30, settledFor: 50, most: bound })
      const signal = new AbortController().signal
      const reads = requests.map(({ at, from, length }) => {
        const range = { from, to: from + length }
        const reading = Promise.withResolvers<unknown>()
        clock.after(at, () => {
          shared.read({ ...range, signal }).then(reading.resolve, reading.reject)
        })
        return { range, result: reading.promise }
      })
      await clock.advance(1_000)
      for (const { range, result } of reads)
        expect(await result).toEqual({ intensities: said(range), warnings: [] })
    }),
    { numRuns: 200 },
  )
})
