import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractEvent } from '../../src/ledgers/events/contract-event.ts'
import { NodeProxy } from '../ledgers/node-proxy.ts'
import { EventWorld, takeMany } from './event-world.ts'

let world: EventWorld
let node: NodeProxy
beforeAll(async () => {
  world = await EventWorld.open()
  node = await NodeProxy.start(world.anvil.url)
})
afterAll(async () => {
  await node?.stop()
  await world?.anvil.stop()
})

test('a node that is slow, limits, goes away and comes back loses no event, nor their order', {
  timeout: 120_000,
}, async () => {
  const network = await world.network({ rpc: [node.url] })
  const pongs = contractEvent({
    network,
    address: world.address,
    event: 'Pong(uint256 indexed number)',
    from: 'earliest',
    confirmations: 1,
    poll: 20,
  })
  const taken = takeMany(pongs, 60, 110_000)
  const troubles = [
    () => Object.assign(node, { slow: 150 }),
    () => Object.assign(node, { limited: 2 }),
    () => node.stop(),
    () => node.listen(),
    () => Object.assign(node, { slow: 0 }),
    // Below the depth of a reorg, so that pages are read too.
    () => world.anvil.mine(80),
  ]
  for (const [round, trouble] of troubles.entries()) {
    await world.send('pongs', BigInt(10 * round), 10n)
    await world.anvil.mine()
    await trouble()
    await new Promise(resolve => setTimeout(resolve, 300))
  }
  const items = await taken
  expect(items.map(({ args }) => Number(args.number))).toEqual(Array.from({ length: 60 }, (_, i) => i))
  expect(items.some(({ reverted }) => reverted)).toBe(false)
  expect(new Set(items.map(({ key }) => key)).size).toBe(60)
})
