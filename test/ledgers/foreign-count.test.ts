import { afterAll, beforeAll, expect, test } from 'vitest'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { faultyFetch } from '../../src/testing/rpc-faults.ts'
import { World } from './world.ts'

/* The count of an account's transactions goes into what is signed, and what is signed is kept: a lie would outlast its teller. */

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.anvil.stop())

async function fresh() {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 1n)
  const faulty = faultyFetch()
  const network = { confirmations: 3 }
  const open = () => world.ledger({ stores, lines: [world.line(id)], fetch: faulty.fetch, network })
  const counts = (count: bigint) =>
    faulty.set(({ method, params }) =>
      method === 'eth_getTransactionCount' && params[1] === 'latest'
        ? { result: `0x${count.toString(16)}` }
        : 'pass',
    )
  return { id, stores, faulty, counts, ledger: await open(), open }
}

test.each([1_000n, 2n ** 52n, 2n ** 53n, 2n ** 64n])(
  'a node that once counts %i transactions too many does no harm',
  async many => {
    // Fails without `believeCount`: the nonce is kept, and the account waits for thousands that nobody has.
    const { id, stores, faulty, counts, ledger } = await fresh()
    const nonce = await world.nonce()
    counts(BigInt(nonce) + many)
    await expect(world.work(ledger)).rejects.toMatchObject({ retryable: true })
    expect(await stores.ofLine('roof/origin', 1)).toEqual([])
    faulty.set(undefined)
    await world.settle(ledger)
    expect(await world.values(id)).toEqual([1n])
    expect(await world.nonce()).toBe(nonce + 1)
  },
)

test('a count that stays is believed once it is final: the key was used elsewhere', async () => {
  const { id, open } = await fresh()
  const nonce = await world.nonce()
  await world.anvil.rpc('anvil_setNonce', [world.meter, `0x${(nonce + 100).toString(16)}`])
  const ledger = await open()
  for (let block = 0; block < 2; block++) {
    await expect(world.work(ledger)).rejects.toMatchObject({
      code: 'ledger-not-ready',
      message: expect.stringMatching(/of which this log knows none|100 more than this log knows of/),
    })
    await world.anvil.mine()
  }
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([1n])
})

test('an account that has a past is taken over by a new log at once', async () => {
  // Fails without `wasCounted`: nothing is signed until more blocks come, and a chain that mines when asked has none.
  const nonce = await world.nonce()
  await world.anvil.rpc('anvil_setNonce', [world.meter, `0x${(nonce + 100).toString(16)}`])
  for (let block = 0; block < 3; block++) await world.anvil.mine()
  const { id, ledger, stores } = await fresh()
  await world.work(ledger)
  expect((await stores.ofLine('roof/origin', 1))[0]).toMatchObject({ state: 'sent', nonce: nonce + 100 })
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([1n])
})
