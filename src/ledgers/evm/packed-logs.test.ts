import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logsOf } from './answers.ts'
import { PackedLogs } from './packed-logs.ts'

const word = (value: number) => `0x${value.toString(16).padStart(64, '0')}`
const quantity = (value: number) => `0x${value.toString(16)}`
const small = fc.nat({ max: 3 })

/** Logs as a node gives them; few values, so that neighbours are alike and places come twice. */
const raw = fc
  .record({
    address: small.map(n => `0x${`${n}a`.repeat(20)}`),
    topics: fc.array(small.map(word), { maxLength: 4 }),
    data: fc.uint8Array({ maxLength: 100 }).map(bytes => `0x${Buffer.from(bytes).toString('hex')}`),
    blockNumber: small.map(quantity),
    blockHash: small.map(word),
    transactionHash: small.map(word),
    logIndex: fc.nat({ max: 20 }).map(quantity),
    time: fc.option(small.map(quantity)),
    removed: fc.boolean(),
  })
  .map(({ time, ...log }) => (time === null ? log : { ...log, blockTimestamp: time }))

const isEven = ({ logIndex }: { logIndex: number }) => logIndex % 2 === 0

test('logs come out as they went in: those that fit, by the order of the chain, each once', () => {
  fc.assert(
    fc.property(fc.array(raw, { maxLength: 40 }), fc.nat({ max: 40 }), (items, cut) => {
      const packed = new PackedLogs(isEven)
      packed.push(items.slice(0, cut))
      packed.push(items.slice(cut))
      const expected = logsOf(items)
        .filter(isEven)
        .filter((log, i, all) => all.findIndex(other => place(other) === place(log)) === i)
        .toSorted((a, b) => place(a) - place(b))
      expect([...packed.finish()]).toEqual(expected)
      expect([packed.size, packed.seen]).toEqual([expected.length, items.length])
    }),
  )
})

const place = ({ block, logIndex }: { block: bigint; logIndex: number }) => Number(block) * 1_000 + logIndex

const log = (number: number) => ({
  address: `0x${'ab'.repeat(20)}`,
  topics: [word(7), word(number)],
  data: '0x',
  blockNumber: '0x1',
  blockHash: word(1),
  transactionHash: word(2),
  logIndex: quantity(number),
})

test('a log of one word takes less than 400 bytes, and nothing once they are released', () => {
  const packed = new PackedLogs(() => true)
  for (let i = 0; i < 10_000; i++) packed.push([log(i)])
  expect(packed.bytes / 10_000).toBeLessThan(400)
  expect(packed.finish().at(9_999)?.topics[1]).toBe(word(9_999))
  packed.release()
  expect([packed.bytes, packed.size, packed.at(0)]).toEqual([0, 0, undefined])
})

test('a malformed log is told of when the list is used', () => {
  const packed = new PackedLogs(() => true)
  packed.push([log(1), { ...log(2), data: 'none' }])
  packed.push([log(3)])
  expect(() => packed.finish()).toThrow("the node's log data is malformed")
})
