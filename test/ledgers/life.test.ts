import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toHex } from '../../src/core/bytes.ts'
import { firstLink } from '../../src/ledgers/index.ts'
import { addEntry, addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { anyHash } from '../contracts/asset-bench.ts'
import { World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.anvil.stop())

describe.each(['producing', 'consuming'] as const)('a %s asset', kind => {
  test('registers each counted reading once, linked to the one before, final at its depth', async () => {
    const id = await world.registries[kind].readyAsset()
    const stores = new MemoryStores()
    const line = world.line(id, kind)
    addEntry(stores.entries, 'roof', 'opening')
    const first = addReading(stores.entries, 'roof', 10n)
    const second = addReading(stores.entries, 'roof', 25n)
    const ledger = await world.ledger({ stores, lines: [line] })

    await world.work(ledger)
    expect((await world.only(ledger)).pending).toEqual({ sent: 2 })
    await world.anvil.mine()
    await world.work(ledger)
    // One block deep: mined, not final.
    expect(await world.only(ledger)).toMatchObject({ cursor: -1, pending: { mined: 2 } })
    await world.settle(ledger)

    expect(await world.events(id, kind)).toMatchObject([
      { before: 0n, value: 10n, down: false, link: firstLink },
      { before: 10n, value: 25n, down: false, link: `0x${toHex(first.leafHash)}` },
    ])
    const [latest] = await stores.ofLine(line.name, 1)
    expect(latest).toMatchObject({ first: 2, last: 2, reading: second.sequence, state: 'final', value: 25n })
    expect(latest?.receipt?.transaction).toBe(latest?.variants[0]?.hash)
    expect(stores.entries.filter(entry => entry.kind === 'receipt')).toHaveLength(2)
  })
})

test('receipts of its own never make another submission, and the next reading covers them', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 10n)
  const ledger = await world.ledger({ stores, lines: [world.line(id)] })
  await world.settle(ledger)
  for (let i = 0; i < 5; i++) {
    await world.anvil.mine()
    await world.work(ledger)
  }
  expect(await stores.ofLine('roof/origin', 10)).toHaveLength(1)
  expect((await world.only(ledger)).backlog).toBe(0)
  addReading(stores.entries, 'roof', 11n)
  await world.settle(ledger)
  expect((await stores.ofLine('roof/origin', 10))[0]).toMatchObject({ first: 1, last: 2, reading: 2 })
  expect(await world.values(id)).toEqual([10n, 11n])
})

test('a silent meter is told with the last value and the flag, and never as a zero (U7)', async () => {
  // Fails when plan.ts registers a gap with `value = 0n`, or before anything was registered.
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  addEntry(stores.entries, 'roof', 'gap')
  addReading(stores.entries, 'roof', 500n)
  const gap = addEntry(stores.entries, 'roof', 'gap')
  addReading(stores.entries, 'roof', 600n)
  const ledger = await world.ledger({ stores, lines: [world.line(id)] })
  await world.settle(ledger)
  expect(await world.events(id)).toMatchObject([
    { value: 500n, down: false },
    { before: 500n, value: 500n, down: true },
    { before: 500n, value: 600n, down: false, link: `0x${toHex(gap.leafHash)}` },
  ])
})

test("a consumer's total on the chain is read by its name, not its place (U8)", async () => {
  // Fails when decodeAssetGeneral takes the consumer's fourth word, the capacity of 5,000: that is a conflict.
  const id = await world.registries.consuming.readyAsset()
  const stores = new MemoryStores()
  const line = world.line(id, 'consuming')
  addReading(stores.entries, 'roof', 100n)
  await world.settle(await world.ledger({ stores, lines: [line] }))
  // A second start compares the chain's total (100) with ours.
  addReading(stores.entries, 'roof', 200n)
  const again = await world.ledger({ stores: stores.snapshot(), lines: [line] })
  await world.settle(again)
  expect((await world.only(again)).stopped).toBeUndefined()
  expect(await world.values(id, 'consuming')).toEqual([100n, 200n])
})

