import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodeEvidence } from '../../src/proof/evidence/index.ts'
import type { ProveOptions } from '../../src/storage/index.ts'
import { checkedByPython } from '../support/independent-check.ts'
import { counter, key, may, prove, quarter, record, roofLog, sign } from './support.ts'

/** A verifier that shares no code with us checks what we make: see test/evidence/check.py. */
const forms: readonly [string, Partial<ProveOptions>, ('fields' | 'document')?][] = [
  ['whole documents', {}],
  ['some fields', { fields: ['energy', 'measuredAt', 'total'] }],
  ['one hash of each document', {}, 'document'],
  ['raw bytes', { raw: true }],
]

test.each(forms)(
  'a verifier in Python finds evidence good that shows %s',
  async (name, options, commitment) => {
    const log = await roofLog(commitment === undefined ? {} : { commitment })
    const readings = Array.from({ length: 12 }, (_, i) => counter(i))
    await record(log, readings.slice(0, 5))
    await sign(log)
    await record(log, readings.slice(5))
    await sign(log)
    const period = { from: may + 2 * quarter, to: may + 10 * quarter }
    const evidence = await prove(log.folder, { period, ...options })
    const path = join(log.folder, 'roof.evidence.json')
    writeFileSync(path, encodeEvidence(evidence))
    expect(await checkedByPython([path], key)).toEqual([
      expect.stringMatching(/^good: .* 11 entries in 2 segments/),
    ])
    writeFileSync(path, encodeEvidence(evidence).replace(/"(energy|value)":"(?=\d)/, '$&1'))
    expect(await checkedByPython([path], key), name).toEqual([expect.stringMatching(/^wrong: /)])
  },
)
