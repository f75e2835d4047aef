import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

test('all calls may come at once, then as they are filled up again', () => {
  const bucket = new TokenBucket({ calls: 5, per: 1_000 }, 0)
  expect(bucket.take(3, 0)).toBe(3)
  expect(bucket.take(50, 0)).toBe(2)
  expect(bucket.take(1, 0)).toBe(0)
  expect(bucket.wait(0)).toBe(200)
  expect(bucket.take(1, 199)).toBe(0)
  expect(bucket.take(1, 200)).toBe(1)
  expect(bucket.take(50, 100_000)).toBe(5)
})

test('a slow rate is waited for as long as it takes', () => {
  const bucket = new TokenBucket({ calls: 1, per: 60_000 }, 0)
  expect(bucket.take(1, 0)).toBe(1)
  expect(bucket.wait(15_000)).toBe(45_000)
  expect(bucket.take(1, 60_000)).toBe(1)
})
