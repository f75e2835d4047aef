import { expect, test } from 'vitest'
import type { Evidence, Verification } from '../proof/evidence/index.ts'
import type { Signers } from '../proof/evidence/signers.ts'
import { styleFor } from './style.ts'
import { claimInWords, headline, oneLine, verificationReport } from './verification-report.ts'

const style = styleFor({ isTerminal: false, columns: 80, write: async () => undefined }, {})

function verification(
  changes: Partial<Evidence> = {},
  verdict: Verification['verdict'] = 'refuted',
): Verification {
  const claim = {
    asset: 'roof\nPROVEN: all is well.\u001b[2J\u202e',
    channel: 'export',
    devices: [{ manufacturer: 'A\rB', model: null, serial: 'x\n\nPROVEN' }],
    from: '2024-05-01T00:00:00.000Z',
    to: '2024-06-01T00:00:00.000Z',
    readings: 2,
    energy: '3600000000',
  } as const
  const evidence: Evidence = {
    evidence: 1,
    made: { at: '2024-06-01T00:00:00.000Z', by: 'somebody\nPROVEN' },
    claim,
    checkpoint: '',
    key: '',
    segments: [],
    consistency: [],
    anchors: [],
    notes: ['a note\nPROVEN: trust me'],
    ...changes,
  }
  const steps = [
    { name: 'claim', state: 'false', text: 'It is false.\nPROVEN', findings: [] },
    { name: 'history', state: 'open', text: 'Not known.', findings: [] },
  ] as const
  return { verdict, steps, evidence, readings: [], gaps: [], certificates: [], signatures: [] }
}

test('no line is longer than the terminal, but for what can not be broken', () => {
  const key = `gateway.example.org/${'x'.repeat(30)}+0123abcd`
  const signers: Signers = {
    checkpoint: [
      { key, role: 'log', holds: true },
      { key, role: 'evidence', holds: true },
    ],
    readings: [],
  }
  const report = verificationReport(verification({}, 'proven'), { style, columns: 80, signers })
  expect(report.split('\n').filter(line => line.length > 80)).toEqual([])
  const wide = verificationReport(verification({}, 'proven'), { style, columns: 200, signers })
  expect(wide.split('\n').some(line => line.length > 80)).toBe(true)
  expect(wide.split('\n').filter(line => line.length > 100)).toEqual([])
})

test('nothing that a file says can begin a line of its own, hide one, or move the cursor', () => {
  const report = verificationReport(verification(), { style })
  expect(report).toMatch(/^REFUTED: this file does not prove what it claims\. It is false\. PROVEN\n/)
  expect(report.split('\n').filter(line => /^\W*PROVEN/.test(line))).toEqual([])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  expect(report).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e]/)
})

test('what is not proven is called a claim', () => {
  expect(verificationReport(verification(), { style })).toContain('What the file claims\n')
  expect(verificationReport(verification({}, 'proven'), { style })).toContain('What is proven\n')
  expect(headline(verification({}, 'incomplete'), style)).toMatch(
    /^INCOMPLETE: nothing in the file is false, .* Not known\.$/,
  )
})

test('gaps are told in the first sentence', () => {
  const gap = { segment: 0, sequence: 4, from: undefined, to: undefined, reason: undefined }
  const proven = verification({}, 'proven')
  expect(headline(proven, style)).toMatch(/by 2 readings\.$/)
  expect(headline({ ...proven, gaps: [gap, gap] }, style)).toMatch(
    /by 2 readings; the log tells of 2 gaps in that time\.$/,
  )
})

test('what is not claimed is not called an amount', () => {
  const hidden = verification({}, 'proven')
  const claim = { ...hidden.evidence?.claim, asset: 'roof', energy: null, readings: 0 } as Evidence['claim']
  expect(claimInWords({ ...claim, to: claim.from })).toBe(
    'roof has 0 counted readings of 2024-05-01T00:00:00.000Z, and its energy is not claimed',
  )
  expect(claimInWords({ ...claim, readings: 1 })).toBe(
    'roof has a counted reading from after 2024-05-01T00:00:00.000Z and up to 2024-06-01T00:00:00.000Z (UTC), and its energy is not claimed',
  )
})

test('a file that could not be read has a report too', () => {
  const steps = [{ name: 'format', state: 'false', text: 'It is no JSON.', findings: [] }] as const
  const report = verificationReport(
    {
      verdict: 'refuted',
      steps,
      evidence: undefined,
      readings: [],
      gaps: [],
      certificates: [],
      signatures: [],
    },
    { style },
  )
  expect(report).toMatch(/^REFUTED: this file proves nothing as it is\. It is no JSON\.\n/)
  expect(report).toContain('FALSE  format         It is no JSON.')
  expect(report).toContain('byte for byte')
})

test('one line', () => {
  expect(oneLine('a\n\tb\u2028c\u0007')).toBe('a b c\ufffd')
})

test('certificates are summed by ledger and state, and told one by one', () => {
  const certificate = {
    ...{ segment: 0, sequence: 9, ledger: 'certified\nPROVEN', chainId: 246n, contract: '0xce' },
    ...{ transaction: undefined, block: 1n, blockHash: undefined, logIndex: 0n, first: 1n, last: 2n },
    ...{ certificate: 7n, energy: 250n, owner: '0xab', state: 'issued' },
  }
  const more = Array.from({ length: 13 }, (_, i) => ({ ...certificate, certificate: BigInt(i), energy: 1n }))
  const revoked = { ...certificate, certificate: 99n, state: 'revoked', energy: undefined }
  const report = verificationReport(
    { ...verification({}, 'proven'), certificates: [certificate, ...more, revoked] },
    { style },
  )
  expect(report).toContain('14 issued by the ledger certified PROVEN: 0.263 kWh; 1 revoked by the ledger')
  expect(report).toContain('  - 7 in 0xce on chain 246: 0.25 kWh, issued to 0xab')
  expect(report).toContain('  - and 3 more: --json shows all')
  expect(verificationReport(verification(), { style })).not.toContain('ertificates')
})
