import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  evidenceFrom,
  type FormOf,
  sealed,
  segmentFrom,
  showing,
  whole,
  witness,
} from '../../../test/evidence/make-evidence.ts'
import { fixedSigner, MemoryLog } from '../../../test/evidence/memory-log.ts'
import { anchorOf, at, earlierFile, goodFile, roof } from '../../../test/evidence/scenarios.ts'
import { Stream } from '../../../test/support/register-stream.ts'
import { toBase64url } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { cosignatureOf, cosignCheckpoint } from '../cosignature.ts'
import { addSignatures } from '../signed-note.ts'
import { parseVerifierKey } from '../verifier-key.ts'
import { chainRecords } from './chain-records.ts'
import { deriveClaim } from './derive-claim.ts'
import { encodeEvidence } from './encode-evidence.ts'
import { usualCid } from './entry-form.ts'
import { isFindingCode } from './finding-codes.ts'
import { verifyEvidence } from './verify-evidence.ts'

/** A roof with a reading every 15 minutes, beside another asset. */
function plainRoof(readings = 12) {
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

describe('a text that is no evidence as it stands', () => {
  it('is told from another by what was done to it', async () => {
    const log = plainRoof()
    const text = encodeEvidence(
      await evidenceFrom(log, [segmentFrom(log, log.of(1).slice(0, 11))], { from: at(45), to: at(120) }),
    )
    const said = (given: string) => verifyEvidence(given, { keys: [log.key] }).steps[0]?.text
    expect(said(text)).toContain('written as it must be.')
    expect(said(text.replaceAll('\n', '\r\n'))).toContain(': its line ends are CR LF, as a mail program')
    expect(said(text.slice(0, -1))).toContain(': the line feed at its end is gone')
    expect(said(JSON.stringify(JSON.parse(text), undefined, 2))).toContain(
      ': it says the same as evidence would, in a form that another program',
    )
    expect(said('')).toBe("The file can't be read as evidence: the file is empty.")
    expect(said(`\ufeff${text}`)).toContain('begins with a byte order mark')
    expect(said(text.slice(0, 500))).toContain('not JSON: it ends at character 500, in the middle')
  })
})

describe('evidence of a period', () => {
  it('is proven by engines without iterator helpers, like browsers of 2024', async () => {
    const log = plainRoof()
    const text = encodeEvidence(
      await evidenceFrom(log, [segmentFrom(log, log.of(1).slice(0, 11))], { from: at(45), to: at(120) }),
    )
    const prototype = Object.getPrototypeOf(Object.getPrototypeOf([].values()))
    const helpers = Object.getOwnPropertyNames(prototype).filter(name => name !== 'constructor')
    const kept = helpers.map(name => Object.getOwnPropertyDescriptor(prototype, name) ?? {})
    for (const name of helpers) delete prototype[name]
    try {
      expect(() => [].values().map(String)).toThrow(TypeError)
      expect(verifyEvidence(text, { keys: [log.key] }).verdict).toBe('proven')
    } finally {
      for (const [i, name] of helpers.entries()) Object.defineProperty(prototype, name, kept[i] ?? {})
    }
  })

  it('is proven when everything holds and the key is trusted', async () => {
    const log = plainRoof()
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
        "documents holds: Documents are of their schemas, and the entries were worked out from them: 8 are whole.",
        "raw absent: The file holds no raw bytes of the sources.",
        "register holds: The total never falls in 8 entries, and never rises by more than readings, revisions and operator's entries explain.",
        "completeness holds: Between entry 4 and the first counted reading after the period, entry 10, no entry of the stream is left out. This is about what was logged: what the gateway never logged, and corrections logged after the last entry of this file, can't show here.",
        "claim holds: The entries show what the file claims: roof, export, after 2024-05-01T00:45:00.000Z up to 2024-05-01T02:00:00.000Z, 5 counted readings of 1.25 kWh.",
        "history absent: No earlier state of the log is named, and you gave no file of an earlier audit.",
        "chain-records absent: The file names nothing that stands on a chain.",
      ]
    `)
    expect(result.verdict).toBe('proven')
    expect(evidence.claim).toMatchObject({ readings: 5, energy: (5n * 250n * 3_600_000n).toString() })
    expect(result.readings.map(({ measuredAt }) => measuredAt)).toEqual([60, 75, 90, 105, 120].map(at))
  })
})

describe('what a verifier is told from outside', () => {
  const read = (name: string) =>
    readFileSync(join(import.meta.dirname, '../../../test/evidence/evil', `${name}.evidence.json`))
  const good = read('good')
  const { key } = new MemoryLog()
  const trusted = witness(8)

  it('may be nothing: then the signature is looked at, and nothing is proven', () => {
    const { verdict, steps } = verifyEvidence(good)
    expect(verdict).toBe('incomplete')
    expect(steps.filter(({ state }) => state === 'open').map(({ name }) => name)).toEqual(['signature'])
  })

  it('may be a key that was read before, as one by ECDSA must be', () => {
    expect(verifyEvidence(good, { keys: [parseVerifierKey(key)] }).verdict).toBe('proven')
  })

  it('must be keys, each once and of its kind', () => {
    expect(() => verifyEvidence(good, { keys: ['none'] })).toThrow('verifier key')
    expect(() => verifyEvidence(good, { keys: [key, key] })).toThrow('one key')
    expect(() => verifyEvidence(good, { keys: [trusted.key] })).toThrow('witness')
    expect(() => verifyEvidence(good, { keys: [key], witnesses: [trusted.key, trusted.key] })).toThrow(
      'one key',
    )
    expect(() => verifyEvidence(good, { keys: [key], witnesses: [key] })).toThrow('not one of a witness')
  })

  it('is no witness that is the log itself, and no quorum of nobody', async () => {
    const itself = witness(7, 'witness.example.org')
    expect(() => verifyEvidence(good, { keys: [key], witnesses: [itself.key] })).toThrow('is that of the log')
    for (const quorum of [0, -1, 0.5, Number.NaN]) {
      expect(() => verifyEvidence(good, { keys: [key], witnesses: [trusted.key], quorum })).toThrow(
        'no number of witnesses',
      )
    }
  })

  it('is told what is wrong with a place in a stream that no number tells exactly', async () => {
    const { segments, ...rest } = await goodFile()
    const far = segments.map(segment => ({ ...segment, first: Number.MAX_SAFE_INTEGER }))
    const { verdict, steps } = verifyEvidence(encodeEvidence({ ...rest, segments: far }), { keys: [key] })
    expect([verdict, steps[0]?.findings[0]?.code]).toEqual(['refuted', 'malformed'])
  })

  it('is not what the file itself names, even where that is a witness', async () => {
    const evidence = { ...(await goodFile()), key: trusted.key }
    const { steps } = verifyEvidence(encodeEvidence(evidence))
    expect(steps[1]).toMatchObject({ name: 'signature', state: 'open' })
  })

  it('is asked for anew when something is wrong that is no matter of the file', () => {
    const broken = {
      get length(): number {
        throw new EnergywebError('internal', 'not of the file')
      },
    }
    expect(() => verifyEvidence(broken as Uint8Array)).toThrow('not of the file')
  })

  it('may ask for fewer witnesses than it names', () => {
    const witnesses = [trusted.key, witness(10, 'other.example.org').key]
    const stateOf = (quorum?: number) =>
      verifyEvidence(good, { keys: [key], witnesses, ...(quorum !== undefined && { quorum }) }).steps[2]
    expect(stateOf()).toMatchObject({ name: 'witnesses', state: 'open' })
    expect(stateOf(1)).toMatchObject({ state: 'holds', text: expect.stringContaining('1 of 2') })
  })

  it('takes a witness at its word, whatever time it says', async () => {
    const { log } = roof()
    const late = await cosignCheckpoint(await log.checkpoint(), {
      name: 'witness.example.org',
      time: 2 ** 50,
      signer: fixedSigner(8),
    })
    const checkpoint = addSignatures(await log.checkpoint(), [cosignatureOf(late)])
    const evidence = { ...(await goodFile()), checkpoint }
    const { steps } = verifyEvidence(encodeEvidence(evidence), { keys: [key], witnesses: [trusted.key] })
    expect(steps[2]).toMatchObject({
      state: 'holds',
      text: expect.stringContaining('second 1125899906842624'),
    })
  })

  it('may be an earlier file that is none, or one of a log that was empty', async () => {
    const step = (previous: string) => verifyEvidence(good, { keys: [key], previous }).steps[10]
    expect(step('{}')).toMatchObject({ state: 'open', findings: [{ code: 'previous-unreadable' }] })
    const empty = { ...(await earlierFile()), checkpoint: await new MemoryLog().checkpoint() }
    // A log that is empty has signed none of the entries that this file holds.
    expect(step(encodeEvidence(empty))).toMatchObject({
      state: 'open',
      findings: [{ code: 'previous-broken' }],
    })
    const same = verifyEvidence(good, { previous: good }).steps[10]
    expect(same).toMatchObject({ name: 'history', state: 'holds' })
  })
})

describe('evidence of one reading', () => {
  it('is proven like that of a period', async () => {
    const { log, entries } = roof()
    const segments = [segmentFrom(log, entries.slice(0, 5))]
    const evidence = await evidenceFrom(log, segments, { from: at(15), to: at(15) })
    const { verdict, steps, readings } = verifyEvidence(encodeEvidence(evidence), { keys: [log.key] })
    expect(verdict).toBe('proven')
    expect(readings).toHaveLength(1)
    expect(evidence.claim).toMatchObject({ readings: 1, energy: (250n * 3_600_000n).toString() })
    expect(steps.find(({ name }) => name === 'claim')?.text).toContain(`at ${at(15)}`)
    expect(steps[3]?.text).toContain('The segment is')
  })
})

describe('what stands on chains', () => {
  it('is told to whoever has a node: of two receipts of one range the newer one', async () => {
    const scenario = roof().receipt(2, 6, 9).receipt(7, 9, 8)
    const { log, entries } = scenario
    const form: FormOf = entry => (entry.entry.sequence === 12 ? sealed(entry) : whole(entry))
    const evidence = await evidenceFrom(log, [segmentFrom(log, entries, { form })], {
      from: at(15),
      to: at(75),
    })
    const anchors = [anchorOf({ size: log.entries.length, root: toBase64url(log.root()) })]
    const records = chainRecords({ ...evidence, anchors })
    expect(records.receipts.map(({ first, last, block }) => [first, last, block])).toEqual([[2n, 6n, 9n]])
    expect(records.anchors).toBe(anchors)
    expect(verifyEvidence(encodeEvidence({ ...evidence, anchors }), { keys: [log.key] }).verdict).toBe(
      'proven',
    )
    const other = [anchorOf({ size: log.entries.length, root: 'A'.repeat(43) })]
    expect(verifyEvidence(encodeEvidence({ ...evidence, anchors: other }), { keys: [log.key] }).verdict).toBe(
      'refuted',
    )
    const bare: FormOf = entry => (entry.entry.kind === 'receipt' ? showing('first')(entry) : whole(entry))
    const thin = await evidenceFrom(log, [segmentFrom(log, entries, { form: bare })], {
      from: at(15),
      to: at(75),
    })
    expect(chainRecords(thin).receipts.some(({ ledger }) => ledger === undefined)).toBe(true)
  })
})

describe('a claim that is worked out', () => {
  it('needs an opening, or a name from whoever makes the file', async () => {
    const { log, entries } = roof()
    const segments = [segmentFrom(log, entries.slice(2))]
    const period = { from: at(15), to: at(75) }
    expect(deriveClaim(segments, period)).toBeUndefined()
    expect(deriveClaim([], period)).toBeUndefined()
    expect(deriveClaim(segments, period, { named: { asset: 'roof', channel: 'export' } })).toMatchObject({
      asset: 'roof',
      readings: 4,
    })
  })
})

describe('entries as they stand in a file', () => {
  it('name the schema where it is not the usual one, and are read again', async () => {
    const { log, entries } = roof()
    const carbon = log.append(
      3,
      'opening',
      { asset: 'x', basis: 'average', energy: null, entry: null, reading: -1n, source: 'test', total: 0n },
      { schema: 'carbon-opening/1' },
    )
    const segments = [
      segmentFrom(log, entries),
      segmentFrom(log, [carbon]),
      segmentFrom(log, log.of(2).slice(0, 1), { form: sealed }),
    ]
    const evidence = await evidenceFrom(log, segments, { from: at(15), to: at(75) })
    expect(evidence.segments[1]?.entries[0]?.schema).toBe('carbon-opening/1')
    expect(verifyEvidence(encodeEvidence(evidence), { keys: [log.key] }).verdict).toBe('proven')
  })

  it('leave a CID out where it follows from the hash, and only there', () => {
    expect(usualCid(null)).toBe(null)
    expect(usualCid('x')).toBeUndefined()
    expect(usualCid(undefined)).toBeUndefined()
    expect(isFindingCode('claim-false')).toBe(true)
    expect(isFindingCode('toString')).toBe(false)
  })
})
