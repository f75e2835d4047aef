import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractEvent } from '../../src/ledgers/events/contract-event.ts'
import { MemoryEventBook } from '../../src/ledgers/events/memory-event-book.ts'
import { abi, EventWorld, takeAll, takeMany } from './event-world.ts'

let world: EventWorld
beforeAll(async () => {
  world = await EventWorld.open()
})
afterAll(() => world?.anvil.stop())

async function open(options: { cursors?: MemoryEventBook; confirmations?: number; depth?: number } = {}) {
  return contractEvent({
    network: await world.network(),
    address: world.address,
    event: 'Pong(uint256 indexed number)',
    confirmations: 1,
    poll: 20,
    ...options,
  })
}

const numbers = (items: readonly { readonly args: { readonly number: bigint } }[]) =>
  items.map(({ args }) => Number(args.number))

test('events come as they are mined, typed by the text of the event, none from before the first start', async () => {
  await world.send('pongs', 1n, 1n)
  await world.anvil.mine()
  const pongs = await open()
  expect(await takeAll(pongs)).toEqual([])
  const { hash } = await world.send('pongs', 2n, 3n)
  await world.anvil.mine()
  const items = await takeMany(pongs, 3)
  expect(numbers(items)).toEqual([2, 3, 4])
  expect(items[0]).toMatchObject({
    event: 'Pong',
    reverted: false,
    occurrence: 1,
    chainId: 31337n,
    address: world.address.toLowerCase(),
    block: BigInt(await world.height()),
    transaction: hash,
    logIndex: 0,
  })
  expect(Math.abs((items[0]?.time ?? 0) - Date.now())).toBeLessThan(3_600_000)
  expect(new Set(items.map(({ key }) => key)).size).toBe(3)
})

test('an event is offered once its block is as deep as asked', async () => {
  const pongs = await open({ confirmations: 3 })
  expect(await takeAll(pongs)).toEqual([])
  await world.send('pongs', 10n, 1n)
  await world.anvil.mine(2)
  expect(await takeAll(pongs)).toEqual([])
  await world.anvil.mine()
  expect(numbers(await takeMany(pongs, 1))).toEqual([10])
})

test('several events of one contract are one trigger, in the order of the chain, with one key each', async () => {
  const all = contractEvent({
    network: await world.network(),
    address: world.address,
    abi,
    event: ['Ping', 'Pong'],
    confirmations: 1,
    poll: 20,
  })
  expect(await takeAll(all)).toEqual([])
  await world.send('twice', 7n, 'hello')
  await world.anvil.mine()
  const items = await takeMany(all, 3)
  expect(items.map(item => (item.event === 'Ping' ? item.args.text : item.args.number))).toEqual([
    'hello',
    7n,
    'hello',
  ])
  expect(new Set(items.map(({ key }) => key)).size).toBe(3)
})

test('indexed arguments choose', async () => {
  const chosen = contractEvent({
    network: await world.network(),
    address: world.address,
    abi,
    event: 'Ping',
    args: { number: [5n, 6n], sender: world.account.address },
    confirmations: 1,
    poll: 20,
  })
  expect(await takeAll(chosen)).toEqual([])
  for (const number of [4n, 5n, 6n, 7n]) await world.send('ping', number, `text ${number}`)
  await world.anvil.mine()
  expect((await takeMany(chosen, 2)).map(({ args }) => args.text)).toEqual(['text 5', 'text 6'])
})

test('a restart goes on behind what was settled, and offers again what was not', async () => {
  const cursors = new MemoryEventBook()
  const first = await open({ cursors })
  expect(await takeAll(first)).toEqual([])
  await world.send('pongs', 20n, 3n)
  await world.anvil.mine()
  expect(numbers(await takeMany(first, 1))).toEqual([20])
  const inHand = await first.take({ signal: AbortSignal.timeout(5_000) })
  expect(inHand?.item.args.number).toBe(21n)
  await world.send('pongs', 23n, 1n)
  await world.anvil.mine(3)
  expect(numbers(await takeMany(await open({ cursors }), 3))).toEqual([21, 22, 23])
  expect(numbers(await takeAll(await open({ cursors })))).toEqual([])
})

test('what happened long before is caught up in order, page by page, and a restart goes on within a block', async () => {
  const from = BigInt(await world.height()) + 1n
  for (let first = 100n; first < 200n; first += 25n) {
    await world.send('pongs', first, 25n)
    await world.anvil.mine(4)
  }
  await world.anvil.mine(70)
  const cursors = new MemoryEventBook()
  const options = {
    network: await world.network(),
    address: world.address,
    event: 'Pong(uint256 indexed number)',
    poll: 20,
    cursors,
  } as const
  const first = contractEvent({ ...options, from })
  expect(numbers(await takeMany(first, 60))).toEqual(Array.from({ length: 60 }, (_, i) => 100 + i))
  // What others wait for need not be durable at once: the last may come again.
  const again = numbers(await takeMany(contractEvent({ ...options, from }), 40))
  expect(again[0]).toBeLessThanOrEqual(160)
  const rest = numbers(await takeAll(contractEvent({ ...options, from })))
  expect([...new Set([...again, ...rest])].filter(n => n >= 160)).toEqual(
    Array.from({ length: 40 }, (_, i) => 160 + i),
  )
})

test('while a task takes one past event after the other, all else has its turn too', async () => {
  const from = BigInt(await world.height()) + 1n
  await world.send('pongs', 1_000n, 200n)
  await world.anvil.mine(100)
  const pongs = contractEvent({
    network: await world.network(),
    address: world.address,
    event: 'Pong(uint256 indexed number)',
    poll: 60_000,
    from,
  })
  await takeMany(pongs, 1)
  let turns = 0
  const count = () => {
    turns += 1
    counting = setImmediate(count)
  }
  let counting = setImmediate(count)
  expect(numbers(await takeMany(pongs, 199)).at(-1)).toBe(1_199)
  clearImmediate(counting)
  // Three in 199 are sure; a node's answer may take more.
  expect(turns).toBeGreaterThanOrEqual(3)
})

test('an item that its task did not get through with comes again, before those behind it', async () => {
  const pongs = await open()
  expect(await takeAll(pongs)).toEqual([])
  await world.send('pongs', 30n, 3n)
  await world.anvil.mine()
  const signal = AbortSignal.timeout(5_000)
  const [a, b] = [await pongs.take({ signal }), await pongs.take({ signal })]
  await b?.settle(false)
  await a?.settle(false)
  expect(numbers(await takeMany(pongs, 3))).toEqual([30, 31, 32])
})

test('a wait that is given up gives nothing away', async () => {
  const pongs = await open()
  expect(await takeAll(pongs)).toEqual([])
  const given = new AbortController()
  const waiting = pongs.take({ signal: given.signal })
  given.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await world.send('pongs', 40n, 1n)
  await world.anvil.mine()
  expect(numbers(await takeMany(pongs, 1))).toEqual([40])
})
