import { expect, test } from 'vitest'
import { contractEvent } from '../../src/ledgers/events/contract-event.ts'
import { EvmNetwork, networkPresets } from '../../src/ledgers/index.ts'
import { takeAll } from './event-world.ts'
import { FakeChain, fakeAddress } from './fake-chain.ts'

const transaction = (number: number) => `0x${number.toString(16).padStart(64, '0')}`

test('a node that gives logs twice, out of order, of other contracts, events and blocks makes no event of them', async () => {
  const chain = new FakeChain()
  chain.isCareless = true
  // Most of them deeper than a reorg, which are asked for by numbers, the newest by hashes.
  const numbers = Array.from({ length: 30 }, (_, i) => i + 1)
  for (const number of numbers) chain.mine([{ transaction: transaction(number), number }])
  const network = await EvmNetwork.open({
    name: 'fake',
    ...networkPresets.local,
    rpc: ['http://fake.example'],
    fetch: chain.fetch,
    random: () => 0,
  })
  const follow = (args: { number?: bigint[] }) =>
    contractEvent({
      network,
      address: fakeAddress,
      event: 'Pong(uint256 indexed number)',
      args,
      from: 'earliest',
      confirmations: 1,
      depth: 10,
      poll: 10,
    })
  const all = await takeAll(follow({}))
  expect(all.map(({ args }) => Number(args.number))).toEqual(numbers)
  const some = await takeAll(follow({ number: [5n, 28n] }))
  expect(some.map(({ args }) => Number(args.number))).toEqual([5, 28])
})
