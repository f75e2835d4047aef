import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromBase64url, toBase64url } from '../../src/core/bytes.ts'
import { decodeEvidence } from '../../src/proof/evidence/index.ts'
import { leafHash } from '../../src/proof/merkle.ts'
import { verifyInclusion } from '../../src/proof/verify-inclusion.ts'
import { roofEvidence, roofLog } from '../../test/page/roof-log.ts'
import { pathSteps } from './path-steps.ts'
import { SegmentPaths } from './reading-path.ts'

const roof = roofLog({ readings: 40 })
const evidence = decodeEvidence(await roofEvidence(roof, { from: 4, to: 30 }))

describe('the path of a reading', () => {
  test('has the bytes and the hashes that the log has, from the fields to the signed root', () => {
    const paths = new SegmentPaths(evidence, 0)
    const first = evidence.segments[0]?.first ?? 0
    for (const stored of roof.entries.slice(first, first + (evidence.segments[0]?.entries.length ?? 0))) {
      const path = paths.pathOf(stored.entry.sequence)
      expect(path.commitment).toEqual(stored.entry.document)
      expect(path.leaf).toBe(toBase64url(stored.leaf))
      expect(leafHash(path.entry)).toEqual(stored.leaf)
      expect(path.inclusion).toMatchObject({ holds: true, root: toBase64url(roof.log.root()) })
      expect(Object.fromEntries(path.fields.map(({ name, value }) => [name, value]))).toEqual(
        Object.fromEntries(
          Object.entries(stored.document).map(([name, value]) => [
            name,
            value === null ? null : String(value),
          ]),
        ),
      )
      expect(path.chain[0]?.leaf).toBe(path.leaf)
      expect(path.chain.at(-1)?.sequence).toBe(first + (evidence.segments[0]?.entries.length ?? 0) - 1)
    }
  })

  test('does not hold when the root is another one', () => {
    const index = (evidence.segments[0]?.inclusion.index ?? 0) - 1
    const segments = evidence.segments.map(segment => ({
      ...segment,
      inclusion: { ...segment.inclusion, index },
    }))
    const path = new SegmentPaths({ ...evidence, segments }, 0).pathOf(evidence.segments[0]?.first ?? 0)
    expect(path.inclusion.holds).toBe(false)
  })

  test('is refused for what is not in the file', () => {
    expect(() => new SegmentPaths(evidence, 9)).toThrow('no segment 9')
    expect(() => new SegmentPaths(evidence, 0).pathOf(9_999)).toThrow('entry 9999')
  })
})

test('steps through the tree come to the root of every leaf, as the verifier has it', () => {
  const { log } = roofLog({ readings: 30 })
  for (let size = 1; size <= log.entries.length; size++) {
    for (const { index, leaf } of log.entries.slice(0, size)) {
      const path = log.inclusion(index, size)
      const { hash, steps } = pathSteps({ index, size, leaf, path })
      expect(verifyInclusion({ index, size, leaf, path, root: hash })).toBe(true)
      expect(steps.map(({ sibling }) => fromBase64url(sibling))).toEqual(path)
    }
  }
})

test('the answer of the source stands above its reading, and tells whether it is the one that was hashed', async () => {
  const file = decodeEvidence(
    readFileSync(join(import.meta.dirname, '../../test/evidence/evil/good.evidence.json')),
  )
  const segment = file.segments[0]
  if (segment === undefined) throw new Error('the good file has no segment')
  const paths = segment.entries.flatMap((entry, i) =>
    'sealed' in entry ? [] : [new SegmentPaths(file, 0).pathOf(segment.first + i)],
  )
  const answers = paths.flatMap(({ raw }) => (raw === undefined ? [] : [raw]))
  expect(answers.length).toBeGreaterThan(0)
  for (const raw of answers) expect(raw).toMatchObject({ holds: true, length: expect.any(Number) })
})
