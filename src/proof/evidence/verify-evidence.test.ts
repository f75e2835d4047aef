import { describe, expect, it } from 'vitest'
import { evidenceFrom, segmentFrom } from '../../../test/evidence/make-evidence.ts'
import { MemoryLog } from '../../../test/evidence/memory-log.ts'
import { Stream } from '../../../test/support/register-stream.ts'
import { formatInstant } from '../../core/time.ts'
import { encodeEvidence } from './encode-evidence.ts'
import { verifyEvidence } from './verify-evidence.ts'

const start = Date.UTC(2024, 4, 1)
const at = (minute: number) => formatInstant(start + minute * 60_000)

/** A roof with a reading every 15 minutes, beside another asset. */
function roof(readings = 12) {
  const log = new MemoryLog()
  const stream = new Stream()
  for (let i = 0; i < readings; i++) {
    const before = stream.drafts.length
    stream.read({ wh: 1_000 + i * 250, minute: i * 15, serial: 'A1' })
    for (const { kind, document } of stream.drafts.slice(before)) log.append(1, kind, document)
    log.append(2, 'note', { by: 'test', text: `between ${i}` })
  }
  return log
}

describe('evidence of a period', () => {
  it('is proven when everything holds and the key is trusted', async () => {
    const log = roof()
    const entries = log.of(1)
    const evidence = await evidenceFrom(
      log,
      [segmentFrom(log, entries.slice(4, 11)), segmentFrom(log, entries.slice(0, 1))],
      { from: at(45), to: at(120) },
    )
    const result = verifyEvidence(encodeEvidence(evidence), { keys: [log.key] })
    expect(result.steps.map(({ name, state, text }) => `${name} ${state}: ${text}`)).toMatchInlineSnapshot(`
      [
        "format holds: The file is evidence of version 1, written as it must be.",
        "signature holds: The log log.example.org/roof has signed its size, 25 entries, and its root with a key that you trust.",
        "witnesses absent: You have named no witness: that everybody sees the same log is not checked.",
        "inclusion holds: All 2 segments are in the signed tree of 25 entries.",
        "chain holds: Each of the 8 entries carries the hash of the one before it in its stream, in 2 unbroken segments.",
        "documents holds: Documents are of their schemas, and the entries were worked out from them: 8 are whole, of 0 some fields are shown, of 0 nothing.",
        "raw absent: The file holds no raw bytes of the sources.",
        "register holds: The total never falls in 8 entries, and never rises by more than readings, revisions and operator's entries explain.",
        "completeness holds: Between entry 4 and the first counted reading after the period, entry 10, no entry of the stream is left out. This is about what was logged: what the gateway never logged, and corrections logged after the last entry of this file, can't show here.",
        "claim holds: The entries show what the file claims: roof, export, after 2024-05-01T00:45:00.000Z up to 2024-05-01T02:00:00.000Z, 5 counted readings of 1.250 kWh.",
        "history absent: No earlier state of the log is named, and you gave no file of an earlier audit.",
        "chain-records absent: The file names nothing that stands on a chain.",
      ]
    `)
    expect(result.verdict).toBe('proven')
    expect(evidence.claim).toMatchObject({ readings: 5, energy: (5n * 250n * 3_600_000n).toString() })
    expect(result.readings.map(({ measuredAt }) => measuredAt)).toEqual([60, 75, 90, 105, 120].map(at))
  })
})
