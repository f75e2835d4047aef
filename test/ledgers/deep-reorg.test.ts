import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EvmLedger } from '../../src/ledgers/index.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { World } from './world.ts'

/* Reorgs down to depth 20: of what is sent, mined and final. */

let world: World

beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.anvil.stop())

const range = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1))
const confirmations = 6

async function turns(ledger: EvmLedger, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await world.work(ledger)
    await world.anvil.mine()
    world.clock.push(5_000)
  }
}

/** The receipt that the chain has of every submission, and those that the log has, newest last. */
async function compareReceipts(stores: MemoryStores): Promise<void> {
  const submissions = [...(await stores.ofLine('roof/origin', 100))].reverse()
  for (const { state, receipt, reading, variants } of submissions) {
    expect([state, variants.length]).toEqual(['final', 1])
    const onChain = (await world.anvil.rpc('eth_getTransactionReceipt', [variants[0]?.hash])) as {
      blockHash: string
      blockNumber: string
    } | null
    expect([receipt?.blockHash, receipt?.block]).toEqual([
      onChain?.blockHash,
      BigInt(onChain?.blockNumber ?? 0),
    ])
    const entries = stores.entries.filter(
      ({ kind, document }) =>
        kind === 'receipt' && (document as { reading?: unknown }).reading === BigInt(reading ?? -1),
    )
    expect(entries.at(-1)?.document).toMatchObject({ blockHash: onChain?.blockHash })
  }
}

test.each([1, 2, 3, 5, 6, 8, 13, 20])(
  'depth %i: every reading comes back, none twice, the log has the receipts that the chain has',
  async depth => {
    // Fails when followFinals keeps the old receipts, or lookForMoved believes a node that is behind.
    const id = await world.registries.producing.readyAsset()
    const stores = new MemoryStores()
    const ledger = await world.ledger({ stores, lines: [world.line(id)], network: { confirmations } })
    await world.anvil.mine(25)
    for (const value of range(8)) {
      addReading(stores.entries, 'roof', value)
      await turns(ledger, 2)
    }
    const finals = (await stores.ofLine('roof/origin', 100)).filter(({ state }) => state === 'final').length
    expect(finals).toBeGreaterThan(4)
    await world.anvil.rpc('anvil_reorg', [depth, []])
    await turns(ledger, 2 * confirmations + 4)
    addReading(stores.entries, 'roof', 9n)
    await world.settle(ledger, 80)
    await turns(ledger, confirmations + 2)
    expect(await world.values(id)).toEqual(range(9))
    await compareReceipts(stores)
    expect((await world.only(ledger)).trouble).toBeUndefined()
  },
)

test('the miners take the same transactions up again, in other blocks: the new receipts are entered', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  const ledger = await world.ledger({ stores, lines: [world.line(id)], network: { confirmations: 2 } })
  for (const value of range(3)) {
    addReading(stores.entries, 'roof', value)
    await turns(ledger, 1)
  }
  await turns(ledger, 4)
  const before = [...(await stores.ofLine('roof/origin', 3))].reverse()
  expect(before.map(({ state }) => state)).toEqual(['final', 'final', 'final'])
  await world.anvil.rpc('anvil_reorg', [7, before.map(({ variants }, i) => [variants[0]?.raw, i])])
  await turns(ledger, 1)
  addReading(stores.entries, 'roof', 4n)
  await world.settle(ledger, 60)
  expect(await world.values(id)).toEqual(range(4))
  await compareReceipts(stores)
  expect(stores.entries.filter(({ kind }) => kind === 'receipt')).toHaveLength(7)
})

test('it happened while the gateway was off: the next start finds it', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  const options = { lines: [world.line(id)], network: { confirmations: 2 } }
  await world.anvil.mine(25)
  for (const value of range(3)) addReading(stores.entries, 'roof', value)
  await world.settle(await world.ledger({ ...options, stores }))
  await world.anvil.rpc('anvil_reorg', [10, []])
  const again = stores.snapshot()
  const ledger = await world.ledger({ ...options, stores: again })
  await turns(ledger, 10)
  expect(await world.values(id)).toEqual(range(3))
  await compareReceipts(again)
})

test('another transaction took the nonce after the reorg: said, and the line stops instead of repairing', async () => {
  // Fails when giveUp never gives up: the account would wait for ever.
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  const ledger = await world.ledger({ stores, lines: [world.line(id)], network: { confirmations: 2 } })
  await world.anvil.mine(25)
  addReading(stores.entries, 'roof', 1n)
  await world.settle(ledger)
  await world.anvil.rpc('anvil_reorg', [5, []])
  await world.foreign(0)
  await turns(ledger, 6)
  addReading(stores.entries, 'roof', 2n)
  await turns(ledger, 2)
  expect((await world.only(ledger)).stopped).toMatch(/below the 1 Wh that were finally registered/)
})
