import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBase64url } from '../../core/bytes.ts'
import { leafHash, merkleRoot } from '../../proof/merkle.ts'
import { type ComparedEntry, compareWithEntries } from './compare-entries.ts'

const leaf = (sequence: number) => leafHash(`entry ${sequence}`)

/** A stream whose totals, in mJ, are given; undefined for an entry that says none. */
function stream(totals: readonly (bigint | undefined)[]): ComparedEntry[] {
  return totals.map((total, sequence) => ({
    sequence,
    leaf: toBase64url(leaf(sequence)),
    total,
    isOpening: sequence === 0,
  }))
}

const rootOf = (first: number, last: number) =>
  toBase64url(merkleRoot(Array.from({ length: last - first + 1 }, (_, i) => leaf(first + i))))

const wattHour = 3_600_000n
const entries = stream([
  5n * wattHour,
  7n * wattHour - 1n,
  undefined,
  9n * wattHour,
  undefined,
  12n * wattHour,
])
const later = { energy: 3n, total: 4n, first: 2, last: 4, root: rootOf(2, 4) }

describe('a request held against entries', () => {
  test('agrees when root and energy come out of them, in whatever order they are', () => {
    const outcomes = compareWithEntries(later, entries.toReversed()).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['agrees', 'agrees'])
    // The first one counts from what the register was opened with.
    const first = { energy: 1n, total: 1n, first: 0, last: 1, root: rootOf(0, 1) }
    expect(compareWithEntries(first, entries)).toMatchObject([{ outcome: 'agrees' }, { outcome: 'agrees' }])
  })

  test('differs by one Wh, and by one entry', () => {
    expect(compareWithEntries({ ...later, energy: 2n }, entries)).toMatchObject([
      { part: 'root', outcome: 'agrees' },
      { part: 'energy', outcome: 'differs', text: 'the register rose by 3 Wh, the request says 2 Wh' },
    ])
    const changed = entries.map(one => (one.sequence === 3 ? { ...one, leaf: toBase64url(leaf(99)) } : one))
    expect(compareWithEntries(later, changed)).toMatchObject([{ outcome: 'differs' }, { outcome: 'agrees' }])
  })

  test('is left open where entries are missing', () => {
    const without = (...sequences: number[]) => entries.filter(one => !sequences.includes(one.sequence))
    expect(compareWithEntries(later, without(3))[0]?.outcome).toBe('open')
    expect(compareWithEntries(later, without(1))[1]?.outcome).toBe('open')
    // An earlier total says nothing of what entries that are not there have counted.
    expect(compareWithEntries(later, without(3))[1]?.outcome).toBe('open')
    const hidden = entries.map(one => (one.sequence === 3 ? { ...one, total: 'hidden' as const } : one))
    expect(compareWithEntries(later, hidden)).toMatchObject([{ outcome: 'agrees' }, { outcome: 'open' }])
    expect(compareWithEntries(later, [])).toMatchObject([{ outcome: 'open' }, { outcome: 'open' }])
  })

  test('sums of consecutive requests are the register, whatever the fractions', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 10n ** 9n), { minLength: 2, maxLength: 20 }), steps => {
        let total = 0n
        const all = stream([0n, ...steps.map(step => (total += step))])
        let before = 0n
        for (let sequence = 1; sequence < all.length; sequence++) {
          const now = steps.slice(0, sequence).reduce((sum, step) => sum + step, 0n) / wattHour
          const request = { energy: now - before, total: now, first: sequence, last: sequence }
          const parts = compareWithEntries({ ...request, root: rootOf(sequence, sequence) }, all)
          expect(parts.every(({ outcome }) => outcome === 'agrees')).toBe(true)
          before = now
        }
        expect(before).toBe(total / wattHour)
      }),
    )
  })
})
