import { setTimeout as wait } from 'node:timers/promises'
import { parseTransaction } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AssetLine } from '../../src/core/ledger.ts'
import type { Submission } from '../../src/core/submission.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.anvil.stop())

/** As on a disk: while one line's calls are being kept, what was kept before is sent. */
class SlowStores extends MemoryStores {
  override async create(...input: Parameters<MemoryStores['create']>): Promise<Submission> {
    await wait(5)
    return super.create(...input)
  }
}

/** Keeps nonces as the node gets them; the first sending gets there only once all are signed, and some time after. */
function holdingTheFirst(areSigned: () => Promise<boolean>) {
  const state = { nonces: [] as number[], isHolding: false }
  const passing: typeof fetch = async (input, init) => {
    const raws = String(init?.body).match(/(?<="eth_sendRawTransaction","params":\[")0x[0-9a-f]+/g) ?? []
    if (raws.length > 0 && state.isHolding) {
      state.isHolding = false
      await expect.poll(areSigned, { timeout: 10_000 }).toBe(true)
      await wait(200)
    }
    for (const raw of raws) state.nonces.push(parseTransaction(raw as `0x${string}`).nonce ?? 0)
    return fetch(input, init)
  }
  return { state, fetch: passing }
}

test('what the lines of an account have signed reaches the node in the order of nonces, however long a sending takes', async () => {
  // Fails when a sending does not wait for the one before it: a node that has a later nonce first may lose it.
  const stores = new SlowStores()
  const names = ['roof', 'barn', 'shed']
  const add = (values: readonly bigint[]) => {
    for (const name of names) for (const value of values) addReading(stores.entries, name, value)
  }
  const lines: AssetLine[] = []
  for (const name of names) {
    lines.push(world.line(await world.registries.producing.readyAsset(), 'producing', name))
  }
  const node = holdingTheFirst(async () => (await stores.pending(31_337n, world.meter)).length === 9)
  const ledger = await world.ledger({ stores, lines, fetch: node.fetch })
  // What is asked before a line's first calls would go in one request with the sending, and wait for it.
  add([1n, 2n])
  await world.settle(ledger)
  add([3n, 4n, 5n])
  node.state.isHolding = true
  await world.work(ledger)
  expect(node.state.nonces).toEqual(Array.from({ length: 15 }, (_, i) => i))
  await world.settle(ledger)
  for (const { assetId } of lines) expect(await world.values(assetId)).toEqual([1n, 2n, 3n, 4n, 5n])
})
