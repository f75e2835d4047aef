import { expect, test } from 'vitest'
import { fromUtf8 } from '../core/bytes.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { entryStatement } from './entry-statement.ts'

const entry = { stream: 'AAAAAAAAAAAAAAAAAAAAAA', sequence: 7, leaf: new Uint8Array(32).fill(1) }

test('says log, stream, sequence and hash, a line each', () => {
  expect(fromUtf8(entryStatement('gateway.example.org/roof', entry))).toBe(
    [
      'energyweb-entry/v1',
      'log gateway.example.org/roof',
      'stream AAAAAAAAAAAAAAAAAAAAAA',
      'sequence 7',
      'leaf AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE',
      '',
    ].join('\n'),
  )
})

test.each(['energyweb-entry/v1', '7', 'log'])('is no checkpoint, whatever the log is called: %s', origin => {
  expect(() => parseCheckpoint(fromUtf8(entryStatement(origin, entry)))).toThrow('not a checkpoint')
})
