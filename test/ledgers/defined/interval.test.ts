import { afterAll, beforeAll, expect, test } from 'vitest'
import { toHex } from '../../../src/core/bytes.ts'
import type { DefinedLine } from '../../../src/core/ledger.ts'
import { merkleRoot } from '../../../src/proof/merkle.ts'
import { addEntry } from '../../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../../src/testing/memory-stores.ts'
import { VirtualClock } from '../../../src/testing/virtual-clock.ts'
import periodBookContract from '../../contracts/generated/PeriodBook.json' with { type: 'json' }
import { DefinedWorld } from './defined-world.ts'
import { periodBook } from './period-book.ts'

let world: DefinedWorld

beforeAll(async () => {
  world = await DefinedWorld.open(periodBook, periodBookContract)
})
afterAll(() => world.anvil.stop())

const midnight = Date.UTC(2026, 5, 1)
const hour = 3_600_000
const day = 24 * hour

/** A counted reading of a register total in mWh, measured so many hours after midnight. */
function add(stores: MemoryStores, stream: string, hours: number, milliwattHours: bigint) {
  const measuredAt = new Date(midnight + hours * hour).toISOString()
  return addEntry(stores.entries, stream, 'reading', {
    status: 'counted',
    total: milliwattHours * 3_600n,
    measuredAt,
  })
}

const claims = async (meter: string) =>
  (await world.events(meter, 'Claimed')).map(({ from, to, energy, sum }) => ({
    from: Number(from) * 1000 - midnight,
    to: Number(to) * 1000 - midnight,
    energy,
    sum,
  }))

const gatewayAt = (hours: number) => ({ clock: clockAt(midnight + hours * hour) })
function clockAt(now: number) {
  return { ...new VirtualClock(), now: () => now, monotonic: () => now, after: () => () => undefined }
}

async function settle(line: DefinedLine, stores: MemoryStores, hours: number) {
  const ledger = await world.ledger([line], { stores, period: 'hour', ...gatewayAt(hours) })
  await world.settle(ledger)
  return ledger
}

test('each period is registered once it is over: the exact rise of the register, sums that telescope', async () => {
  const line = await world.line('roof')
  const stores = new MemoryStores()
  addEntry(stores.entries, 'roof', 'opening', { total: 0n })
  const first = add(stores, 'roof', 0.5, 1_500n)
  // Measured at the full hour: it was produced before.
  const second = add(stores, 'roof', 1, 2_700n)
  add(stores, 'roof', 1.5, 3_900n)
  const ledger = await world.ledger([line], { stores, period: 'hour', ...gatewayAt(1.6) })
  await world.settle(ledger)
  expect(await claims('roof')).toEqual([{ from: 0, to: hour, energy: 2n, sum: 2n }])
  const [event] = await world.events('roof', 'Claimed')
  const opening = stores.entries[0]
  expect(event?.root).toBe(
    `0x${toHex(merkleRoot([opening?.leafHash ?? new Uint8Array(), first.leafHash, second.leafHash]))}`,
  )
  expect((await world.only(ledger)).backlog).toBe(0)
  // Past its grace the second hour is over whatever comes, and the third has no whole Wh.
  add(stores, 'roof', 2.9, 3_950n)
  add(stores, 'roof', 3.5, 5_000n)
  await settle(line, stores, 6)
  expect(await claims('roof')).toEqual([
    { from: 0, to: hour, energy: 2n, sum: 2n },
    { from: hour, to: 2 * hour, energy: 1n, sum: 3n },
    { from: 3 * hour, to: 4 * hour, energy: 2n, sum: 5n },
  ])
  const skipped = (await stores.ofLine(line.name, 9)).filter(({ state }) => state === 'skipped')
  expect(skipped.map(({ reason }) => reason)).toEqual([
    'no whole Wh from 2026-06-01T02:00:00.000Z to 2026-06-01T03:00:00.000Z',
  ])
})

test('late energy goes into the period in which it was counted, and no period is asked for twice', async () => {
  // Fails without `periodOf`: after the restart the late reading makes a second claim for the first hour.
  const line = await world.line('late')
  const stores = new MemoryStores()
  add(stores, 'late', 0.5, 1_000n)
  await settle(line, stores, 3)
  add(stores, 'late', 0.9, 4_000n)
  await settle(line, stores.snapshot(), 3)
  expect(await claims('late')).toEqual([
    { from: 0, to: hour, energy: 1n, sum: 1n },
    { from: hour, to: 2 * hour, energy: 3n, sum: 4n },
  ])
})

test('a day of many entries is read beyond the window, and a register that was opened at a total asks for no more than its rise', async () => {
  const line = await world.line('day')
  const stores = new MemoryStores()
  for (let minute = 1; minute <= 24 * 60; minute++) {
    add(stores, 'day', minute / 60, 1_000_000n + BigInt(minute) * 100n)
  }
  const options = {
    stores,
    period: 'day' as const,
    settings: { window: 16 },
    opening: async () => 1_000n,
  }
  const early = await world.ledger([line], { ...options, ...gatewayAt(24.5) })
  await world.settle(early)
  expect(await claims('day')).toEqual([])
  const ledger = await world.ledger([line], { ...options, ...gatewayAt(25.1) })
  await world.settle(ledger)
  expect(await claims('day')).toEqual([{ from: 0, to: day, energy: 144n, sum: 144n }])
})

test('periods that are on the chain and not in our books are adopted', async () => {
  const line = await world.line('adopt')
  const stores = new MemoryStores()
  for (let half = 1; half <= 12; half++) add(stores, 'adopt', half / 2, BigInt(half) * 700n)
  await settle(line, stores, 8)
  const before = await claims('adopt')
  expect(before.map(({ energy }) => energy)).toEqual([1n, 1n, 2n, 1n, 2n, 1n])
  const restored = new MemoryStores(stores.entries.filter(({ kind }) => kind === 'reading'))
  add(restored, 'adopt', 6.5, 10_000n)
  await settle(line, restored, 9)
  expect((await claims('adopt')).slice(0, 6)).toEqual(before)
  expect((await claims('adopt')).slice(6)).toEqual([{ from: 6 * hour, to: 7 * hour, energy: 2n, sum: 10n }])
})
