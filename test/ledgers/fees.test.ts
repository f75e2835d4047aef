import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixedPrice, freeOfCharge } from '../../src/ledgers/index.ts'
import type { AnvilOptions } from '../../src/testing/anvil.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { hexOf } from '../contracts/bench.ts'
import { World } from './world.ts'

/* How transactions are paid, on a chain whose base fee a test moves. */

const gwei = 10n ** 9n
let world: World | undefined
let stores: MemoryStores

beforeEach(() => {
  stores = new MemoryStores()
})
afterEach(() => world?.anvil.stop())

async function open(fees: Parameters<World['network']>[0], anvil: AnvilOptions = {}) {
  world = await World.open(anvil)
  const id = await world.registries.producing.readyAsset()
  const ledger = await world.ledger({ stores, lines: [world.line(id)], ...(fees && { network: fees }) })
  return { world, id, ledger }
}

const baseFee = (here: World, wei: bigint) => here.anvil.rpc('anvil_setNextBlockBaseFeePerGas', [hexOf(wei)])
const variants = async () => (await stores.ofLine('roof/origin', 1))[0]?.variants ?? []

test('a base fee that overtakes an EIP-1559 transaction: replaced, both fees at least 12.5 % higher', async () => {
  const fees = { type: 'eip1559', floor: 1n, cap: 1_000n * gwei, tip: gwei } as const
  const { world: here, id, ledger } = await open({ fees })
  addReading(stores.entries, 'roof', 1n)
  await here.work(ledger)
  for (let i = 0; i < 3; i++) {
    await baseFee(here, 50n * gwei)
    await here.anvil.mine()
    here.clock.push(100_000)
    await here.work(ledger)
  }
  await here.settle(ledger)
  const all = await variants()
  expect(all.length).toBeGreaterThan(1)
  for (const [i, better] of all.slice(1).entries()) {
    const before = all[i]
    for (const fee of ['maxFeePerGas', 'maxPriorityFeePerGas'] as const) {
      expect(better[fee] * 1_000n).toBeGreaterThanOrEqual((before?.[fee] ?? 0n) * 1_125n)
    }
    expect(better.nonce).toBe(before?.nonce)
  }
  expect(await here.values(id)).toEqual([1n])
})

test('a base fee above the cap: it waits, says so, and goes on when the price falls', async () => {
  const fees = { type: 'legacy', floor: 1n, cap: 20n * gwei, tip: 1n } as const
  const { world: here, id, ledger } = await open({ fees })
  await baseFee(here, 50n * gwei)
  await here.anvil.mine()
  addReading(stores.entries, 'roof', 1n)
  await here.work(ledger)
  expect((await here.only(ledger)).trouble).toMatch(
    /the network asks 50.* gwei per gas, the fee cap is 20 gwei/,
  )
  expect(await variants()).toEqual([])
  await baseFee(here, gwei)
  await here.anvil.mine()
  here.clock.push(20_000)
  await here.settle(ledger)
  expect(await here.values(id)).toEqual([1n])
})

describe('a chain that asks nothing', () => {
  const free = { gasPrice: 0n, baseFee: 0n }

  test('is paid nothing', async () => {
    const { world: here, id, ledger } = await open({ fees: freeOfCharge }, free)
    addReading(stores.entries, 'roof', 1n)
    await here.settle(ledger)
    expect((await variants()).map(({ maxFeePerGas }) => maxFeePerGas)).toEqual([0n])
    expect(await here.values(id)).toEqual([1n])
  })

  test('and one that asks something after all waits', async () => {
    const { world: here, ledger } = await open({ fees: freeOfCharge })
    addReading(stores.entries, 'roof', 1n)
    await here.work(ledger)
    expect((await here.only(ledger)).trouble).toMatch(/the fees are free: nothing is paid/)
    expect(await variants()).toEqual([])
  })
})

test('a fixed price is paid to the wei', async () => {
  const { world: here, id, ledger } = await open({ fees: fixedPrice(7n * gwei) })
  addReading(stores.entries, 'roof', 1n)
  await here.settle(ledger)
  expect((await variants()).map(({ maxFeePerGas }) => maxFeePerGas)).toEqual([7n * gwei])
  expect(await here.values(id)).toEqual([1n])
})

test('the tip follows what others pay', async () => {
  const fees = { type: 'eip1559', floor: 1n, cap: 1_000n * gwei, tip: 1n, tipPercentile: 50 } as const
  const { world: here, id, ledger } = await open({ fees })
  const from = here.bench.account(5).address
  for (let i = 0; i < 25; i++) {
    const call = { from, to: from, maxFeePerGas: hexOf(100n * gwei), maxPriorityFeePerGas: hexOf(3n * gwei) }
    await here.anvil.rpc('eth_sendTransaction', [call])
    await here.anvil.mine()
  }
  addReading(stores.entries, 'roof', 1n)
  await here.settle(ledger)
  expect((await variants()).map(({ maxPriorityFeePerGas }) => maxPriorityFeePerGas)).toEqual([3n * gwei])
  expect(await here.values(id)).toEqual([1n])
})
