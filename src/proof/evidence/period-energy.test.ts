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
import { Stream } from '../../../test/support/register-stream.ts'
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

  it('is proven across a gap of which the log tells between its entries', async () => {
    for (const gapEnd of [45, null]) {
      const scenario = quarter(new Scenario(), [15, 30]).gap(30, gapEnd)
      quarter(scenario, [60, 75])
      const result = await resultOf(scenario)
      expect([result.verdict, energy(result), result.gaps.length]).toEqual(['proven', 200, 1])
    }
    const elsewhere = quarter(new Scenario(), [15]).gap(30, 45)
    quarter(elsewhere, [30, 60, 75])
    const picked = await resultOf(elsewhere, {
      first: 3,
      more: [
        [2, 3],
        [1, 2],
      ],
    })
    expect(codes(picked)).toContain('time-uncovered')
    const vague = quarter(new Scenario(), [15, 30])
    vague.add('gap', { detail: null, from: null, reason: 'source-timeout', to: at(45) })
    expect(codes(await resultOf(quarter(vague, [60, 75]).gap(75, null)))).toContain('time-uncovered')
    const short = quarter(new Scenario(), [15, 30]).gap(30, 40)
    expect(codes(await resultOf(quarter(short, [60, 75])))).toContain('time-uncovered')
  })

  it('is not proven where the run that is shown was picked between others that fill the period', async () => {
    const scenario = quarter(new Scenario(), [15, 30, 45, 60, 75, 90])
    scenario.read({ wh: 1, minute: 0, fromMinute: -15 })
    quarter(scenario, [105])
    const none = await resultOf(scenario, { first: 7 })
    expect([none.verdict, energy(none)]).toEqual(['incomplete', 0])
    expect(none.steps.find(({ name }) => name === 'completeness')?.text).toBe(
      `No interval from ${at(15)} to ${at(60)} is shown, and no gap: intervals are logged in any order, and the log may have one elsewhere.`,
    )
    const one = await resultOf(scenario, { first: 7, from: 30, to: 30 })
    expect([one.verdict, one.evidence?.claim.readings]).toEqual(['incomplete', 0])
    const read = await resultOf(scenario, { from: 30, to: 30 })
    expect([read.verdict, energy(read), read.evidence?.claim.readings]).toEqual(['proven', 100, 1])
    const part = await resultOf(scenario, { first: 7, more: [[2, 4]] })
    expect(codes(part)).toContain('time-uncovered')
    const all = await resultOf(scenario, { first: 7, more: [[1, 7]] })
    expect([all.verdict, energy(all)]).toEqual(['proven', 300])
  })

  it('is not proven by a longer interval that is held because others of its time are counted', async () => {
    const scenario = quarter(new Scenario(), [15, 30, 45, 60])
    scenario.read({ wh: 400, minute: 60, fromMinute: 0 })
    scenario.read({ wh: 1, minute: 0, fromMinute: -15 })
    scenario.read({ wh: 400, minute: 59, fromMinute: 1 })
    quarter(scenario, [75])
    const result = await resultOf(scenario, { first: 7 })
    expect([result.verdict, energy(result)]).toEqual(['incomplete', 0])
  })

  it('carries the fractions of all that a new meter gave, whichever of them lowers another value', async () => {
    const scenario = new Scenario()
    const give = (wh: number, minute: number, serial: string) =>
      scenario.read({ wh, minute, fromMinute: minute - 15, fraction: '9', serial })
    for (const minute of [15, 30]) give(100, minute, 'A')
    for (const minute of [45, 60, 75]) give(100, minute, 'B')
    give(40, 30, 'B')
    scenario.resolve({ kind: 'swap', final: 0n, initial: 0n })
    give(100, 90, 'B')
    expect((await resultOf(scenario, { to: 80 })).steps.filter(({ state }) => state === 'false')).toEqual([])
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
      // Which times they are of is not shown either: others may have been left out.
      expect([result.verdict, energy(result)]).toEqual(['incomplete', shown ? 207 : null])
      expect(codes(result)).toContain('time-uncovered')
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

  it('is not counted twice when an operator counts readings near a border', async () => {
    const scenario = new Scenario({ stream: new Stream({ capacity: 1_000_000n }) })
    scenario.read({ wh: 1_000, minute: 0 }).read({ wh: 1_100, minute: 15 }).read({ wh: 90_000, minute: 30 })
    scenario.resolve({ kind: 'release' })
    for (const minute of [60, 75, 120]) scenario.read({ wh: 90_000 + minute, minute })
    const before = await resultOf(scenario, { from: 0, to: 45 })
    const after = await resultOf(scenario, { first: 2, from: 45, to: 90 })
    expect([before.verdict, energy(before)]).toEqual(['proven', 89_000])
    expect([after.verdict, energy(after)]).toEqual(['proven', 75])
    // Of both sides of the beginning, it can't be told what is of which.
    const across = new Scenario({ stream: new Stream({ capacity: 1_000_000n }) })
    across.read({ wh: 1_000, minute: 0 }).read({ wh: 90_000, minute: 30 }).read({ wh: 90_050, minute: 60 })
    across.resolve({ kind: 'release' })
    for (const minute of [75, 120]) across.read({ wh: 90_000 + minute, minute })
    const unclear = await resultOf(across, { from: 45, to: 90 })
    expect([unclear.verdict, energy(unclear)]).toEqual(['proven', null])
    expect(codes(unclear)).toContain('border-unclear')
    // What he counts of after the period ends it.
    const behind = await resultOf(across, { from: 0, to: 15 })
    expect([behind.verdict, energy(behind)]).toEqual(['proven', 0])
  })

  it('can not be told where the first entry does not settle what was held before it', async () => {
    const scenario = new Scenario({ stream: new Stream({ capacity: 1_000_000n }) })
    scenario.read({ wh: 1_000, minute: 0 }).read({ wh: 1_100, minute: 15 }).read({ wh: 90_000, minute: 30 })
    scenario.read({ wh: 1_110, minute: 15 }).resolve({ kind: 'release' })
    for (const minute of [60, 75, 120]) scenario.read({ wh: 90_000 + minute, minute })
    const { entries } = scenario
    const revision = entries.findIndex(({ entry }) => entry.kind === 'revision')
    const hidden = await resultOf(scenario, { first: revision, from: 45, to: 90 })
    expect([hidden.evidence?.claim.energy, codes(hidden).includes('border-unclear')]).toEqual([null, true])
    const shown = await resultOf(scenario, { first: 2, from: 45, to: 90 })
    expect([shown.verdict, energy(shown)]).toEqual(['proven', 75])
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
    const more: FormOf = entry =>
      entry.entry.kind === 'reset' ? showing('total', 'released', 'declared')(entry) : whole(entry)
    expect((await resultOf(scenario, { first: 2, form: more })).verdict).toBe('proven')
    // Of a held reading without its time nobody can tell on which side of the border it is.
    const timeless: FormOf = entry =>
      entry.entry.sequence === 4 ? showing('status', 'total')(entry) : whole(entry)
    const hidden = await resultOf(scenario, { first: 2, form: timeless })
    expect([hidden.verdict, energy(hidden)]).toEqual(['incomplete', null])
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
