import { expect, onTestFinished, test } from 'vitest'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { World } from './world.ts'

/*
 * Before Byzantium receipts have a root of the state and no status. anvil has a status on every fork, so here its receipts are
 * given the older form on their way; src/testing/golden/nodes/receipts.json has some that were recorded.
 */

const root = `0x${'5e'.repeat(32)}`

function inOldForm(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(inOldForm)
  const { result, ...rest } = Object(answer)
  if (typeof result !== 'object' || result === null || !('status' in result)) return answer
  const { status: _, ...receipt } = result
  return { ...rest, result: { ...receipt, root } }
}

const oldFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  return Response.json(inOldForm(await response.json()))
}

async function openWorld(): Promise<World> {
  const ended = new AbortController()
  onTestFinished(() => ended.abort())
  return World.open({ hardfork: 'homestead', signal: ended.signal })
}

test('a registration counts by its event', async () => {
  const world = await openWorld()
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  for (const total of [4n, 6n]) addReading(stores.entries, 'roof', total)
  const ledger = await world.ledger({ stores, lines: [world.line(id)], fetch: oldFetch })
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([4n, 6n])
  expect((await stores.ofLine('roof/origin', 9)).map(({ state }) => state)).toEqual(['final', 'final'])
})

test('one that has used up its gas and left no event is told as reverted, and goes out anew', async () => {
  const world = await openWorld()
  const registry = world.registries.producing
  const id = await registry.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 4n)
  const ledger = await world.ledger({ stores, lines: [world.line(id)], fetch: oldFetch })
  await world.work(ledger)
  // Sent while the asset was active; in its block it no longer is.
  await world.anvil.rpc('anvil_dropAllTransactions')
  await registry.send('setActive', [id, false])
  const [submission] = await stores.ofLine('roof/origin', 1)
  await world.anvil.rpc('eth_sendRawTransaction', [submission?.variants[0]?.raw])
  await world.anvil.mine()
  await world.work(ledger)
  expect((await world.only(ledger)).trouble).toMatch(/reverted; it is looked into/)
  await registry.send('setActive', [id, true])
  for (let turn = 0; turn < 4; turn++) {
    world.clock.push(20_000)
    await world.work(ledger)
    await world.anvil.mine()
  }
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([4n])
})
