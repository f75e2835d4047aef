import fc from 'fast-check'
import type { AbiEvent } from 'viem'
import { decodeEventLog, encodeAbiParameters, toEventSelector } from 'viem/utils'
import { expect, test } from 'vitest'
import type { EventLog } from '../evm/answers.ts'
import { staticEvent } from './static-event.ts'

const bits = fc.integer({ min: 1, max: 32 }).map(bytes => bytes * 8)
const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map(value => `0x${Buffer.from(value).toString('hex')}`)
const number = (size: number, value: bigint) => (size > 48 ? value : Number(value))

/** A type of one word, and a value of it as viem takes it. */
const argument = fc.oneof(
  fc.boolean().map(value => ({ type: 'bool', value })),
  hex(20).map(value => ({ type: 'address', value })),
  bits.chain(size =>
    fc.bigInt({ min: 0n, max: (1n << BigInt(size)) - 1n }).map(value => ({
      type: `uint${size}`,
      value: number(size, value),
    })),
  ),
  bits.chain(size =>
    fc.bigInt({ min: -(1n << BigInt(size - 1)), max: (1n << BigInt(size - 1)) - 1n }).map(value => ({
      type: `int${size}`,
      value: number(size, value),
    })),
  ),
  fc.integer({ min: 1, max: 32 }).chain(size => hex(size).map(value => ({ type: `bytes${size}`, value }))),
)

const event = (inputs: AbiEvent['inputs']): AbiEvent => ({ type: 'event', name: 'E', inputs })

function logOf(item: AbiEvent, values: readonly unknown[]): EventLog {
  const isIndexed = (i: number) => item.inputs[i]?.indexed === true
  const encoded = (which: readonly number[]) =>
    encodeAbiParameters(
      which.map(i => ({ type: item.inputs[i]?.type ?? '' })),
      which.map(i => values[i]),
    )
  const places = values.map((_, i) => i)
  return {
    address: `0x${'1'.repeat(40)}`,
    topics: [toEventSelector(item), ...places.filter(isIndexed).map(i => encoded([i]))],
    data: encoded(places.filter(i => !isIndexed(i))),
    block: 1n,
    blockHash: '0x',
    transaction: '0x',
    logIndex: 0,
  }
}

test('it reads words as viem does', () => {
  const some = fc.array(fc.tuple(argument, fc.boolean()), { maxLength: 8 })
  fc.assert(
    fc.property(some, list => {
      let indexed = 0
      const item = event(
        list.map(([{ type }, wish], i) => ({ name: `a${i}`, type, indexed: wish && ++indexed <= 3 })),
      )
      const log = logOf(
        item,
        list.map(([{ value }]) => value),
      )
      const { topics, data } = log as unknown as { topics: [`0x${string}`]; data: `0x${string}` }
      const { args } = decodeEventLog({ abi: [item], topics, data })
      expect(staticEvent(item)?.(log)).toEqual(args ?? {})
    }),
  )
})

test('what is no word, or has no name of its own, is left to the general decoder', () => {
  const unfit: AbiEvent['inputs'][] = [
    [{ name: 'text', type: 'string' }],
    [{ name: 'data', type: 'bytes', indexed: true }],
    [{ name: 'list', type: 'uint8[2]' }],
    [{ name: 'pair', type: 'tuple', components: [] }],
    [{ name: '', type: 'uint8' }],
    [{ type: 'uint8' }],
    [
      { name: 'a', type: 'uint8' },
      { name: 'a', type: 'uint8' },
    ],
  ]
  for (const inputs of unfit) expect(staticEvent(event(inputs))).toBeUndefined()
})

test('so is a log that does not fit the words', () => {
  const item = event([
    { name: 'small', type: 'uint8', indexed: true },
    { name: 'is', type: 'bool' },
  ])
  const log = logOf(item, [7, true])
  const read = staticEvent(item)
  expect(read?.(log)).toEqual({ small: 7, is: true })
  const word = (last: string) => `0x${last.padStart(64, '0')}`
  expect(read?.({ ...log, data: word('2') })).toBeUndefined()
  expect(read?.({ ...log, data: `${log.data}00` })).toBeUndefined()
  expect(read?.({ ...log, topics: [log.topics[0] ?? '', word('100')] })).toBeUndefined()
  expect(read?.({ ...log, topics: log.topics.slice(0, 1) })).toBeUndefined()
})
