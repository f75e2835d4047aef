import { expect, test } from 'vitest'
import { countOf, headOf, logOf, receiptOf } from './answers.ts'

const hash = (digits: string) => `0x${digits.repeat(32)}`
const log = {
  address: `0x${'aa'.repeat(20)}`,
  topics: [],
  data: '0x',
  blockNumber: '0x10',
  blockHash: hash('b1'),
  transactionHash: hash('c1'),
  logIndex: '0x2',
}
const receipt = {
  transactionHash: hash('c1'),
  blockNumber: '0x10',
  blockHash: hash('b1'),
  status: '0x1',
  logs: [log],
}
const beyond = `0x${(2n ** 53n).toString(16)}`

test('a number that we could not keep is a lie: what was kept of it could never be read again', () => {
  // Fails with `Number(quantityOf(…))`: a log index of 2^200 is written as 1.6e60, and no index when it is read.
  const lies: readonly (() => unknown)[] = [
    () => countOf(beyond, 'transaction count'),
    () => logOf({ ...log, logIndex: beyond }, undefined),
    () => logOf({ ...log, blockNumber: beyond }, undefined),
    () => logOf({ ...log, blockTimestamp: beyond }, undefined),
    () => logOf({ ...log, blockTimestamp: '0x7dba8218001' }, undefined),
    () => receiptOf({ ...receipt, blockNumber: beyond }, receipt.transactionHash),
    () => headOf({ number: beyond, hash: hash('b1'), timestamp: '0x1' }),
    () => headOf({ number: '0x1', hash: hash('b1'), timestamp: beyond }),
  ]
  for (const lie of lies)
    expect(lie).toThrow(expect.objectContaining({ code: 'network-unreachable', retryable: true }))
  expect(countOf('0x1fffffffffffff', 'transaction count')).toBe(Number.MAX_SAFE_INTEGER)
  expect(logOf({ ...log, blockTimestamp: '0x7dba8218000' }, undefined)?.time).toBe(8_640_000_000_000)
})

test('a receipt has logs of its own transaction and block only: what a log proves is kept with its place', () => {
  expect(receiptOf(receipt, receipt.transactionHash)?.logs).toHaveLength(1)
  for (const stray of [{ transactionHash: hash('c2') }, { blockHash: hash('b2') }, { blockNumber: '0x11' }]) {
    const strange = { ...receipt, logs: [{ ...log, ...stray }] }
    expect(() => receiptOf(strange, receipt.transactionHash)).toThrow(/a log of another transaction or block/)
  }
})

test('an answer is told by its outside, however deep it is', () => {
  // Fails with JSON.stringify of all of it: the stack does not reach that far.
  let deep: unknown = {}
  for (let i = 0; i < 100_000; i++) deep = [deep]
  expect(() => headOf({ number: deep })).toThrow("the node's block number is malformed: […]")
  expect(() => headOf(['0x1', deep])).toThrow(`the node's block is malformed: ["0x1",…]`)
  expect(() => logOf({ topics: 1, data: deep }, undefined)).toThrow('malformed: {"topics":1,"data":…}')
})
