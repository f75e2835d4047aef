import { expect, test } from 'vitest'
import { EnergywebError } from '../../core/errors.ts'
import type { RpcCall } from './rpc-calls.ts'
import { type Calls, type Ready, shareBatch, shareReady } from './shared-calls.ts'

const block = (number: string): RpcCall => ({ method: 'eth_getBlockByNumber', params: [number, false] })
const count = (account: string): RpcCall => ({
  method: 'eth_getTransactionCount',
  params: [account, 'latest'],
})
const send = (raw: string): RpcCall => ({ method: 'eth_sendRawTransaction', params: [raw] })

/** A node that answers each call with its first parameter, and keeps what it was asked. */
function node() {
  const asked: Calls[] = []
  const batch = async (calls: Calls) => {
    asked.push(calls)
    return calls.map(({ params: [first] }) => ({ result: first }))
  }
  const head = { number: 7n, hash: '0x07', timestamp: 0n, baseFee: undefined }
  const ready = async (calls: Calls): Promise<Ready> => {
    if (calls.some(({ params }) => params[0] === 'refused')) {
      asked.push(calls)
      throw new EnergywebError('network-refused', 'not that one', { retryable: true })
    }
    return { head, results: (await batch(calls)).map(({ result }) => result) }
  }
  return { asked, batch, ready }
}

test('everybody gets the answers to his own calls, in his order', async () => {
  const { asked, batch } = node()
  const lists = [[block('0x1'), count('a')], [], [count('b'), block('0x1'), block('0x2')]]
  const answers = await Promise.all(shareBatch(lists, { most: 50, batch }))
  expect(answers.map(list => list.map(({ result }) => result))).toEqual([
    ['0x1', 'a'],
    [],
    ['b', '0x1', '0x2'],
  ])
  // What both want to know of block 1 is asked once.
  expect(asked.map(calls => calls.length)).toEqual([4])
})

test('what is sent is sent as often as it was said, in its order', async () => {
  const { asked, batch } = node()
  await Promise.all(shareBatch([[send('0xb'), send('0xa')], [send('0xa')]], { most: 50, batch }))
  expect(asked.flat().map(({ params }) => params[0])).toEqual(['0xb', '0xa', '0xa'])
})

test('nobody waits for more than the request that he shares', async () => {
  // Fails when all that came together is one batch, which is answered when its last request is.
  const late = Promise.withResolvers<void>()
  const batch = async (calls: Calls) => {
    if (calls.some(({ params }) => params[0] === 'slow')) await late.promise
    return calls.map(({ params: [first] }) => ({ result: first }))
  }
  const [quick, long, last] = shareBatch(
    [[count('a'), count('b')], [count('slow'), count('c'), count('d')], [count('e')]],
    { most: 2, batch },
  )
  expect(await quick).toHaveLength(2)
  expect(await last).toHaveLength(1)
  late.resolve()
  expect((await long)?.map(({ result }) => result)).toEqual(['slow', 'c', 'd'])
})

test('as many share a head as fit into one request, and nobody is split', async () => {
  const { asked, ready } = node()
  const lists = ['a', 'b', 'c'].map(account => [count(account), block(`0x${account}`)])
  const heads = await Promise.all(shareReady(lists, { most: 5, ready }))
  expect(asked.map(calls => calls.length)).toEqual([4, 2])
  expect(heads.map(({ results }) => results)).toEqual([
    ['a', '0xa'],
    ['b', '0xb'],
    ['c', '0xc'],
  ])
})

test('what the node refuses to one it refuses to him alone', async () => {
  // Fails when the error of the shared request is everybody's.
  const { ready } = node()
  const lists = [[count('a')], [count('refused')], [count('b')]]
  const settled = await Promise.allSettled(shareReady(lists, { most: 40, ready }))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(settled[2]).toMatchObject({ value: { results: ['b'] } })
})
