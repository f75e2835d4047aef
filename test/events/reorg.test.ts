import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contractEvent } from '../../src/ledgers/events/contract-event.ts'
import { MemoryEventBook } from '../../src/ledgers/events/memory-event-book.ts'
import { EventWorld, takeAll, takeMany } from './event-world.ts'

let world: EventWorld
beforeEach(async () => {
  world = await EventWorld.open()
  await world.anvil.mine(5)
})
afterEach(() => world?.anvil.stop())

/** Five blocks until something is final, so long an event may be missing. */
const confirmations = 5

async function open(cursors = new MemoryEventBook()) {
  return contractEvent({
    network: await world.network({ confirmations }),
    address: world.address,
    event: 'Pong(uint256 indexed number)',
    confirmations: 1,
    poll: 20,
    cursors,
  })
}

test.each([1, 3, 21, 40])(
  'mined again in another block after a reorg %i blocks deep, an event is the same one',
  async depth => {
    const pongs = await open()
    expect(await takeAll(pongs)).toEqual([])
    await world.anvil.mine(40)
    const { raw } = await world.send('pongs', 1n, 1n)
    await world.anvil.mine()
    const [first] = await takeMany(pongs, 1)
    await world.anvil.mine(depth - 1)
    expect(await takeAll(pongs)).toEqual([])
    await world.reorg(depth)
    expect(await takeAll(pongs)).toEqual([])
    await world.again(raw)
    await world.anvil.mine()
    expect(await takeAll(pongs)).toEqual([])
    await world.anvil.mine(70)
    expect(await takeAll(pongs)).toEqual([])
    expect(first).toMatchObject({ args: { number: 1n }, reverted: false })
  },
)

test.each([1, 20])(
  'an event %i blocks deep that was handled and is gone for good is announced, with its key',
  async depth => {
    const pongs = await open()
    expect(await takeAll(pongs)).toEqual([])
    await world.send('pongs', 1n, 2n)
    await world.anvil.mine(depth)
    const handled = await takeMany(pongs, 2)
    // No look is under way while the node replaces its blocks one by one.
    expect(await takeAll(pongs)).toEqual([])
    await world.reorg(depth)
    expect(await takeAll(pongs)).toEqual([])
    await world.anvil.mine(confirmations - 1)
    expect(await takeAll(pongs)).toEqual([])
    await world.anvil.mine()
    // The newest first: what was done last is undone first.
    expect(await takeAll(pongs)).toEqual(handled.toReversed().map(item => ({ ...item, reverted: true })))
    await world.anvil.mine(5)
    expect(await takeAll(pongs)).toEqual([])
  },
)

test('one that comes again after it was announced as reverted is offered again, and counted', async () => {
  const pongs = await open()
  expect(await takeAll(pongs)).toEqual([])
  const { raw } = await world.send('pongs', 1n, 1n)
  await world.anvil.mine()
  const [first] = await takeMany(pongs, 1)
  await world.reorg(1)
  await takeAll(pongs)
  await world.anvil.mine(confirmations)
  expect(await takeMany(pongs, 1)).toMatchObject([{ key: first?.key, reverted: true, occurrence: 1 }])
  await world.again(raw)
  await world.anvil.mine()
  expect(await takeMany(pongs, 1)).toMatchObject([{ key: first?.key, reverted: false, occurrence: 2 }])
})

test('what says something else when it is mined again is another event, and the first one is reverted', async () => {
  const pongs = await open()
  expect(await takeAll(pongs)).toEqual([])
  const { raw } = await world.send('height')
  await world.anvil.mine(3)
  const [first] = await takeMany(pongs, 1)
  await world.reorg(3)
  await world.again(raw)
  await world.anvil.mine(1)
  const [second] = await takeMany(pongs, 1)
  expect(second?.transaction).toBe(first?.transaction)
  expect(second?.args).not.toEqual(first?.args)
  expect(second?.key).not.toBe(first?.key)
  await world.anvil.mine(confirmations)
  expect(await takeAll(pongs)).toEqual([{ ...first, reverted: true }])
})

test('what no task was told of is gone without a word', async () => {
  const pongs = await open()
  expect(await takeAll(pongs)).toEqual([])
  await world.send('pongs', 1n, 2n)
  await world.anvil.mine()
  // One in hand, one waiting.
  const inHand = await pongs.take({ signal: AbortSignal.timeout(5_000) })
  await world.reorg(1)
  await world.send('pongs', 9n, 1n)
  await world.anvil.mine(2)
  // Longer than `poll`: what has waited so long is looked for again before it is told.
  await sleep(60)
  expect((await takeMany(pongs, 1))[0]?.args.number).toBe(9n)
  // Given back, it is as if it had been handled: its task may have done half of it.
  await inHand?.settle(false)
  expect(await takeAll(pongs)).toEqual([])
  await world.anvil.mine(confirmations)
  expect(await takeAll(pongs)).toEqual([{ ...inHand?.item, reverted: true }])
})

test('a reorg while nobody looked is found at the next start: what was handled then is announced', async () => {
  const cursors = new MemoryEventBook()
  const first = await open(cursors)
  expect(await takeAll(first)).toEqual([])
  await world.send('pongs', 1n, 1n)
  await world.anvil.mine()
  const [handled] = await takeMany(first, 1)
  await world.anvil.mine(2)
  await takeAll(first)
  await world.reorg(3)
  await world.send('pongs', 5n, 1n)
  await world.anvil.mine(2)
  const again = await open(cursors)
  expect((await takeMany(again, 1))[0]?.args.number).toBe(5n)
  await world.anvil.mine(confirmations)
  expect(await takeAll(again)).toEqual([{ ...handled, reverted: true }])
})
