import { afterAll, beforeAll, expect, test } from 'vitest'
import { toHex } from '../../../src/core/bytes.ts'
import type { DefinedLine } from '../../../src/core/ledger.ts'
import { addEntry, addReading } from '../../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../../src/testing/memory-stores.ts'
import meterBookContract from '../../contracts/generated/MeterBook.json' with { type: 'json' }
import { DefinedWorld } from './defined-world.ts'
import { meterBook } from './meter-book.ts'

let world: DefinedWorld

beforeAll(async () => {
  world = await DefinedWorld.open(meterBook, meterBookContract)
})
afterAll(() => world.anvil.stop())

const totals = async (meter: string) => (await world.events(meter, 'Counted')).map(({ total }) => total)
const statesOf = async (stores: MemoryStores, { name }: DefinedLine) =>
  [...(await stores.ofLine(name, 20))].reverse().map(({ first, last, state }) => [first, last, state])

test('higher totals are registered, equal ones skipped with their reason, and the next call ties in all', async () => {
  const line = await world.line('roof')
  const stores = new MemoryStores()
  addEntry(stores.entries, 'roof', 'opening', { total: 0n })
  addReading(stores.entries, 'roof', 0n)
  addReading(stores.entries, 'roof', 10n)
  addReading(stores.entries, 'roof', 10n)
  addEntry(stores.entries, 'roof', 'gap')
  addReading(stores.entries, 'roof', 10n)
  const last = addReading(stores.entries, 'roof', 12n)
  addReading(stores.entries, 'roof', 12n)
  const ledger = await world.ledger([line], { stores })
  await world.settle(ledger)
  expect(await totals('roof')).toEqual([10n, 12n])
  expect((await world.events('roof', 'Counted')).at(-1)?.entry).toBe(`0x${toHex(last.leafHash)}`)
  expect(await statesOf(stores, line)).toEqual([
    [0, 1, 'skipped'],
    [2, 2, 'final'],
    [3, 5, 'skipped'],
    [6, 6, 'final'],
    [7, 7, 'skipped'],
  ])
  expect((await stores.ofLine(line.name, 1))[0]?.reason).toBe('no whole Wh more than 12 Wh')
  expect(await world.only(ledger)).toMatchObject({ stopped: undefined, trouble: undefined })
})

test('a night of equal readings makes no transaction and no trouble', async () => {
  const line = await world.line('night')
  const stores = new MemoryStores()
  addReading(stores.entries, 'night', 5n)
  const ledger = await world.ledger([line], { stores, settings: { window: 8 } })
  await world.settle(ledger)
  for (let i = 0; i < 40; i++) {
    addReading(stores.entries, 'night', 5n)
    if (i % 7 === 0) await world.work(ledger)
  }
  await world.settle(ledger)
  expect(await totals('night')).toEqual([5n])
  // Compared anew: the newest submissions are all skips.
  const again = await world.ledger([line], { stores: stores.snapshot(), settings: { window: 8 } })
  addReading(stores.entries, 'night', 6n)
  await world.settle(again)
  expect(await totals('night')).toEqual([5n, 6n])
  expect((await world.only(again)).stopped).toBeUndefined()
})

test('what is on the chain and not in our books is adopted, equal readings between skipped', async () => {
  const line = await world.line('adopt')
  const stores = new MemoryStores()
  for (const total of [0n, 3n, 3n, 4n, 4n, 9n]) addReading(stores.entries, 'adopt', total)
  await world.settle(await world.ledger([line], { stores, settings: { window: 2 } }))
  const entries = stores.entries.filter(({ kind }) => kind === 'reading')
  const restored = new MemoryStores(entries)
  addReading(restored.entries, 'adopt', 11n)
  const ledger = await world.ledger([line], { stores: restored, settings: { window: 2 } })
  await world.settle(ledger)
  expect(await totals('adopt')).toEqual([3n, 4n, 9n, 11n])
  // Receipts of our own follow.
  expect((await statesOf(restored, line)).slice(0, 7)).toEqual([
    [0, 0, 'skipped'],
    [1, 1, 'final'],
    [2, 2, 'skipped'],
    [3, 3, 'final'],
    [4, 4, 'skipped'],
    [5, 5, 'final'],
    [6, 6, 'final'],
  ])
})

test('a total that somebody else registered is not registered again; a higher one stops the line', async () => {
  const line = await world.line('other')
  const stores = new MemoryStores()
  addReading(stores.entries, 'other', 10n)
  await world.settle(await world.ledger([line], { stores }))
  const [id] = (await world.events('other', 'Counted')).map(({ meter }) => meter)
  const count = (total: bigint) =>
    world.contract.send('count', [id, total, `0x${'77'.repeat(32)}`], { from: world.account })
  await count(12n)
  addReading(stores.entries, 'other', 12n)
  addReading(stores.entries, 'other', 13n)
  const second = await world.ledger([line], { stores: stores.snapshot() })
  await world.settle(second)
  expect(await totals('other')).toEqual([10n, 12n, 13n])
  await count(50n)
  const third = await world.ledger([line], { stores })
  await world.work(third)
  expect((await world.only(third)).stopped).toMatch(/ledger-conflict.*holds 50 Wh, more than our 1[23] Wh/)
})

test('what the contract would refuse is said beforehand: no code, paused, another writer', async () => {
  const line = await world.line('check')
  const stores = new MemoryStores()
  addReading(stores.entries, 'check', 1n)
  const nowhere = await world.ledger([line], {
    stores: stores.snapshot(),
    options: { contract: `0x${'12'.repeat(20)}` },
  })
  await world.work(nowhere)
  expect((await world.only(nowhere)).trouble).toMatch(
    /ledger-not-ready: check\/book: there is no contract at/,
  )
  await world.contract.send('setPaused', [true])
  const ledger = await world.ledger([line], { stores })
  await world.work(ledger)
  expect((await world.only(ledger)).trouble).toMatch(/is paused\. Ask its owner/)
  await world.contract.send('setPaused', [false])
  world.clock.push(20_000)
  await world.settle(ledger)
  expect(await totals('check')).toEqual([1n])
})
