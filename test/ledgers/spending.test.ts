import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EvmLedger } from '../../src/ledgers/index.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { hexOf } from '../contracts/bench.ts'
import { World } from './world.ts'

/* What a ledger says that it paid is what its account has less. */

let world: World
let stores: MemoryStores
let before: bigint

beforeEach(async () => {
  world = await World.open()
  stores = new MemoryStores()
  before = await balance()
})
afterEach(() => world.anvil.stop())

const balance = async () => BigInt(String(await world.anvil.rpc('eth_getBalance', [world.meter, 'latest'])))

async function spent(): Promise<bigint> {
  return before - (await balance())
}

const none = { registered: 0, reverted: 0, 'without-event': 0, adopted: 0, filler: 0 }

/** The fees of all outcomes. */
function paid(ledger: EvmLedger): bigint {
  return Object.values(ledger.spending().fees).reduce((sum, fee) => sum + fee, 0n)
}

function addReadings(count: number, from = 1): void {
  for (let value = from; value < from + count; value++) addReading(stores.entries, 'roof', BigInt(value))
}

async function turn(ledger: EvmLedger): Promise<void> {
  await world.work(ledger)
  await world.anvil.mine()
  world.clock.push(20_000)
}

test('counts each of its transactions once it is final, with the gas and the fee of its receipt', async () => {
  // Fails when confirm counts at the first receipt: one that is mined and not final would be told.
  const id = await world.registries.producing.readyAsset()
  addReadings(3)
  const ledger = await world.ledger({ stores, lines: [world.line(id)] })
  await world.work(ledger)
  await world.anvil.mine()
  await world.work(ledger)
  expect(ledger.spending().transactions.registered).toBe(0)
  expect(paid(ledger)).toBe(0n)
  await world.settle(ledger)
  const { network, transactions, gas, fees } = ledger.spending()
  expect({ network, transactions }).toEqual({ network: 'local', transactions: { ...none, registered: 3 } })
  expect(fees.registered).toBe(await spent())
  expect(paid(ledger)).toBe(fees.registered)
  expect(gas.registered).toBeGreaterThan(3n * 21_000n)
})

test('one that reverted was paid for, too', async () => {
  // Fails when refuse in submission-finality.ts counts nothing.
  const registry = world.registries.producing
  const id = await registry.readyAsset()
  addReadings(2)
  const ledger = await world.ledger({ stores, lines: [world.line(id)] })
  await world.work(ledger)
  const setActive = async (isActive: boolean) => {
    const { address: from } = registry.who('administrator')
    const data = registry.encode('setActive', [id, isActive])
    // Dearer, so that it goes first in the block.
    const price = { gas: hexOf(200_000n), gasPrice: hexOf(90_000_000_000n) }
    await world.anvil.rpc('eth_sendTransaction', [{ from, to: registry.address, data, ...price }])
  }
  await setActive(false)
  for (let i = 0; i < 6; i++) await turn(ledger)
  expect(ledger.spending().transactions).toMatchObject({ registered: 0, reverted: 2 })
  await setActive(true)
  for (let i = 0; i < 8; i++) await turn(ledger)
  const { transactions, fees } = ledger.spending()
  expect(transactions).toEqual({ ...none, registered: 2, reverted: 2 })
  expect(paid(ledger)).toBe(await spent())
  expect(fees.reverted).toBeGreaterThan(0n)
})

test('what was mined before a restart and is final after it counts after it', async () => {
  // Fails when finalise does not recall costs.
  const id = await world.registries.producing.readyAsset()
  addReadings(2)
  const lines = [world.line(id)]
  const first = await world.ledger({ stores, lines })
  await world.work(first)
  await world.anvil.mine()
  await world.work(first)
  expect((await world.only(first)).pending).toEqual({ mined: 2 })
  const second = await world.ledger({ stores, lines })
  await world.settle(second)
  expect(paid(first) + paid(second)).toBe(await spent())
  expect(second.spending().transactions.registered).toBe(2)
})

test('a block that is gone costs nothing: only the one that stays counts', async () => {
  // Fails when costs count at the first receipt: it would be two.
  const id = await world.registries.producing.readyAsset()
  addReadings(1)
  const ledger = await world.ledger({ stores, lines: [world.line(id)] })
  await world.work(ledger)
  await world.anvil.mine()
  await world.work(ledger)
  await world.anvil.rpc('anvil_reorg', [1, []])
  await world.settle(ledger)
  expect(ledger.spending().transactions.registered).toBe(1)
  expect(paid(ledger)).toBe(await spent())
})

test('what an earlier life sent, and is found on the chain, counts as adopted: once, and only what our account paid', async () => {
  // Fails when compare does not note what it adopts, or counts what others sent.
  const id = await world.registries.producing.readyAsset()
  addReadings(2)
  const lines = [world.line(id)]
  await world.settle(await world.ledger({ stores, lines }))
  // A backup from before: it has the entries and none of the submissions.
  const restored = new MemoryStores([...stores.entries])
  const ledger = await world.ledger({ stores: restored, lines })
  await world.settle(ledger)
  await turn(ledger)
  expect(ledger.spending().transactions).toEqual({ ...none, adopted: 2 })
  expect(paid(ledger)).toBe(await spent())
  for (let i = 0; i < 3; i++) await turn(ledger)
  expect(paid(ledger)).toBe(await spent())
})

test('what fills a gap of nonces is paid for, too', async () => {
  // Fails when the filler is not noted when it is signed.
  const id = await world.registries.producing.readyAsset()
  addReadings(1)
  const ledger = await world.ledger({ stores, lines: [world.line(id)], network: { confirmations: 4 } })
  const turns = async (count: number) => {
    for (let i = 0; i < count; i++) await turn(ledger)
  }
  await turns(6)
  await world.foreign()
  await world.anvil.mine()
  await world.work(ledger)
  addReadings(1, 2)
  await world.work(ledger)
  await world.anvil.rpc('anvil_reorg', [1, []])
  await turns(14)
  const { transactions, gas } = ledger.spending()
  expect(transactions).toEqual({ ...none, registered: 2, filler: 1 })
  expect(gas.filler).toBe(21_000n)
  expect(paid(ledger)).toBe(await spent())
})

test('before London a transaction says its price itself', async () => {
  // Fails when costOf takes the price of receipts alone: this node leaves it out.
  await world.anvil.stop()
  world = await World.open({ hardfork: 'berlin' })
  before = await balance()
  const id = await world.registries.producing.readyAsset()
  addReadings(2)
  const fees = { type: 'legacy', floor: 1n, cap: 10n ** 12n, tip: 1n } as const
  const ledger = await world.ledger({
    stores,
    lines: [world.line(id)],
    network: { fees },
    fetch: withoutPrices,
  })
  await world.settle(ledger)
  expect(ledger.spending().transactions.registered).toBe(2)
  expect(paid(ledger)).toBe(await spent())
})

/** As nodes before London answer. */
const withoutPrices: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init)
  const text = (await answer.text()).replace(/"effectiveGasPrice":"0x[0-9a-f]+",?/g, '')
  return new Response(text, { status: answer.status, headers: { 'content-type': 'application/json' } })
}
