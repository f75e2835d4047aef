import { describe, expect, it } from 'vitest'
import {
  evidenceFrom,
  type FormOf,
  sealed,
  segmentFrom,
  showing,
  whole,
} from '../../../test/evidence/make-evidence.ts'
import { at, Scenario, wattHour } from '../../../test/evidence/scenarios.ts'
import { encodeEvidence } from './encode-evidence.ts'
import type { Verification } from './verification.ts'
import { verifyEvidence } from './verify-evidence.ts'

const quarter = (scenario: Scenario, minutes: readonly number[], serial?: string) => {
  for (const minute of minutes) {
    scenario.read({ wh: 100, minute, fromMinute: minute - 15, ...(serial !== undefined && { serial }) })
  }
  return scenario
}

/** What a file comes to whose first segment begins at a sequence; further ones hold single entries. */
async function resultOf(
  { log, entries }: Scenario,
  options: {
    first?: number
    last?: number
    from?: number
    to?: number
    form?: FormOf
    more?: readonly [number, number][]
  } = {},
): Promise<Verification> {
  const { first = 1, last = entries.length, from = 15, to = 60, form = whole, more = [] } = options
  const segments = [
    segmentFrom(log, entries.slice(first, last), { form }),
    segmentFrom(log, entries.slice(0, 1)),
    ...more.map(([begin, behind]) => segmentFrom(log, entries.slice(begin, behind), { form })),
  ]
  const evidence = await evidenceFrom(log, segments, { from: at(from), to: at(to) })
  return verifyEvidence(encodeEvidence(evidence), { keys: [log.key] })
}

const codes = ({ steps }: Verification) => steps.flatMap(({ findings }) => findings.map(({ code }) => code))
const energy = ({ evidence }: Verification) => {
  const claimed = evidence?.claim.energy
  return typeof claimed === 'string' ? Number(BigInt(claimed) / wattHour) : claimed
}