test('the CO2 register on the chain is kept, flagged as out of service', async () => {
  const registry = world.registries.producing
  const id = await registry.readyAsset()
  await registry.initProperties(id)
  const other = { co2: 77n, hash: anyHash, from: registry.who('newMeter') }
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 10n)
  await registry.send('updateSmartMeter', [id, registry.who('newMeter').address])
  await registry.sendReading(id, 5n, other)
  await registry.send('updateSmartMeter', [id, registry.who('meter').address])
  await world.settle(await world.ledger({ stores, lines: [world.line(id)] }))
  const properties = (await registry.call('getAssetProducingProperties', [id])) as bigint[]
  expect(properties[3]).toBe(77n)
})

test('two lines share one account: nonces in order, no gap, each in its own register', async () => {
  const [a, b] = [
    await world.registries.producing.readyAsset(),
    await world.registries.consuming.readyAsset(),
  ]
  const stores = new MemoryStores()
  for (let i = 1n; i <= 20n; i++) {
    addReading(stores.entries, 'roof', i)
    addReading(stores.entries, 'hall', i * 2n)
  }
  const before = await world.nonce()
  const ledger = await world.ledger({
    stores,
    lines: [world.line(a), world.line(b, 'consuming', 'hall')],
    settings: { inFlight: 8 },
  })
  await world.settle(ledger)
  expect(await world.values(a)).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i + 1)))
  expect(await world.values(b, 'consuming')).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(2 * i + 2)))
  expect(await world.nonce()).toBe(before + 40)
})

test('what fails for one line leaves the other alone', async () => {
  const good = await world.registries.producing.readyAsset()
  const bad = await world.registries.consuming.readyAsset()
  await world.registries.consuming.send('setActive', [bad, false])
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 1n)
  addReading(stores.entries, 'hall', 1n)
  const ledger = await world.ledger({
    stores,
    lines: [world.line(bad, 'consuming', 'hall'), world.line(good)],
  })
  for (let i = 0; i < 4; i++) {
    await world.work(ledger)
    await world.anvil.mine()
  }
  const [hall, roof] = await ledger.status()
  expect(roof).toMatchObject({ backlog: 0, trouble: undefined })
  expect(hall?.trouble).toMatch(/not active.*setActive/)
  await world.registries.consuming.send('setActive', [bad, true])
  world.clock.push(20_000)
  await world.settle(ledger)
  expect(await world.values(bad, 'consuming')).toEqual([1n])
})

test('entries that change no total fill no window for ever', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 1n)
  for (let i = 0; i < 25; i++)
    addEntry(stores.entries, 'roof', 'reading', { status: 'held/fall', total: 3_600_000n })
  addReading(stores.entries, 'roof', 2n)
  const ledger = await world.ledger({ stores, lines: [world.line(id)], settings: { window: 8 } })
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([1n, 2n])
  const skipped = (await stores.ofLine('roof/origin', 20)).filter(item => item.state === 'skipped')
  expect(skipped.map(item => [item.first, item.last])).toEqual([
    [17, 24],
    [9, 16],
    [1, 8],
  ])
})

test.each(['producing', 'consuming'] as const)(
  'a %s register that starts at zero does not run out of gas when it leaves zero',
  async kind => {
    // Fails when one gas estimate serves all calls of a line: a slot that stays zero costs 20,000 gas less.
    const id = await world.registries[kind].readyAsset()
    const stores = new MemoryStores()
    const values = [0n, 0n, 5n, 5n, 9n]
    for (const value of values) {
      addReading(stores.entries, 'roof', value)
      addEntry(stores.entries, 'roof', 'gap')
    }
    const ledger = await world.ledger({ stores, lines: [world.line(id, kind)] })
    await world.settle(ledger)
    expect(await world.values(id, kind)).toEqual(values.flatMap(value => [value, value]))
    const items = await stores.ofLine('roof/origin', 20)
    expect(items.map(item => item.variants.length)).toEqual(items.map(() => 1))
  },
)
