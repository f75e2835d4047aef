import { expect, test } from 'vitest'
import { EvmNetwork, networkPresets } from '../../src/ledgers/index.ts'
import { UsnContract, UsnDevice } from '../../src/ledgers/usn/index.ts'

const address = `0x${'ab'.repeat(20)}`
const id = `0x${'de'.repeat(32)}`
const rented = '0x9123e6a7c5d144bd06140643c88de8e01adcbb24350190c02218a4435c7041f8'
const word = (value: number | bigint) => value.toString(16).padStart(64, '0')
const getStateCount = '0x3fce7fcf'

/** A chain that grows with each look, and a contract on it that says how many bookings there are, and logs what it likes. */
async function networkOf({ count, logs }: { count: () => bigint; logs?: (block: string) => object[] }) {
  let height = 10
  const answer = (method: string, [first]: readonly unknown[]): unknown => {
    if (method === 'eth_chainId') return '0x7a69'
    if (method === 'eth_syncing') return false
    if (method === 'eth_getLogs') return logs?.((first as { toBlock: string }).toBlock) ?? []
    if (method === 'eth_call') {
      const { data, input = data } = first as { data: string; input?: string }
      if (input.startsWith(getStateCount)) return `0x${word(count())}`
      return `0x${word(0xa)}${word(100)}${word(200)}${word(0)}`
    }
    const number = first === 'latest' ? height++ : Number(first)
    const timestamp = `0x${Math.floor(Date.now() / 1_000).toString(16)}`
    return { number: `0x${number.toString(16)}`, hash: `0x${word(number)}`, timestamp }
  }
  return EvmNetwork.open({
    name: 'hostile',
    ...networkPresets.local,
    rpc: ['http://hostile.example'],
    random: () => 0,
    fetch: async (_, init) => {
      const calls = JSON.parse(String(init?.body))
      const one = ({ id, method, params = [] }: { id: number; method: string; params?: unknown[] }) => ({
        jsonrpc: '2.0',
        id,
        result: answer(method, params),
      })
      return Response.json(Array.isArray(calls) ? calls.map(one) : one(calls))
    },
  })
}

test('a contract that says it has more bookings than there can be is no renting contract', async () => {
  const usn = UsnContract.at(await networkOf({ count: () => 2n ** 255n }), { address })
  await expect(usn.bookings(id)).rejects.toMatchObject({ code: 'abi-invalid' })
})

test('an event that looks like a rental and can not be read stops nothing: the contract itself is asked', async () => {
  let count = 0n
  const logs = (block: string) => [
    {
      address,
      topics: [rented, `0x${word(1)}`, id],
      data: '0x00',
      blockNumber: block,
      blockHash: `0x${word(Number(block))}`,
      transactionHash: `0x${word(7)}`,
      logIndex: '0x0',
    },
  ]
  const network = await networkOf({ count: () => count, logs })
  const device = await UsnDevice.open({ network, address, device: id, poll: 10 })
  const user = `0x${word(0xa).slice(24)}`
  expect(await device.mayUse(user)).toMatchObject({ may: false })
  count = 1n
  await new Promise(resolve => setTimeout(resolve, 30))
  expect(await device.mayUse(user)).toMatchObject({ may: false, why: 'free' })
  expect((await device.contract.bookings(id)).length).toBe(1)
})
