import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LineStatus } from '../../src/core/ledger.ts'
import type { EvmLedger } from '../../src/ledgers/index.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { faultyFetch } from '../../src/testing/rpc-faults.ts'
import { hexOf } from '../contracts/bench.ts'
import { World } from './world.ts'

/* Two lines of one account: `roof` is in trouble, `hall` must not notice. */

let world: World

beforeEach(async () => {
  world = await World.open()
})
afterEach(() => world.anvil.stop())

const range = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1))

async function twoLines(readings: number) {
  const stores = new MemoryStores()
  const registry = world.registries.producing
  const [roof, hall] = [await registry.readyAsset(), await registry.readyAsset()]
  for (const value of range(readings)) {
    addReading(stores.entries, 'roof', value)
    addReading(stores.entries, 'hall', value)
  }
  const lines = [world.line(roof), world.line(hall, 'producing', 'hall')]
  return { stores, lines, roof, hall }
}

/** The trouble is one line's: no turn may fail. */
async function turns(ledger: EvmLedger, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await world.work(ledger)
    await world.anvil.mine()
    world.clock.push(20_000)
  }
}

async function statusOf(ledger: EvmLedger, name: string): Promise<LineStatus | undefined> {
  return (await ledger.status()).find(({ line }) => line === `${name}/origin`)
}

test('a line whose transactions in flight all reverted leaves room for others', async () => {
  // Fails when underWay counts what is lost: it waits for the administrator, and takes all the room until then.
  const { stores, lines, roof, hall } = await twoLines(4)
  const settings = { inFlight: 4 }
  await world.work(await world.ledger({ stores, lines: lines.slice(0, 1), settings }))
  const registry = world.registries.producing
  const switchOff = {
    from: registry.who('administrator').address,
    to: registry.address,
    data: registry.encode('setActive', [roof, false]),
    gas: hexOf(200_000n),
    // Dearer, so that it goes first in the block.
    gasPrice: hexOf(90_000_000_000n),
  }
  await world.anvil.rpc('eth_sendTransaction', [switchOff])
  await world.anvil.mine()
  const ledger = await world.ledger({ stores, lines, settings })
  await turns(ledger, 8)
  expect((await statusOf(ledger, 'roof'))?.trouble).toMatch(/not active/)
  expect(await world.values(hall)).toEqual(range(4))
})

test('a node that refuses one estimate in words of its own', async () => {
  // Fails when estimateGas calls a node that answered unreachable: that stops the whole turn, every time.
  const { stores, lines, roof, hall } = await twoLines(2)
  const refusal = { error: { code: -32000, message: 'gas required exceeds allowance (30000000)' } }
  const faulty = faultyFetch(({ method, params: [call] }) => {
    const { data = '' } = (call ?? {}) as { data?: string }
    return method === 'eth_estimateGas' && BigInt(`0x${data.slice(10, 74)}`) === roof ? refusal : 'pass'
  })
  const ledger = await world.ledger({ stores, lines, fetch: faulty.fetch })
  await turns(ledger, 4)
  expect(await statusOf(ledger, 'roof')).toMatchObject({
    backlog: 2,
    trouble: expect.stringMatching(/network-refused: .*exceeds allowance/),
  })
  expect(await world.values(hall)).toEqual(range(2))
  faulty.set(undefined)
  await turns(ledger, 4)
  expect(await world.values(roof)).toEqual(range(2))
})

test('a node that never lets its logs be searched', async () => {
  // Fails when a node that answered counts as unreachable, or its limit of a search as one of all requests.
  const { stores, lines, roof, hall } = await twoLines(2)
  const registry = world.registries.producing
  // Another system left off here, so that its events are looked for.
  await registry.send('updateSmartMeter', [roof, registry.who('newMeter').address])
  await registry.sendReading(roof, 1n, { from: registry.who('newMeter') })
  await registry.send('updateSmartMeter', [roof, registry.who('meter').address])
  const refusal = { error: { code: -32005, message: 'query exceeds limit' } }
  const faulty = faultyFetch(({ method }) => (method === 'eth_getLogs' ? refusal : 'pass'))
  const ledger = await world.ledger({ stores, lines, fetch: faulty.fetch })
  await turns(ledger, 4)
  expect((await statusOf(ledger, 'roof'))?.trouble).toMatch(/network-refused: .*query exceeds limit/)
  expect(await world.values(hall)).toEqual(range(2))
})
