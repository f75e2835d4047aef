import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { classifyRefusal } from './errors.ts'
import { isRateLimit } from './rate-limit.ts'

/* What nodes say, as `energyweb ledger conform` recorded it, or from the public sources of those that were not run. */
const recorded = z
  .array(
    z.strictObject({
      client: z.string(),
      how: z.enum(['run', 'source']),
      source: z.string(),
      refusals: z.array(z.strictObject({ code: z.int(), message: z.string(), meaning: z.string() })).min(5),
    }),
  )
  .parse(
    JSON.parse(readFileSync(new URL('../../testing/golden/nodes/refusals.json', import.meta.url), 'utf8')),
  )

describe.each(recorded)('$client', ({ refusals }) => {
  test.each(refusals)('$code $message', ({ code, message, meaning }) => {
    const error = { code, message, data: undefined }
    expect(classifyRefusal(error)).toBe(meaning)
    // A refusal that looks like a limit would be sent again and again, and never understood.
    expect(isRateLimit(error, 'eth_sendRawTransaction')).toBe(false)
  })
})

test('an estimate that no gas is enough for', () => {
  const of = (message: string) => classifyRefusal({ code: -32000, message, data: undefined })
  expect(of('gas required exceeds allowance (0)')).toBe('funds')
  expect(of('gas required exceeds allowance (30000000)')).toBe('gas-over-block')
})

test('without a known text the code decides, and what nobody knows is unknown', () => {
  expect(classifyRefusal({ code: 3, message: '', data: '0x' })).toBe('reverted')
  expect(classifyRefusal({ code: -32015, message: '?', data: '' })).toBe('reverted')
  expect(classifyRefusal({ code: -32000, message: 'the moon is full', data: undefined })).toBe('unknown')
})
