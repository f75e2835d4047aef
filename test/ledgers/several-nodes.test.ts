import { afterEach, beforeEach, expect, test } from 'vitest'
import { startAnvil } from '../../src/testing/anvil.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { NodeProxy } from './node-proxy.ts'
import { World } from './world.ts'

/* Several nodes of one chain, each at an address of its own, all real HTTP. */

let world: World
let stores: MemoryStores
let proxies: NodeProxy[]

beforeEach(async () => {
  world = await World.open()
  await world.registries.producing.readyAsset()
  stores = new MemoryStores()
  proxies = await Promise.all([1, 2, 3].map(() => NodeProxy.start(world.anvil.url)))
})
afterEach(async () => {
  await Promise.all(proxies.map(proxy => proxy.stop()))
  await world.anvil.stop()
})

const openOn = (rpc: readonly string[]) =>
  world.ledger({ stores, lines: [world.line(0n)], network: { rpc, timeout: 2_000 } })

const range = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1))

test('nodes go and come back one after the other: every reading is registered once, no turn is lost', async () => {
  const [first, second, third] = proxies
  const ledger = await openOn(proxies.map(({ url }) => url))
  const used = () => ledger.network().nodes.find(({ inUse }) => inUse)?.node
  let value = 0n
  const register = async () => {
    addReading(stores.entries, 'roof', ++value)
    await world.settle(ledger)
  }
  await register()
  expect(used()).toBe(first?.name)
  await first?.stop()
  await register()
  expect(used()).toBe(second?.name)
  await second?.stop()
  await register()
  expect(used()).toBe(third?.name)
  await first?.listen()
  await third?.stop()
  await register()
  expect(used()).toBe(first?.name)
  expect(await world.values(0n)).toEqual(range(4))
})

test('a node of another chain in front, a limited one and a slow one: readings go through the one that is good', async () => {
  const other = await startAnvil({ chainId: 73799 })
  try {
    const [limited, slow, good] = proxies
    const rpc = [other.url, ...proxies.map(({ url }) => url)]
    if (limited !== undefined) Object.assign(limited, { limited: 1_000, retryAfter: '30' })
    if (slow !== undefined) slow.slow = 5_000
    const ledger = await openOn(rpc)
    for (const value of range(5)) addReading(stores.entries, 'roof', value)
    await world.settle(ledger)
    expect(await world.values(0n)).toEqual(range(5))
    const nodes = ledger.network().nodes
    expect(nodes[0]).toMatchObject({ state: 'wrong-chain', detail: 'is on chain 73799' })
    expect(nodes[1]).toMatchObject({ state: 'limited' })
    expect(nodes[3]).toMatchObject({ state: 'good', inUse: true })
    // Asked once; its time has not come.
    expect([limited?.requests, good?.name === nodes[3]?.node]).toEqual([1, true])
    expect(await other.rpc('eth_getTransactionCount', [world.meter, 'latest'])).toBe('0x0')
  } finally {
    await other.stop()
  }
})

test('the node in use stops following the chain: the other one is used as soon as that is seen', async () => {
  const [first, second] = proxies
  const ledger = await openOn([first?.url ?? '', second?.url ?? ''])
  addReading(stores.entries, 'roof', 1n)
  await world.settle(ledger)
  if (first !== undefined) {
    first.newest = (await world.anvil.rpc('eth_getBlockByNumber', ['latest', false])) as { number: string }
  }
  await world.anvil.rpc('evm_increaseTime', [120])
  await world.anvil.mine(3)
  world.clock.push(31_000)
  addReading(stores.entries, 'roof', 2n)
  await world.work(ledger)
  await expect.poll(() => ledger.network().nodes[1]?.state).toBe('good')
  await world.settle(ledger)
  expect(ledger.network().nodes[0]).toMatchObject({ state: 'behind', inUse: false })
  expect(await world.values(0n)).toEqual(range(2))
})
