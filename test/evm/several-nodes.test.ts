import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EvmNetwork } from '../../src/evm.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { NodeProxy } from '../ledgers/node-proxy.ts'
import { deployProbe, key, networkOf, probeAbi, signerOf } from './probe.ts'

/* One chain behind two addresses, of which one fails and another one wants to be left alone for a while. */

let anvil: Anvil
let nodes: [NodeProxy, NodeProxy]
let network: EvmNetwork

beforeAll(async () => {
  anvil = await startAnvil({ blockTime: 1 })
  nodes = [await NodeProxy.start(anvil.url), await NodeProxy.start(anvil.url)]
  network = await networkOf('', { rpc: nodes.map(({ url }) => url), timeout: 2_000 })
})
afterAll(async () => {
  await Promise.all([...(nodes ?? []), anvil].map(one => one?.stop()))
})

test('a node that goes away in the middle: the other one answers, and takes what is sent', async () => {
  const { address } = await deployProbe(network, anvil)
  const contract = await network.contract({ address, abi: probeAbi })
  const signer = await signerOf(anvil, 2)
  expect(await contract.call('writes')).toBe(0n)
  await nodes[0].stop()
  expect(await contract.call('writes')).toBe(0n)
  const sent = await contract.sendRaw('write', [key('b'), 1n], { signer })
  await nodes[0].listen()
  await nodes[1].stop()
  await sent.wait({ pollEvery: 50 })
  expect(await contract.call('valueOf', [key('b')])).toBe(1n)
  expect(network.status().nodes.map(({ inUse }) => inUse)).toEqual([true, false])
  await nodes[1].listen()
})

test('a node that wants fewer requests is left alone for as long as it says, and the call still answers', async () => {
  expect(await network.request('eth_chainId', [])).toBe('0x7a69')
  nodes[0].limited = 1
  const before = nodes[0].requests
  expect(await network.request('eth_gasPrice', [])).toMatch(/^0x/)
  expect(nodes[0].requests - before).toBeLessThanOrEqual(3)
})

test('none is there: it says so, and may be tried again', async () => {
  await Promise.all(nodes.map(node => node.stop()))
  await expect(network.isSynced()).rejects.toMatchObject({ code: 'network-unreachable', retryable: true })
})

test('whether it is synced is seen at the head, not believed', async () => {
  const [fresh, stale] = await Promise.all([
    networkOf(anvil.url, { headAge: 60_000 }),
    networkOf(anvil.url, { headAge: 1_000, realClock: late }),
  ])
  expect(await fresh.isSynced()).toBe(true)
  expect(await stale.isSynced()).toBe(false)
})

/** A minute behind the chain. */
const late = {
  now: () => Date.now() + 60_000,
  monotonic: () => performance.now(),
  after: () => () => undefined,
}
