import { expect, test } from 'vitest'
import { contractEvent } from '../../src/ledgers/events/contract-event.ts'
import type { Fetch } from '../../src/ledgers/evm/rpc-calls.ts'
import { EvmNetwork, networkPresets } from '../../src/ledgers/index.ts'
import { FakeChain, fakeAddress } from './fake-chain.ts'

const transaction = (number: number) => `0x${number.toString(16).padStart(64, '0')}`

test('however many events are behind, two thousand and a page are held at most', async () => {
  const [blocks, perBlock] = [200, 50]
  const chain = new FakeChain()
  for (let block = 0; block < blocks; block++) {
    const numbers = Array.from({ length: perBlock }, (_, i) => block * perBlock + i)
    chain.mine(numbers.map(number => ({ transaction: transaction(number), number })))
  }
  for (let block = 0; block < 100; block++) chain.mine([])
  let [given, taken, most] = [0, 0, 0]
  const fetch: Fetch = async (input, init) => {
    const response = await chain.fetch(input, init)
    given += (await response.clone().text()).split('"logIndex"').length - 1
    most = Math.max(most, given - taken)
    return response
  }
  const source = contractEvent({
    network: await EvmNetwork.open({
      name: 'fake',
      ...networkPresets.local,
      rpc: ['http://fake.example'],
      fetch,
    }),
    address: fakeAddress,
    event: 'Pong(uint256 indexed number)',
    from: 'earliest',
    poll: 10,
  })
  const { signal } = new AbortController()
  for (; taken < blocks * perBlock; taken++) {
    const next = await source.take({ signal })
    expect(Number(next?.item.args.number)).toBe(taken)
    await next?.settle(true)
  }
  expect(given).toBe(blocks * perBlock)
  expect(most).toBeLessThanOrEqual(4_000)
})
