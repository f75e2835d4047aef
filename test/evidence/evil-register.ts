import type { Document } from '../../src/core/document.ts'
import { encodeWholeRegister } from '../../src/core/register-json.ts'
import type { Evidence, EvidenceClaim, EvidenceEntry } from '../../src/proof/evidence/index.ts'
import { evidenceFrom, sealed, segmentFrom, whole } from './make-evidence.ts'
import { type MemoryEntry, MemoryLog } from './memory-log.ts'
import { at, Scenario, wattHour } from './scenarios.ts'
import { falsified, type Vector } from './vector.ts'

/** A file of a scenario's entries from one sequence on, with its opening. */
function fileOf({ log, entries }: Scenario, first: number, to: number, from = 15): Promise<Evidence> {
  const main = segmentFrom(log, entries.slice(first))
  const opening = segmentFrom(log, entries.slice(0, 1))
  return evidenceFrom(log, first === 0 ? [main] : [main, opening], { from: at(from), to: at(to) })
}

/** The same log again, by a gateway that lies in some documents. */
function lying(honest: Scenario, lies: Readonly<Record<number, object>>): Scenario {
  const log = new MemoryLog()
  for (const { entry, document } of honest.entries) {
    log.append(1, entry.kind, { ...document, ...lies[entry.sequence] } as Document)
  }
  return new Scenario({ log })
}

/** Entries: 0 opening, 1 to n readings of 100 Wh more each, every 15 minutes. */
function counter(minutes = [0, 15, 30, 45, 60, 75]): Scenario {
  const scenario = new Scenario()
  for (const minute of minutes) scenario.read({ wh: 1_000 + (minute / 15) * 100, minute })
  return scenario
}

/** Intervals of 15 minutes, 100 Wh each. */
function intervals(minutes = [15, 30, 45, 60, 75]): Scenario {
  const scenario = new Scenario()
  for (const minute of minutes) scenario.read({ wh: 100, minute, fromMinute: minute - 15, fraction: '4' })
  return scenario
}

/** The third of five intervals is revised from 100 Wh to 40. */
function revisedAway(): Scenario {
  const scenario = intervals([15, 30, 45]).read({ wh: 40, minute: 45, fromMinute: 30, fraction: '4' })
  for (const minute of [60, 75]) scenario.read({ wh: 100, minute, fromMinute: minute - 15 })
  return scenario
}

/** Files of logs that were signed and tell what can't be. */
export async function evilRegisters(): Promise<readonly Vector[]> {
  const total = (wh: number, millijoules = 0) => BigInt(wh) * wattHour + BigInt(millijoules)
  const lies = async (
    code: Vector['code'],
    name: string,
    honest: Scenario,
    documents: Readonly<Record<number, object>>,
    first = 2,
  ) => falsified(code, name, await fileOf(lying(honest, documents), first, 60))
  const openedTwice = counter()
  openedTwice.log.append(1, 'opening', openedTwice.entries[0]!.document)
  const overlapping = lying(intervals(), { 3: { from: at(15) } })
  return [
    await lies('total-falls', 'a-total-that-falls', counter(), { 4: { total: total(100) } }),
    await lies('total-unexplained', 'a-total-that-rises-by-1-mJ-more', counter(), {
      4: { total: total(300, 1) },
      5: { total: total(400, 1) },
      6: { total: total(500, 1) },
    }),
    await lies('total-unexplained', 'an-interval-counted-twice', intervals(), {
      4: { total: total(500) },
      5: { total: total(600) },
    }),
    await lies(
      'total-unexplained',
      'a-total-that-rises-less-without-a-debit',
      counter(),
      { 4: { total: total(250) }, 5: { total: total(350) }, 6: { total: total(450) } },
      0,
    ),
    await lies('total-unexplained', 'a-late-reading-that-counts', counter(), { 4: { status: 'late' } }),
    await lies('register-law', 'a-reading-of-another-channel', counter(), { 4: { channel: 'import' } }, 0),
    await lies(
      'register-law',
      'a-status-that-is-none',
      counter(),
      { 6: { status: 'counted', serial: null, kind: 'guess' } },
      0,
    ),
    await lies('register-law', 'a-counter-counted-out-of-order', counter(), { 4: { measuredAt: at(15) } }),
    await lies('register-law', 'an-interval-counted-twice-in-part', intervals(), { 4: { from: at(40) } }),
    falsified(
      'total-unexplained',
      'a-debit-that-was-not-paid',
      await fileOf(lying(revisedAway(), { 5: { total: total(301) }, 6: { total: total(401) } }), 1, 60),
    ),
    falsified('register-law', 'opened-twice', await fileOf(openedTwice, 2, 60)),
    falsified('register-law', 'intervals-that-overlap', await fileOf(overlapping, 0, 60)),
  ]
}

