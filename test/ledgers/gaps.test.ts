import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EvmLedger } from '../../src/ledgers/index.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { World } from './world.ts'

/* A nonce that nobody sends stops all that is signed behind it. */

let world: World

beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.anvil.stop())

const range = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1))

async function fresh(readings: number, names: readonly string[] = ['roof']) {
  const stores = new MemoryStores()
  const lines = []
  for (const name of names) {
    const id = await world.registries.producing.readyAsset()
    for (const value of range(readings)) addReading(stores.entries, name, value)
    lines.push(world.line(id, 'producing', name))
  }
  return { stores, lines }
}

async function turns(ledger: EvmLedger, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await world.work(ledger)
    await world.anvil.mine()
    world.clock.push(25_000)
  }
}

test('a line leaves the configuration while its transaction is under way and lost: others of the account go on', async () => {
  // Fails when fillGap sends nothing: only lines of the configuration are in the book.
  const { stores, lines } = await fresh(1, ['roof', 'hall'])
  await world.work(await world.ledger({ stores, lines: lines.slice(0, 1) }))
  const [item] = await stores.ofLine('roof/origin', 1)
  await world.anvil.rpc('anvil_dropTransaction', [item?.variants[0]?.hash])
  await turns(await world.ledger({ stores, lines: lines.slice(1) }), 6)
  expect([await world.values(0n), await world.values(1n)]).toEqual([[1n], [1n]])
  // Back again, it finds its receipt.
  await world.settle(await world.ledger({ stores, lines }))
  expect(await world.values(0n)).toEqual([1n])
})

test('a node that comes back with an older state has what was final sent again, the same bytes', async () => {
  // Fails when fillGap knows only what is under way: the account would wait for ever.
  const { stores, lines } = await fresh(2)
  const ledger = await world.ledger({ stores, lines })
  await turns(ledger, 4)
  const before = await world.events(0n)
  await world.anvil.rpc('anvil_reorg', [4, []])
  expect(await world.nonce()).toBe(0)
  addReading(stores.entries, 'roof', 3n)
  await world.work(ledger)
  expect((await world.only(ledger)).trouble).toMatch(/expects nonce 0 .*ours go on at 2/)
  await turns(ledger, 6)
  await world.settle(ledger)
  expect((await world.events(0n)).slice(0, 2)).toEqual(before)
  expect(await world.values(0n)).toEqual(range(3))
  expect((await world.only(ledger)).trouble).toBeUndefined()
})

test('a foreign transaction raises our book and leaves the chain: its nonce is used up by nothing', async () => {
  // Fails when fillGap sends only what is known: nothing of ours has the nonce.
  const { stores, lines } = await fresh(1)
  const ledger = await world.ledger({ stores, lines, network: { confirmations: 4 } })
  await turns(ledger, 6)
  await world.foreign()
  await world.anvil.mine()
  await world.work(ledger)
  addReading(stores.entries, 'roof', 2n)
  await world.work(ledger)
  expect((await stores.ofLine('roof/origin', 1))[0]?.nonce).toBe(2)
  await world.anvil.rpc('anvil_reorg', [1, []])
  await turns(ledger, 3)
  // The foreign one may still come back.
  expect(await world.nonce()).toBe(1)
  await turns(ledger, 6)
  expect(await world.values(0n)).toEqual(range(2))
  expect(await world.nonce()).toBe(3)
})

test('a transaction without its event that leaves the chain is sent again, and its line goes on', async () => {
  // Fails when a submission fails before its block is final: nobody would send its nonce again.
  const { stores, lines } = await fresh(1, ['roof', 'hall'])
  const network = { confirmations: 4 }
  await world.work(await world.ledger({ stores, lines: lines.slice(0, 1), network }))
  const { address } = world.registries.producing
  const code = await world.anvil.rpc('eth_getCode', [address, 'latest'])
  await world.anvil.rpc('anvil_setCode', [address, '0x'])
  await world.anvil.mine()
  const ledger = await world.ledger({ stores, lines, network })
  await world.work(ledger)
  await world.anvil.rpc('anvil_reorg', [1, []])
  await world.anvil.rpc('anvil_setCode', [address, code])
  await turns(ledger, 8)
  expect([await world.values(0n), await world.values(1n)]).toEqual([[1n], [1n]])
  expect((await ledger.status()).map(({ stopped }) => stopped)).toEqual([undefined, undefined])
})
