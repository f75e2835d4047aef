import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { anchorLogId } from './anchor-log.ts'

test('a log is told by the hash of its origin', () => {
  const origin = 'gateway.example.org/roof'
  expect(anchorLogId(origin)).toBe(`0x${createHash('sha256').update(origin).digest('hex')}`)
})
