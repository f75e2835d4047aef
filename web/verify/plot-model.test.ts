import { expect, test } from 'vitest'
import { verifyEvidence } from '../../src/proof/evidence/index.ts'
import { roofEvidence, roofLog } from '../../test/page/roof-log.ts'
import type { Checked } from './messages.ts'
import { plotModel } from './plot-model.ts'

const file = { name: 'x', size: 0, sha256: '' }

async function checkedRoof(readings: number, period: { from: number; to: number }): Promise<Checked> {
  const roof = roofLog({ readings })
  const { evidence, ...rest } = verifyEvidence(await roofEvidence(roof, period), { keys: [roof.log.key] })
  return {
    ...rest,
    signers: { checkpoint: [], readings: [] },
    evidence: evidence && { ...evidence, entries: 0 },
    boundary: undefined,
    file,
    previous: undefined,
    swapped: false,
    milliseconds: 0,
  }
}

test('few readings have a bar each, many one for a longer span; both hold the energy of the period', async () => {
  for (const to of [300, 1_900]) {
    const checked = await checkedRoof(to + 8, { from: 10, to })
    const model = plotModel(checked)
    const drawn = model?.bars.reduce((sum, bar) => sum + bar.energy, 0) ?? 0
    // Without the boundary the first step is not drawn; it is a quarter of an hour of the night.
    const claimed = Number(checked.evidence?.claim.energy)
    expect(Math.abs(drawn - claimed) / claimed).toBeLessThan(1e-3)
    expect(model?.width).toBe(to === 300 ? undefined : 3_600_000)
    expect(model?.bars.length).toBeLessThan(801)
    for (const bar of model?.bars ?? []) {
      expect(bar.from).toBeGreaterThanOrEqual(model?.from ?? Number.NaN)
      expect(bar.to).toBeLessThanOrEqual(model?.to ?? Number.NaN)
    }
  }
})

test('gaps and held readings of the period are marked, and nothing is drawn of one instant', async () => {
  const model = plotModel(await checkedRoof(1_900, { from: 10, to: 1_800 }))
  expect(model?.gaps.map(({ reason }) => reason)).toEqual([
    'the meter did not answer',
    'the meter did not answer',
  ])
  expect(model?.held).toHaveLength(1)
  expect(plotModel(await checkedRoof(50, { from: 20, to: 20 }))).toBeUndefined()
})
