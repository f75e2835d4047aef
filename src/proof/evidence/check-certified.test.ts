import { describe, expect, it } from 'vitest'
import { certifiable, certifiedFile } from '../../../test/evidence/evil-certificates.ts'
import { type FormOf, sealed, showing, whole } from '../../../test/evidence/make-evidence.ts'
import type { Scenario } from '../../../test/evidence/scenarios.ts'
import { chainRecords } from './chain-records.ts'
import { encodeEvidence } from './encode-evidence.ts'
import { verifyEvidence } from './verify-evidence.ts'

async function verified(scenario: Scenario, first?: number, form?: FormOf) {
  const evidence = await certifiedFile(scenario, first, form)
  const result = verifyEvidence(encodeEvidence(evidence), { keys: [scenario.log.key] })
  const step = result.steps.find(({ name }) => name === 'chain-records')
  return { ...result, step, records: chainRecords(evidence).certificates }
}

describe('certificates of a period', () => {
  it('are told, each in its newest state, beside what was counted', async () => {
    const scenario = certifiable()
      .certificate(1, [3, 4], 200)
      .certificate(2, [5, 5], 100)
      .certificate(1, [3, 4], 200, { state: 'claimed', block: 9 })
    const { verdict, certificates, step, records } = await verified(scenario)
    expect(verdict).toBe('proven')
    expect(certificates.map(({ certificate, state, energy }) => [certificate, state, energy])).toEqual([
      [1n, 'claimed', 200n],
      [2n, 'issued', 100n],
    ])
    expect(certificates[0]).toMatchObject({
      ledger: 'certified',
      chainId: 246n,
      sequence: 9,
      first: 3n,
      last: 4n,
    })
    expect(step).toMatchObject({ state: 'absent' })
    expect(step?.text).toContain('certificates that stand: 2 of the ledger certified for 0.3 kWh')
    // Each state is an event of its own, for whoever asks a chain.
    expect(records).toHaveLength(3)
  })

  it('may stand for the energy of registrations that were given up, where the file shows those', async () => {
    const scenario = certifiable().certificate(1, [5, 5], 300)
    expect((await verified(scenario)).verdict).toBe('proven')
  })

  it('count no more once they are revoked', async () => {
    const scenario = certifiable()
      .certificate(1, [3, 5], 300)
      .certificate(1, [3, 5], 300, { state: 'revoked', block: 8 })
      .certificate(2, [3, 5], 300, { block: 9 })
    const { verdict, certificates } = await verified(scenario)
    expect(verdict).toBe('proven')
    expect(certificates.map(({ state }) => state)).toEqual(['revoked', 'issued'])
  })

  it('of other periods are neither listed nor compared', async () => {
    const scenario = certifiable().certificate(1, [1, 2], 9_000).certificate(2, [6, 6], 9_000)
    const { verdict, certificates } = await verified(scenario)
    expect([verdict, certificates]).toEqual(['proven', []])
  })

  it('that reach beyond what is shown are listed, and can not be compared', async () => {
    const { verdict, certificates } = await verified(certifiable().certificate(1, [1, 5], 9_000))
    expect([verdict, certificates.length]).toEqual(['proven', 1])
  })

  it('are compared over all that is shown, up to each one', async () => {
    const { step, verdict } = await verified(certifiable().certificate(1, [3, 5], 301))
    expect(verdict).toBe('incomplete')
    expect(step?.findings).toMatchObject([
      { code: 'certified-beyond', effect: 'leaves-open', segment: 0, sequence: 7 },
    ])
    expect(step?.text).toContain('0.301 kWh of entries 3 to 5, which raised the register by 0.3 kWh')
  })

  it('that stand for less than nothing hide nothing of what others have too much', async () => {
    const scenario = certifiable().certificate(1, [3, 4], -9_000).certificate(2, [5, 5], 9_000)
    const { step, verdict } = await verified(scenario)
    expect(verdict).toBe('incomplete')
    expect(step?.findings).toMatchObject([{ code: 'certified-beyond' }])
  })

  it('that are hidden leave nothing open, and those of which a part is shown are told so far', async () => {
    const scenario = certifiable().certificate(1, [3, 5], 9_000)
    const hidden = await verified(scenario, 2, entry => (entry.entry.sequence === 7 ? sealed : whole)(entry))
    expect([hidden.verdict, hidden.certificates]).toEqual(['proven', []])
    const partly = await verified(scenario, 2, entry =>
      (entry.entry.sequence === 7 ? showing('certificate', 'state') : whole)(entry),
    )
    expect(partly.certificates).toMatchObject([{ certificate: 1n, state: 'issued', energy: undefined }])
    const ranged = await verified(scenario, 2, entry =>
      (entry.entry.sequence === 7 ? showing('certificate', 'state', 'first', 'last') : whole)(entry),
    )
    expect([ranged.verdict, ranged.certificates.length]).toEqual(['proven', 1])
    const nameless = await verified(
      certifiable().certificate(1, [3, 5], 1).certificate(2, [3, 5], 1),
      2,
      entry => (entry.entry.sequence > 6 ? showing('energy') : whole)(entry),
    )
    expect(nameless.certificates.map(({ certificate, energy }) => [certificate, energy])).toEqual([
      [undefined, 1n],
      [undefined, 1n],
    ])
  })

  it('are compared in the order of their ends, whatever that of their entries', async () => {
    const scenario = certifiable()
      .certificate(2, [5, 5], 100)
      .certificate(1, [3, 4], 201)
      .certificate(3, [6, 6], 1)
    const { step, certificates } = await verified(scenario)
    expect(step?.findings.map(({ sequence }) => sequence)).toEqual([8, 7])
    expect(certificates.map(({ certificate }) => certificate)).toEqual([2n, 1n])
  })

  it('can not be compared where the total is not shown, before them or at their end', async () => {
    const scenario = certifiable().certificate(1, [3, 5], 9_000)
    const hiding =
      (sequence: number): FormOf =>
      entry =>
        (entry.entry.sequence === sequence ? showing('measuredAt', 'status', 'kind') : whole)(entry)
    for (const sequence of [2, 5]) {
      const { step } = await verified(scenario, 2, hiding(sequence))
      expect(step).toMatchObject({ state: 'absent', findings: [] })
    }
    const silent = certifiable().certificate(1, [3, 5], 9_000)
    silent.gap(75, 90)
    silent.read({ wh: 1_600, minute: 90 })
    const { step, certificates } = await verified(silent, 7)
    expect([step?.state, certificates]).toEqual(['absent', []])
  })

  it('that are all revoked stand for nothing', async () => {
    const { step } = await verified(certifiable().certificate(1, [3, 5], 9_000, { state: 'revoked' }))
    expect(step?.text).toContain('certificates that stand: none.')
  })
})