describe('the energy of intervals', () => {
  it('has a hole that was filled in later, from a segment of its own', async () => {
    const scenario = quarter(new Scenario(), [15, 30, 60, 75, 90])
    scenario.read({ wh: 7, minute: 45, fromMinute: 30 })
    quarter(scenario, [105])
    const result = await resultOf(scenario, { last: 6, more: [[6, 8]] })
    expect([result.verdict, energy(result)]).toEqual(['proven', null])
    const whole = await resultOf(scenario, { last: 5, more: [[5, 8]] })
    expect(energy(whole)).toBe(207)
    expect(whole.verdict).toBe('proven')
  })

  it('counts what an operator released of the period, and nothing that he wrote off', async () => {
    const scenario = quarter(new Scenario(), [15, 30], 'A')
    quarter(scenario, [45], 'B')
    quarter(scenario, [60], 'C')
    scenario.resolve({ kind: 'write-off', reading: 5 })
    scenario.resolve({ kind: 'release', reading: 3 })
    quarter(scenario, [75], 'A')
    const result = await resultOf(scenario)
    expect(result.verdict).toBe('proven')
    expect(energy(result)).toBe(200)
    expect(codes(result)).toEqual(expect.arrayContaining(['operator-entry', 'held']))
  })

  it('counts what a new meter gave within the period, and can not tell when it gave some behind it', async () => {
    const swapped = (behind: readonly number[]) => {
      const scenario = quarter(new Scenario(), [15, 30], 'A')
      quarter(scenario, [45, 60, ...behind], 'B')
      scenario.resolve({ kind: 'swap', final: 0n, initial: 0n })
      return quarter(scenario, [90], 'B')
    }
    const inside = await resultOf(swapped([]))
    expect([inside.verdict, energy(inside)]).toEqual(['proven', 300])
    const across = await resultOf(swapped([75]))
    expect([across.verdict, energy(across)]).toEqual(['proven', null])
    expect(codes(across)).toContain('border-unclear')
    const after = await resultOf(swapped([75]), { to: 30 })
    expect(energy(after)).toBe(100)
    const before = await resultOf(swapped([]), { to: 30 })
    expect(energy(before)).toBe(100)
  })

  it('can not be told when the reading that an operator counted is not shown', async () => {
    const scenario = quarter(new Scenario(), [15], 'A')
    quarter(scenario, [30], 'B')
    quarter(scenario, [45], 'A')
    scenario.resolve({ kind: 'release', reading: 2 })
    quarter(scenario, [60, 75], 'A')
    const result = await resultOf(scenario, { first: 4 })
    expect(energy(result)).toBe(null)
    expect(codes(result)).toEqual(expect.arrayContaining(['energy-undecided', 'start-open']))
    const named = await resultOf(scenario, { first: 4, from: 45 })
    expect(energy(named)).toBe(null)
    expect(named.steps.flatMap(({ findings }) => findings.map(({ text }) => text)).join()).toContain(
      'the reading that entry 5 counts is not shown',
    )
    // Behind the end of the period it is of no matter.
    const later = await resultOf(scenario, { first: 4, to: 35 })
    expect(later.verdict).toBe('incomplete')
  })

  it('can not be told when a further segment does not show the total before it', async () => {
    const scenario = quarter(new Scenario(), [15, 30, 60, 75])
    scenario.read({ wh: 7, minute: 45, fromMinute: 30 })
    const result = await resultOf(scenario, { last: 5, more: [[5, 6]] })
    expect(energy(result)).toBe(null)
    expect(codes(result)).toContain('energy-undecided')
  })

  it('can not be told when a reading of the period hides its time', async () => {
    const form: FormOf = entry => (entry.entry.sequence === 3 ? showing('total')(entry) : whole(entry))
    const result = await resultOf(quarter(new Scenario(), [15, 30, 45, 60, 75]), { form })
    expect(energy(result)).toBe(null)
    expect(codes(result)).toEqual(expect.arrayContaining(['fields-not-shown', 'energy-undecided']))
  })

  it('passes over readings behind the end that are sealed', async () => {
    const form: FormOf = entry => (entry.entry.sequence > 5 ? sealed(entry) : whole(entry))
    const result = await resultOf(quarter(new Scenario(), [15, 30, 45, 60, 75, 90]), { form })
    expect([result.verdict, energy(result)]).toEqual(['proven', 300])
  })

  it('goes down by a revision, which pays off later, and says nothing where values are not shown', async () => {
    const scenario = quarter(new Scenario(), [15, 30, 45])
    scenario.read({ wh: 60, minute: 45, fromMinute: 30 })
    quarter(scenario, [60, 75])
    const hiding: FormOf = entry =>
      entry.entry.kind === 'revision' ? showing('measuredAt', 'status', 'total', 'kind')(entry) : whole(entry)
    const result = await resultOf(scenario, { form: hiding })
    expect([result.verdict, energy(result)]).toEqual(['proven', 260])
    const bare: FormOf = entry =>
      entry.entry.kind === 'reading' ? showing('measuredAt', 'status', 'total')(entry) : whole(entry)
    expect(energy(await resultOf(scenario, { form: bare }))).toBe(260)
  })
})

describe('readings of which little is shown', () => {
  const form: FormOf = entry =>
    entry.entry.kind === 'opening' ? whole(entry) : showing('measuredAt', 'status', 'total')(entry)

  it.each([true, false])(
    'are not taken for a counter when they are intervals (opening shown: %s)',
    async shown => {
      const scenario = quarter(new Scenario(), [15, 45, 60])
      scenario.read({ wh: 7, minute: 30, fromMinute: 15 })
      quarter(scenario, [75])
      const { log, entries } = scenario
      const hide: FormOf = entry =>
        entry.entry.kind === 'opening' ? showing('asset', 'channel')(entry) : form(entry)
      const segments = [
        segmentFrom(log, entries.slice(1), { form }),
        segmentFrom(log, entries.slice(0, 1), { form: shown ? whole : hide }),
      ]
      const evidence = await evidenceFrom(log, segments, { from: at(15), to: at(60) })
      const result = verifyEvidence(encodeEvidence(evidence), { keys: [log.key] })
      expect([result.verdict, energy(result)]).toEqual(['proven', shown ? 207 : null])
    },
  )
})