/** Files whose claim is not what their entries show. */
export function evilClaims(good: Evidence): readonly Vector[] {
  const claims = (name: string, change: Partial<EvidenceClaim>) =>
    falsified('claim-false', name, { ...good, claim: { ...good.claim, ...change } })
  const { energy, readings, devices } = good.claim
  return [
    claims('inflated-by-1-mJ', { energy: (BigInt(energy ?? 0) + 1n).toString() }),
    claims('deflated-by-1-mJ', { energy: (BigInt(energy ?? 0) - 1n).toString() }),
    claims('a-reading-more', { readings: readings + 1 }),
    claims('another-asset', { asset: 'shed' }),
    claims('another-channel', { channel: 'import' }),
    claims('another-device', { devices: devices.map(device => ({ ...device, serial: 'B2' })) }),
    claims('a-device-more', { devices: [...devices, { manufacturer: null, model: null, serial: 'B2' }] }),
    claims('no-device', { devices: [] }),
    claims('a-longer-period', { to: at(90) }),
  ]
}

/** Files that are true and have something to tell, and files that leave something open. */
export async function tellingRegisters(): Promise<readonly Vector[]> {
  const tells = async (code: Vector['code'], name: string, scenario: Scenario, first = 2, to = 60) =>
    falsified(code, name, await fileOf(scenario, first, to), { verdict: 'proven' })
  const open = async (code: Vector['code'], name: string, evidence: Evidence) =>
    falsified(code, name, evidence, { verdict: 'incomplete' })
  const ahead = counter([0, 15, 30]).read({ wh: 5_000, minute: 50, receivedAt: 0 })
  const late = counter([0, 15, 30, 45]).read({ wh: 1_290, minute: 44 })
  const revised = counter([0, 15, 30, 45]).read({ wh: 1_310, minute: 45 })
  const swapped = new Scenario()
  for (const minute of [0, 15, 30]) swapped.read({ wh: 1_000 + minute, minute, serial: 'A1' })
  swapped.read({ wh: 7, minute: 45, serial: 'B2' })
  swapped.resolve({ kind: 'swap', final: 1_035n * wattHour, initial: 2n * wattHour })
  for (const minute of [60, 75]) swapped.read({ wh: 7 + minute, minute, serial: 'B2' })
  const fallen = counter([0, 15, 30])
  for (const minute of [45, 60, 75]) fallen.read({ wh: minute, minute })
  fallen.resolve({ kind: 'reset', initial: 0n })
  fallen.read({ wh: 90, minute: 90 })
  const nearBorder = counter([0, 15]).read({ wh: 7, minute: 20 })
  nearBorder.resolve({ kind: 'reset', initial: 0n })
  for (const minute of [45, 60, 75]) nearBorder.read({ wh: minute, minute })
  const lowered = revisedAway()
  const begun = new Scenario()
  for (const [from, minute] of [
    [0, 10],
    [10, 20],
    [20, 60],
    [60, 75],
  ] as const) {
    begun.read({ wh: 100, minute, fromMinute: from })
  }
  const lateRevision = counter([0, 15, 30, 45, 60])
    .read({ wh: 1_290, minute: 45 })
    .read({ wh: 1_500, minute: 75 })
  const loweredCounter = counter([0, 15, 30, 45]).read({ wh: 1_250, minute: 45 })
  for (const minute of [60, 75]) loweredCounter.read({ wh: 1_400 + minute, minute })
  const indebted = new Scenario()
  for (const minute of [15, 30, 45]) indebted.read({ wh: 100, minute, fromMinute: minute - 15 })
  indebted.read({ wh: 10, minute: 45, fromMinute: 30 }).read({ wh: 50, minute: 60, fromMinute: 45 })
  indebted.read({ wh: 100, minute: 75, fromMinute: 60 })
  const crossing = intervals([15, 30, 45]).read({ wh: 100, minute: 65, fromMinute: 45 })
  return [
    await tells(
      'held',
      'a-clock-ahead',
      ahead.read({ wh: 1_400, minute: 60 }).read({ wh: 1_500, minute: 75 }),
    ),
    await tells(
      'late',
      'a-late-reading',
      late.read({ wh: 1_400, minute: 60 }).read({ wh: 1_500, minute: 75 }),
    ),
    await tells(
      'revised',
      'another-value',
      revised.read({ wh: 1_400, minute: 60 }).read({ wh: 1_500, minute: 75 }),
    ),
    await tells('revised', 'another-value-by-the-whole-law', revised, 0),
    await tells('operator-entry', 'a-meter-swapped', swapped),
    await tells('operator-entry', 'a-meter-swapped-by-the-whole-law', swapped, 0),
    falsified('operator-entry', 'a-reset-before-the-period', await fileOf(nearBorder, 2, 60, 30), {
      verdict: 'proven',
    }),
    await tells('debit-paid', 'an-interval-revised-away', lowered, 1),
    await tells('debit-paid', 'an-interval-revised-away-by-the-whole-law', lowered, 0),
    await tells('straddles', 'an-interval-across-the-border', crossing, 1),
    await tells('border-unclear', 'a-reset-that-counts-both-sides', fallen),
    await tells('straddles', 'an-interval-across-the-beginning', begun, 0),
    await tells('late', 'a-revision-that-comes-late', lateRevision, 2),
    await tells('revised', 'a-counter-that-is-lowered', loweredCounter, 2),
    await tells('revised', 'a-counter-that-is-lowered-by-the-whole-law', loweredCounter, 0),
    await tells('debit-paid', 'a-debit-larger-than-a-reading', indebted, 1),
    await open('border-unclear', 'energy-claimed-across-the-border', withEnergy(await fileOf(fallen, 2, 60))),
    await open('entry-erased', 'readings-erased', await erased()),
    await open('time-uncovered', 'a-run-of-entries-picked-between-those-of-the-period', await picked()),
    await open('time-uncovered', 'an-hour-without-intervals', await fileOf(intervals([15, 60, 75]), 1, 60)),
    await open('entry-sealed', 'an-operators-entry-sealed', await sealing(swapped, 'swap')),
    falsified('not-in-tree', 'erased-range-passed-off-as-a-gap', asGap(await erased())),
  ]
}

