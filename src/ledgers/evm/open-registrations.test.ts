import { expect, test } from 'vitest'
import type { EventLog } from './answers.ts'
import { OpenRegistrations } from './open-registrations.ts'

function log(logIndex: number): EventLog {
  const [address, hash] = [`0x${'01'.repeat(20)}`, `0x${'02'.repeat(32)}`]
  return { address, topics: [], data: '0x', block: 1n, blockHash: hash, transaction: hash, logIndex }
}

const [single, batch] = [log(0), log(1)]

test('a log leaves once all that it tells of was taken, in whatever order', () => {
  const open = new OpenRegistrations([single, batch])
  open.take({ log: batch, part: { place: 2, of: 3 } })
  open.take({ log: batch, part: { place: 0, of: 3 } })
  expect(open.logs).toEqual([single, batch])
  expect([0, 1, 2].map(place => open.isTaken(batch, place))).toEqual([true, false, true])
  open.take({ log: batch, part: { place: 1, of: 3 } })
  expect(open.logs).toEqual([single])
})

test('one that tells of a single registration leaves with it', () => {
  const open = new OpenRegistrations([single, batch])
  open.take({ log: single })
  expect(open.logs).toEqual([batch])
  expect(open.isTaken(batch, 0)).toBe(false)
})

test('what is taken twice leaves the others of its log open', () => {
  const open = new OpenRegistrations([batch])
  for (let i = 0; i < 3; i++) open.take({ log: batch, part: { place: 0, of: 2 } })
  expect(open.logs).toEqual([batch])
})