describe('the energy of a counter', () => {
  const counter = (minutes: readonly number[]) => {
    const scenario = new Scenario()
    for (const minute of minutes) scenario.read({ wh: 1_000 + minute, minute })
    return scenario
  }

  it('can not be told when the first entry shows no total, or one hides whether it counts', async () => {
    const hide =
      (sequence: number, ...fields: string[]): FormOf =>
      entry =>
        entry.entry.sequence === sequence ? showing(...fields)(entry) : whole(entry)
    const scenario = counter([0, 15, 30, 45, 60, 75])
    const noTotal = await resultOf(scenario, { first: 2, form: hide(2, 'measuredAt', 'status') })
    expect(energy(noTotal)).toBe(null)
    const noStatus = await resultOf(scenario, { first: 2, form: hide(3, 'measuredAt', 'total') })
    expect(energy(noStatus)).toBe(null)
    expect(codes(noStatus)).toContain('fields-not-shown')
    const noEnergy = await resultOf(scenario, {
      first: 2,
      form: hide(3, 'measuredAt', 'status', 'total', 'kind'),
    })
    expect([noEnergy.verdict, energy(noEnergy)]).toEqual(['proven', 45])
  })

  it('may be nothing at all, of a meter that stands still', async () => {
    const scenario = new Scenario()
    for (const minute of [0, 15, 30, 45, 60, 75]) scenario.read({ wh: 1_000, minute })
    const result = await resultOf(scenario, { first: 2 })
    expect([result.verdict, energy(result)]).toEqual(['proven', 0])
    const { log, entries } = scenario
    const segments = [segmentFrom(log, entries.slice(0, 1))]
    const nothing = await evidenceFrom(log, segments, { from: at(15), to: at(60) })
    const { verdict, steps } = verifyEvidence(encodeEvidence(nothing), { keys: [log.key] })
    expect(verdict).toBe('incomplete')
    expect(steps.find(({ name }) => name === 'completeness')?.text).toContain('complete up to no instant')
  })

  it('has no start when nothing of before is shown', async () => {
    const result = await resultOf(counter([0, 15, 30, 45, 60, 75]), { first: 3 })
    expect(energy(result)).toBe(null)
    expect(codes(result)).toContain('start-open')
  })

  it("tells an operator's entry by what is shown of it", async () => {
    const scenario = counter([0, 15, 30])
    scenario.read({ wh: 10, minute: 45 })
    scenario.resolve({ kind: 'reset', initial: 5n * wattHour })
    for (const minute of [60, 75]) scenario.read({ wh: minute, minute })
    const whole1 = await resultOf(scenario, { first: 2 })
    expect([whole1.verdict, energy(whole1)]).toEqual(['proven', 15 + 5 + 50])
    const form: FormOf = entry => (entry.entry.kind === 'reset' ? showing('total')(entry) : whole(entry))
    const shown = await resultOf(scenario, { first: 2, form })
    expect([shown.verdict, energy(shown)]).toEqual(['proven', 15 + 5 + 50])
  })

  it('is followed over revisions of which little is shown', async () => {
    const scenario = counter([0, 15, 30, 45])
    scenario.read({ wh: 1_047, minute: 45 }).gap(50, null)
    scenario.read({ wh: 1_060, minute: 60 }).read({ wh: 1_075, minute: 75 })
    const form: FormOf = entry => {
      const { kind } = entry.entry
      if (kind === 'revision') return showing('status', 'total', 'quality')(entry)
      return kind === 'gap' ? showing('detail')(entry) : whole(entry)
    }
    const result = await resultOf(scenario, { first: 2, form })
    expect([result.verdict, energy(result)]).toEqual(['incomplete', null])
    const { gaps } = result
    expect(gaps).toEqual([{ segment: 0, sequence: 6, from: undefined, to: undefined, reason: undefined }])
    const open = await resultOf(scenario, { first: 2 })
    expect([open.verdict, energy(open)]).toEqual(['proven', 45])
    expect(open.gaps).toMatchObject([{ from: at(50), to: undefined, reason: 'source-timeout' }])
  })

  it('is not decided where nothing shows what kind of values the meter gives', async () => {
    const { log, entries } = counter([0, 15, 30])
    const pick: FormOf = entry =>
      showing(...(entry.entry.kind === 'opening' ? ['asset', 'channel'] : ['measuredAt', 'status', 'total']))(
        entry,
      )
    const segments = [segmentFrom(log, entries, { form: pick })]
    const evidence = await evidenceFrom(log, segments, { from: at(0), to: at(15) })
    expect(evidence.claim.energy).toBe(null)
  })
})
