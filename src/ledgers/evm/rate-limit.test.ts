import { expect, test } from 'vitest'
import { isBatchLimit, isRateLimit, waitAskedFor } from './rate-limit.ts'

const error = (code: number, message: string) => ({ code, message, data: undefined })

test.each([
  [-32005, 'daily request count exceeded, request rate limited'],
  [-32005, 'limit exceeded'],
  [429, 'Your app has exceeded its compute units per second capacity'],
  [-32029, 'Too many requests, reason: call rate limit exhausted'],
  [-32000, 'max request limit of 25/second reached: request limit reached'],
])('%i %s: too often', (code, message) => {
  expect(isRateLimit(error(code, message), 'eth_call')).toBe(true)
})

test.each([
  [-32005, 'query returned more than 10000 results'],
  [-32005, 'Requested block range is too large'],
  [-32005, 'query exceeds limit'],
  [-32000, 'nonce too low'],
])('%i %s: something else', (code, message) => {
  expect(isRateLimit(error(code, message), 'eth_getLogs')).toBe(false)
})

test.each([
  [-32600, 'batch too large'],
  [-32005, 'Number of requests exceeds max batch size'],
  [-32005, 'Batch size limit exceeded'],
])('%i %s: smaller batches', (code, message) => {
  expect(isBatchLimit(error(code, message))).toBe(true)
  expect(isRateLimit(error(code, message), 'eth_call')).toBe(false)
})

test('no header makes us wait longer than ten minutes', () => {
  const now = Date.UTC(2024, 0, 1)
  expect(waitAskedFor('12', now)).toBe(12_000)
  expect(waitAskedFor('999999999', now)).toBe(600_000)
  expect(waitAskedFor(null, now)).toBeUndefined()
})
