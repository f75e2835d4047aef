import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CarbonIntensity } from '../../core/carbon.ts'
import { inOrder, toIntensities } from './intensities.ts'

const raw = { bytes: new Uint8Array(), mediaType: 'application/json' }

const intensity = fc
  .record({
    from: fc.integer({ min: 0, max: 40 }),
    length: fc.integer({ min: 1, max: 8 }),
    factor: fc.bigInt({ min: 0n, max: 2n }),
    estimated: fc.boolean(),
  })
  .map(
    ({ from, length, factor, estimated }): CarbonIntensity => ({
      ...{ from, to: from + length, factor, estimated, basis: 'average', raw },
    }),
  )
const answers = fc.array(fc.array(intensity, { maxLength: 8 }), { maxLength: 4 })
const range = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 20 }))
  .map(([from, length]) => ({ from, to: from + length }))
const resultsOf = (lists: readonly CarbonIntensity[][]) =>
  lists.map(intensities => ({ intensities, warnings: [] }))

describe('what several answers said', () => {
  it('comes in order, without overlaps, of the time of interest, and nothing of it is invented', () => {
    fc.assert(
      fc.property(answers, range, (lists, wanted) => {
        const { intensities } = inOrder(resultsOf(lists), wanted)
        for (const [index, one] of intensities.entries()) {
          expect(lists.flat()).toContain(one)
          expect(one.from < wanted.to && one.to > wanted.from).toBe(true)
          expect(one.to).toBeLessThanOrEqual(intensities[index + 1]?.from ?? Number.POSITIVE_INFINITY)
        }
      }),
      { numRuns: 2_000 },
    )
  })
  it('counts where nothing contradicts it, and only there', () => {
    fc.assert(
      fc.property(answers, range, (lists, wanted) => {
        const said = lists.flat().filter(one => one.from < wanted.to && one.to > wanted.from)
        const contradicts = (a: CarbonIntensity, b: CarbonIntensity) =>
          a.from < b.to && b.from < a.to && !(a.from === b.from && a.to === b.to && a.factor === b.factor)
        const held = said.filter(one => !said.some(other => contradicts(one, other)))
        const key = ({ from, to, factor }: CarbonIntensity) => `${from} ${to} ${factor}`
        const { intensities, warnings } = inOrder(resultsOf(lists), wanted)
        expect(new Set(intensities.map(key))).toEqual(new Set(held.map(key)))
        expect(warnings.length > 0).toBe(held.length < said.length)
      }),
      { numRuns: 2_000 },
    )
  })
  it('does not depend on the order of the answers', () => {
    fc.assert(
      fc.property(answers, range, (lists, wanted) => {
        const forwards = inOrder(resultsOf(lists), wanted)
        const backwards = inOrder(resultsOf(lists.map(list => [...list].reverse()).reverse()), wanted)
        expect(backwards.intensities).toEqual(forwards.intensities)
      }),
    )
  })
})

describe('a value', () => {
  it("is the service's decimal text, exactly, in attograms a kWh", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 0, max: 999_999 }), (whole, part) => {
        const value = `${whole}.${String(part).padStart(6, '0')}`
        const said = [{ from: 0, to: 1, value, estimated: false }]
        const meaning = { unit: 'g/kWh', basis: 'average', raw, where: 'https://grid.example' } as const
        const [one] = toIntensities(said, meaning).intensities
        expect(one?.factor).toBe((BigInt(whole) * 1_000_000n + BigInt(part)) * 10n ** 12n)
      }),
    )
  })
})