async function sealing({ log, entries }: Scenario, kind: string): Promise<Evidence> {
  const form = (stored: MemoryEntry) => (stored.entry.kind === kind ? sealed(stored) : whole(stored))
  const segments = [segmentFrom(log, entries.slice(2), { form }), segmentFrom(log, entries.slice(0, 1))]
  return evidenceFrom(log, segments, { from: at(15), to: at(60) })
}

/** The period's intervals stand before those that are shown, which came out of their order. */
async function picked(): Promise<Evidence> {
  const scenario = intervals().read({ wh: 1, minute: 0, fromMinute: -15 })
  return fileOf(scenario.read({ wh: 100, minute: 90, fromMinute: 75 }), 6, 60)
}

/** Readings of the period were erased, and the log says so. */
export async function erased(): Promise<Evidence> {
  const scenario = counter()
  const { entries, log, stream } = scenario
  scenario.add('erasure', {
    by: 'data protection officer',
    first: 3n,
    last: 4n,
    reason: 'the tenant moved out',
    state: encodeWholeRegister(stream.state),
  })
  const gone = [3, 4]
  const form = (stored: MemoryEntry) =>
    gone.includes(stored.entry.sequence) ? sealed(stored) : whole(stored)
  const all = scenario.entries
  const evidence = await evidenceFrom(
    log,
    [
      segmentFrom(log, entries.slice(2), { form }),
      segmentFrom(log, entries.slice(0, 1)),
      segmentFrom(log, all.slice(-1)),
    ],
    { from: at(15), to: at(60) },
  )
  return evidence
}

function asGap(evidence: Evidence): Evidence {
  const [main, ...rest] = evidence.segments
  const gap: EvidenceEntry = {
    at: '2024-05-01T00:00:03.000Z',
    kind: 'gap',
    document: { detail: null, from: at(15), reason: 'source-unreachable', to: at(60) },
    seed: 'A'.repeat(43),
  }
  const entries = main!.entries.flatMap(entry => ('sealed' in entry ? [gap] : [entry]))
  return { ...evidence, segments: [{ ...main!, entries }, ...rest] }
}

function withEnergy(evidence: Evidence): Evidence {
  return { ...evidence, claim: { ...evidence.claim, energy: wattHour.toString() } }
}
