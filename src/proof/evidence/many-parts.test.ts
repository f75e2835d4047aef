import { expect, test } from 'vitest'
import { nobleHashes } from '../hashes.ts'
import { checkChainRecords } from './check-chain-records.ts'
import { checkRegister } from './check-register.ts'
import { erasuresOf } from './erasures.ts'
import type { Evidence } from './evidence.ts'
import { periodEnergy } from './period-energy.ts'
import { viewPeriod } from './period-view.ts'
import type { RebuiltEntry } from './rebuilt-entry.ts'
import { uncoveredTimes } from './uncovered-times.ts'

/*
 * A file may have as many parts as fit into it, and be verified in a time that grows as it does. Each of these tests takes
 * hours where every part is compared with every other.
 */

const many = 100_000
const times = (count: number) => Array.from({ length: count }, (_, i) => i)
const at = (minute: number) => new Date(Date.UTC(2024, 4, 1) + minute * 60_000).toISOString()
const period = { from: at(0), to: at(many) }

function entry(sequence: number, change: Partial<RebuiltEntry> = {}): RebuiltEntry {
  return {
    segment: 0,
    stream: 'a',
    sequence,
    at: at(0),
    kind: 'note',
    schema: 'note/1',
    content: 'sealed',
    document: {},
    leaf: undefined,
    signed: undefined,
    ...change,
  }
}

const interval = (sequence: number, status: string) =>
  entry(sequence, {
    kind: 'reading',
    schema: 'reading/1',
    content: 'shown',
    document: {
      status,
      kind: 'interval',
      serial: `${sequence}`,
      from: at(sequence),
      measuredAt: at(sequence + 1),
      total: 0n,
      energy: 0n,
    },
  })

test('segments of as many streams', () => {
  const segments = times(many).map(i => [entry(0, { segment: i, stream: `${i}` })])
  expect(checkRegister(segments).state).toBe('holds')
})

test('gaps that last until a reading that never comes', () => {
  const gaps = times(many).map(i =>
    entry(i, { kind: 'gap', schema: 'gap/1', content: 'whole', document: { from: at(i), to: null } }),
  )
  expect(uncoveredTimes(viewPeriod([gaps], period), period)).toEqual([period])
})

test('erasures of as many entries: each has one that says so, if any does', () => {
  const erasure = (sequence: number, first: number, last: number) =>
    entry(sequence, {
      kind: 'erasure',
      content: 'whole',
      document: { first: BigInt(first), last: BigInt(last) },
    })
  const sealed = times(many).map(i => entry(i))
  const segments = [
    [...sealed, ...times(many).map(i => erasure(many + i, i + 10, i + 10)), entry(0, { kind: 'erasure' })],
  ]
  const found = erasuresOf(sealed, { segments })
  expect(found.size).toBe(many - 10)
  expect(found.get(sealed[9]!)).toBeUndefined()
  expect(found.get(sealed[10]!)?.sequence).toBe(many)
  // One erases nothing behind itself, and a wide one stands for what narrower ones leave.
  const few = [erasure(3, 0, 9), erasure(20, 5, 5), erasure(21, 4, 12)]
  expect(
    [
      ...erasuresOf(
        times(15).map(i => entry(i)),
        { segments: [few] },
      ),
    ].map(([one, by]) => [one.sequence, by.sequence]),
  ).toEqual([[0, 3], [1, 3], [2, 3], ...times(9).map(i => [i + 4, 21])])
})

test('held intervals, and an entry of the operator about each', () => {
  const held = times(many).map(i => interval(i, 'held/rise'))
  const resolved = times(many).map(i =>
    entry(many + i, {
      kind: i % 2 === 0 ? 'swap' : 'release',
      schema: i % 2 === 0 ? 'swap/1' : 'release/1',
      content: 'whole',
      document: { reading: BigInt(i), readings: 1n, total: 0n },
    }),
  )
  const view = viewPeriod([[...held, interval(2 * many, 'counted'), ...resolved]], period)
  expect(periodEnergy(view)).toBe(0n)
})

test('anchors of as many earlier trees, and certificates of as many contracts', () => {
  const root = 'A'.repeat(43)
  const trees = times(many).map(i => ({ size: i + 1, root, path: [] }))
  const anchors = trees.map(tree => ({ ...tree, transaction: '0x' })) as unknown as Evidence['anchors']
  const certificates = times(many).map(i => ({
    segment: 0,
    sequence: i,
    ledger: 'issuer',
    chainId: 1n,
    contract: `${i}`,
    certificate: 1n,
    energy: 1n,
    owner: undefined,
    state: 'issued',
    first: BigInt(i),
    last: BigInt(i),
    transaction: undefined,
    block: undefined,
    blockHash: undefined,
    logIndex: undefined,
  }))
  const main = times(many).map(i =>
    entry(i, {
      ...interval(i, 'counted'),
      document: { status: 'counted', total: BigInt(i + 1) * 3_600_000n },
    }),
  )
  const step = checkChainRecords({ consistency: trees, anchors } as unknown as Evidence, {
    checkpoint: {
      origin: 'a',
      size: many + 1,
      root: nobleHashes.sha256(new Uint8Array()),
      extensions: [],
    } as never,
    entries: [],
    view: viewPeriod([main], period),
    certificates,
  })
  expect(step).toMatchObject({ state: 'absent', findings: [] })
})
