import { afterAll, beforeAll, expect, test } from 'vitest'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { faultyFetch } from '../../src/testing/rpc-faults.ts'
import { World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.anvil.stop())

test('a ledger with nothing to do asks for the head alone, and notices what comes', async () => {
  // Fails when `work` takes a turn without asking isIdle: one request more an account, every five seconds.
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 1n)
  const faulty = faultyFetch()
  const ledger = await world.ledger({ stores, lines: [world.line(id)], fetch: faulty.fetch })
  await world.settle(ledger)
  faulty.requests = 0
  for (let i = 0; i < 10; i++) await world.work(ledger)
  expect(faulty.requests).toBe(10)

  // A node that is away is noticed nevertheless.
  faulty.down = true
  await expect(world.work(ledger)).rejects.toMatchObject({ code: 'network-unreachable' })
  faulty.down = false

  await stores.setStopped('roof/origin', 'tested')
  addReading(stores.entries, 'roof', 2n)
  await world.work(ledger)
  expect((await world.only(ledger)).stopped).toBe('tested')
  await stores.setStopped('roof/origin', undefined)
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([1n, 2n])
})
