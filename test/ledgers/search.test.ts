import { afterEach, beforeEach, expect, test } from 'vitest'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { type FaultyFetch, faultyFetch } from '../../src/testing/rpc-faults.ts'
import { hexOf } from '../contracts/bench.ts'
import { World } from './world.ts'

/* What is on the chain already is searched for on a long chain, at a node that lets few blocks be searched at once. */

const mostBlocks = 100n
let world: World
let id: bigint
let faulty: FaultyFetch
let searches: bigint[]

beforeEach(async () => {
  world = await World.open()
  id = await world.registries.producing.readyAsset()
  searches = []
  faulty = faultyFetch(({ method, params }) => {
    if (method !== 'eth_getLogs') return 'pass'
    const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string }
    const span = BigInt(toBlock) - BigInt(fromBlock) + 1n
    searches.push(span)
    const refusal = { code: -32005, message: `block range is limited to ${mostBlocks}` }
    return span > mostBlocks ? { error: refusal } : 'pass'
  })
})
afterEach(() => world.anvil.stop())

const range = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1))

async function writtenByOther(value: bigint): Promise<void> {
  const registry = world.registries.producing
  const other = registry.who('newMeter')
  await registry.send('updateSmartMeter', [id, other.address])
  await registry.sendReading(id, value, { from: other })
  await registry.send('updateSmartMeter', [id, registry.who('meter').address])
}

const blocks = (count: bigint) => world.anvil.rpc('anvil_mine', [hexOf(count)])
const open = (stores: MemoryStores, fromBlock?: bigint) =>
  world.ledger({
    stores,
    lines: [world.line(id)],
    fetch: faulty.fetch,
    ...(fromBlock !== undefined && { fromBlock }),
  })

test('another system’s last registration ends the search, however long the chain below it is', async () => {
  // Fails when the search begins at block 0: 120 searches and more.
  await blocks(12_000n)
  await writtenByOther(500n)
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 501n)
  await world.settle(await open(stores))
  expect(await world.values(id)).toEqual([500n, 501n])
  expect(searches.length).toBeLessThan(15)
})

test('a far search takes several turns, says how far it is, and is not begun anew', async () => {
  // Fails when a turn searches to the end, or the next one forgets what was searched.
  await writtenByOther(500n)
  await blocks(12_000n)
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 501n)
  const ledger = await open(stores)
  await world.work(ledger)
  expect(searches.length).toBeLessThan(130)
  expect((await world.only(ledger)).trouble).toMatch(
    /looking for what is registered.*blocks \d+ to \d+.*fromBlock/,
  )
  expect(await stores.ofLine('roof/origin', 1)).toEqual([])
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([500n, 501n])
  expect(searches.filter(span => span <= mostBlocks).length).toBeLessThan(290)
})

test('the block of the deployment bounds it', async () => {
  await writtenByOther(500n)
  await blocks(12_000n)
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 501n)
  await world.settle(await open(stores, 11_000n))
  expect(searches.length).toBeLessThan(45)
})

test('registrations of a lost book are found from the newest on, and adopted in their order', async () => {
  const stores = new MemoryStores()
  for (const value of range(5)) {
    addReading(stores.entries, 'roof', value)
    await world.settle(await open(stores))
    await blocks(300n)
  }
  const before = await world.events(id)
  searches.length = 0
  await world.settle(await open(new MemoryStores([...stores.entries])))
  expect(await world.events(id)).toEqual(before)
  expect(searches.length).toBeGreaterThan(10)
})
