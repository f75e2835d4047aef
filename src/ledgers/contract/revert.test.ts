import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parseAbi } from 'viem'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { revertDataOf } from '../evm/revert-data.ts'
import { refusalOf } from './evm-error.ts'
import { readRevert } from './revert.ts'

/* How nodes tell of the same refusals: as the nodes here said it, or from public sources of those that were not run. */
const recorded = z
  .array(
    z.strictObject({
      client: z.string(),
      how: z.enum(['run', 'source']),
      source: z.string(),
      reverts: z.array(
        z.strictObject({
          means: z.enum(['error', 'custom', 'panic', 'silent']),
          error: z.strictObject({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
        }),
      ),
    }),
  )
  .parse(
    JSON.parse(readFileSync(new URL('../../testing/golden/nodes/reverts.json', import.meta.url), 'utf8')),
  )

const abi = parseAbi(['error TooLow(uint256 expected, uint256 got)'])
const meanings = {
  error: { kind: 'error', text: 'not the owner' },
  custom: { kind: 'custom', name: 'TooLow', args: [5n, 3n] },
  panic: { kind: 'panic', code: 17n },
  silent: { kind: 'silent' },
}

describe.each(recorded)('$client', ({ reverts }) => {
  test.each(reverts)('$means: $error.code $error.message', ({ means, error }) => {
    const { code, meaning, revert } = refusalOf({ ...error, data: error.data }, { what: 'it', abi })
    expect({ code, meaning }).toEqual({ code: 'transaction-reverted', meaning: 'reverted' })
    expect(revert).toMatchObject(meanings[means])
  })
})

test('a reason that stands in the message alone is read from there', () => {
  const error = { code: 3, message: 'execution reverted: meterread too low', data: undefined }
  expect(refusalOf(error, { what: 'it' }).revert).toEqual({ kind: 'error', text: 'meterread too low' })
})

test('what the node says and no word of a contract is no revert', () => {
  const error = { code: -32000, message: 'insufficient funds for gas * price + value', data: undefined }
  expect(refusalOf(error, { what: 'it' })).toMatchObject({ code: 'funds-insufficient', meaning: 'funds' })
  const odd = { code: -32000, message: 'the moon is full', data: 'quite' }
  expect(refusalOf(odd, { what: 'it' })).toMatchObject({ code: 'network-refused', retryable: true })
})

test('whatever a node sends as data, reading it never throws', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (data, message) => {
      const found = revertDataOf({ code: 3, message, data })
      if (found !== undefined) expect(found).toMatch(/^0x/)
    }),
  )
  fc.assert(
    fc.property(
      fc.constantFrom('08c379a0', '4e487b71', '7e4b4593', ''),
      fc.uint8Array({ maxLength: 100 }),
      (selector, bytes) => {
        const data = `0x${selector}${Buffer.from(bytes).toString('hex')}` as const
        expect(readRevert(data, abi).kind).toMatch(/^(error|panic|custom|unknown|silent)$/)
      },
    ),
  )
})
