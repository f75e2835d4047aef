import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Evidence, verifyEvidence } from '../../src/proof/evidence/index.ts'
import type { Manifest } from './vectors.ts'

const read = (name: string) => readFileSync(join(import.meta.dirname, 'evil', name))
const { key, witness }: Manifest = JSON.parse(read('manifest.json').toString())
const good = read('good.evidence.json')
const options = { keys: [key], witnesses: [witness], previous: read('earlier.evidence.json') }

/**
 * What a signature vouches for: the file without the maker's own words, and without the question that the claim puts. What may be
 * left out of a file stands apart: raw bytes, anchors.
 */
function bound({ made: _, key: __, notes: ___, claim, raw = {}, anchors, ...evidence }: Evidence) {
  return {
    all: { ...evidence, claim: { ...claim, from: '', to: '' } },
    optional: [
      ...Object.entries(raw).map(([hash, { bytes }]) => [hash, bytes]),
      ...anchors.map(({ size, root }) => ({ size, root })),
    ],
  }
}

/** A changed file is not proven, or says in all that is bound what the good one says, and nothing beyond that. */
function isHarmless(changed: Uint8Array): boolean {
  const { verdict, evidence } = verifyEvidence(changed, options)
  if (verdict !== 'proven' || evidence === undefined) return true
  const { evidence: goodEvidence } = verifyEvidence(good, options)
  if (goodEvidence === undefined) throw new Error('the good file is not read')
  const [after, before] = [bound(evidence), bound(goodEvidence)]
  expect(after.all).toEqual(before.all)
  expect(before.optional).toEqual(expect.arrayContaining(after.optional))
  return true
}

const place = fc.nat(good.length - 1)

describe('a good file that somebody has changed', () => {
  it('in one bit is not proven any more, unless nothing that is bound has changed', () => {
    fc.assert(
      fc.property(place, fc.nat(7), (at, bit) =>
        isHarmless(good.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte))),
      ),
      { numRuns: 200 },
    )
  })

  it('in one character is not proven any more, unless nothing that is bound has changed', () => {
    fc.assert(
      fc.property(place, fc.constantFrom(...'0123456789abcXYZ-_"{}[],: \n'), (at, character) =>
        isHarmless(good.map((byte, i) => (i === at ? character.charCodeAt(0) : byte))),
      ),
      { numRuns: 200 },
    )
  })

  it('by taking a piece out, or by putting one in from elsewhere, neither', () => {
    fc.assert(
      fc.property(place, place, fc.nat(200), fc.boolean(), (at, from, length, takes) => {
        const piece = takes ? new Uint8Array(0) : good.subarray(from, from + length)
        return isHarmless(
          Buffer.concat([good.subarray(0, at), piece, good.subarray(takes ? at + length : at)]),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('is looked at to the end all the same: there is an answer, and no error, whatever is in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.json(), (bytes, json) => {
        expect(verifyEvidence(bytes).verdict).toBe('refuted')
        expect(verifyEvidence(`${json}\n`).verdict).toBe('refuted')
      }),
    )
  })
})
