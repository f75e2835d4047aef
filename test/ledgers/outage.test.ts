import { afterAll, beforeAll, expect, test } from 'vitest'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { faultyFetch } from '../../src/testing/rpc-faults.ts'
import { howMany } from '../support/depth.ts'
import { World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await World.open({ gasLimit: 400_000_000n })
})
afterAll(() => world.anvil.stop())

const range = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1))

const count = howMany({ usual: 3_000, deep: 10_000 })

test(`no node, ${count} readings queued: memory stays flat, then all are registered in order without a gap`, async () => {
  const id = await world.registries.consuming.readyAsset()
  const stores = new MemoryStores()
  for (const value of range(count)) addReading(stores.entries, 'roof', value)
  const faulty = faultyFetch()
  const lines = [world.line(id, 'consuming')]
  const ledger = await world.ledger({
    stores,
    lines,
    fetch: faulty.fetch,
    settings: { inFlight: 2_000, window: 2_000 },
  })
  const nonce = await world.nonce()

  faulty.down = true
  await world
    .work(ledger)
    .catch(error => expect(error).toMatchObject({ code: 'network-unreachable', retryable: true }))
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 500; i++) {
    await expect(world.work(ledger)).rejects.toMatchObject({ code: 'network-unreachable', retryable: true })
  }
  globalThis.gc?.()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)

  faulty.down = false
  await world.settle(ledger, 60)
  expect(await world.nonce()).toBe(nonce + count)
  expect(await world.values(id, 'consuming')).toEqual(range(count))
}, 120_000)

test('answers that get lost on the way back: each reading is registered once', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  for (const value of range(20)) addReading(stores.entries, 'roof', value)
  let calls = 0
  const faulty = faultyFetch(({ method }) =>
    method !== 'eth_getBlockByNumber' && ++calls % 5 === 0 ? 'drop' : 'pass',
  )
  const ledger = await world.ledger({
    stores,
    lines: [world.line(id)],
    fetch: faulty.fetch,
    settings: { inFlight: 4 },
  })
  for (let i = 0; i < 200 && (await world.values(id)).length < 20; i++) {
    await world.work(ledger).catch(error => expect(error).toMatchObject({ code: 'network-unreachable' }))
    await world.anvil.mine()
    world.clock.push(1_000)
  }
  faulty.set(undefined)
  await world.settle(ledger)
  expect(await world.values(id)).toEqual(range(20))
})

test('a node of another chain: nothing is signed', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 1n)
  const ledger = await world.ledger({ stores, lines: [world.line(id)], network: { chainId: 246n } })
  await expect(world.work(ledger)).rejects.toMatchObject({ code: 'network-wrong-chain', retryable: false })
  expect(await stores.ofLine('roof/origin', 1)).toEqual([])
})

test('a node that moved to another chain is found out after the break (U12)', async () => {
  // Fails when `ready` asks for the chain id only once.
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 1n)
  const faulty = faultyFetch()
  const ledger = await world.ledger({ stores, lines: [world.line(id)], fetch: faulty.fetch })
  await world.settle(ledger)
  faulty.down = true
  await world.work(ledger).catch(() => undefined)
  faulty.down = false
  faulty.set(({ method }) => (method === 'eth_chainId' ? { result: '0xf6' } : 'pass'))
  addReading(stores.entries, 'roof', 2n)
  await expect(world.work(ledger)).rejects.toMatchObject({ code: 'network-wrong-chain' })
  expect(await world.values(id)).toEqual([1n])
})

test('a node that says that a transaction reverted although it mined it', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  for (const value of range(2)) addReading(stores.entries, 'roof', value)
  const faulty = faultyFetch()
  const ledger = await world.ledger({ stores, lines: [world.line(id)], fetch: faulty.fetch })
  // As Hardhat does: the call passes, the answer is an error.
  const pass = faulty.fetch
  const lying: typeof fetch = async (input, init) => {
    const response = await pass(input, init)
    const text = await response.text()
    if (!String(init?.body).includes('eth_sendRawTransaction')) return new Response(text)
    const answers = JSON.parse(text) as { id: number }[]
    const error = { code: -32603, message: 'VM Exception: reverted without a reason string' }
    const list = (Array.isArray(answers) ? answers : [answers]).map(({ id }) => ({ id, error }))
    return Response.json(Array.isArray(answers) ? list : list[0])
  }
  const other = await world.ledger({ stores, lines: [world.line(id)], fetch: lying })
  await world.settle(other)
  await world.settle(ledger)
  expect(await world.values(id)).toEqual(range(2))
})

test('a node that leaves the logs out of its receipts: the event is found, and the reading is registered once', async () => {
  // Fails when a submission fails by its receipt alone: let go on, it would be signed a second time.
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 1n)
  const faulty = faultyFetch()
  const stripped: typeof fetch = async (input, init) => {
    const text = await (await faulty.fetch(input, init)).text()
    return new Response(text.replace(/"logs":\[\{.*?\}\]/g, '"logs":[]'))
  }
  const ledger = await world.ledger({ stores, lines: [world.line(id)], fetch: stripped })
  await world.work(ledger)
  await world.anvil.mine()
  await world.work(ledger)
  expect((await world.only(ledger)).trouble).toMatch(/without the event/)
  await world.settle(ledger)
  expect(await world.only(ledger)).toMatchObject({ stopped: undefined, trouble: undefined, backlog: 0 })
  expect(await world.values(id)).toEqual([1n])
})

test('a node with a minimum price of its own: the offer is raised until it takes it', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 1n)
  const minimum = 60_000_000_000n
  const viem = await import('viem/utils')
  const faulty = faultyFetch(({ method, params }) => {
    if (method !== 'eth_sendRawTransaction') return 'pass'
    const { gasPrice = 0n } = viem.parseTransaction(params[0] as `0x${string}`)
    return gasPrice >= minimum
      ? 'pass'
      : { error: { code: -32010, message: 'FeeTooLow, MaxFeePerGas too low' } }
  })
  const ledger = await world.ledger({ stores, lines: [world.line(id)], fetch: faulty.fetch })
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([1n])
  const [item] = await stores.ofLine('roof/origin', 1)
  // Doubled from next to nothing: some thirty times at worst.
  expect(item?.variants.length).toBeLessThan(40)
  expect(new Set(item?.variants.map(variant => variant.nonce)).size).toBe(1)
})

test('two ledgers share one account, and neither stands in the way of the other', async () => {
  const [a, b] = [
    await world.registries.producing.readyAsset(),
    await world.registries.consuming.readyAsset(),
  ]
  const stores = new MemoryStores()
  for (const value of range(10)) {
    addReading(stores.entries, 'roof', value)
    addReading(stores.entries, 'hall', value)
  }
  const settings = { inFlight: 3 }
  const first = await world.ledger({ stores, lines: [world.line(a)], settings })
  const second = await world.ledger({ stores, lines: [world.line(b, 'consuming', 'hall')], settings })
  for (let i = 0; i < 8; i++) {
    await world.work(first)
    await world.work(second)
    expect((await world.only(second)).trouble).toBeUndefined()
    await world.anvil.mine()
  }
  await world.settle(first)
  await world.settle(second)
  expect(await world.values(a)).toEqual(range(10))
  expect(await world.values(b, 'consuming')).toEqual(range(10))
})
