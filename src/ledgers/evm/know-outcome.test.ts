import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { receiptOf } from './answers.ts'
import { knowOutcome } from './know-outcome.ts'

/* Receipts from before Byzantium, as nodes hand them out. */
const recorded = z
  .array(z.strictObject({ form: z.string(), source: z.string(), receipt: z.record(z.string(), z.unknown()) }))
  .parse(
    JSON.parse(readFileSync(new URL('../../testing/golden/nodes/receipts.json', import.meta.url), 'utf8')),
  )

const [first] = recorded
const hash = String(first?.receipt.transactionHash)
const read = (changed: object) => receiptOf({ ...first?.receipt, ...changed }, hash)

/** A node that has the transaction in this form. */
const nodeWith = (transaction: unknown) => ({ results: async () => [transaction] })
const silentNode = {
  results: async () => {
    throw new Error('nothing is to be asked')
  },
}

async function outcome(receipt: object, transaction: unknown): Promise<boolean> {
  const found = read(receipt)
  if (found === undefined) throw new Error('no receipt')
  expect(found.succeeded).toBeUndefined()
  return (await knowOutcome(nodeWith(transaction), found)).succeeded
}

describe('a receipt without status', () => {
  test.each(recorded)('succeeded where it has logs: $form', async ({ receipt }) => {
    const found = receiptOf(receipt, hash)
    expect(found).toMatchObject({ succeeded: true, block: 3_969_717n, gasUsed: 84_919n })
    expect(found?.logs).toHaveLength(2)
    if (found) expect((await knowOutcome(silentNode, found)).succeeded).toBe(true)
  })

  test('has failed where it has no logs and has used up all of its gas', async () => {
    const call = { gas: '0x61a80', input: '0x31a5daf3' }
    expect(await outcome({ logs: [], gasUsed: '0x61a80' }, call)).toBe(false)
    expect(await outcome({ logs: [], gasUsed: '0x61a7f' }, call)).toBe(true)
  })

  test('of a plain transfer has succeeded, though that takes exactly its gas', async () => {
    const transfer = { gas: '0x5208', input: '0x' }
    expect(await outcome({ logs: [], gasUsed: '0x5208' }, transfer)).toBe(true)
    expect(await outcome({ logs: [], gasUsed: '0x61a80' }, { ...transfer, gas: '0x61a80' })).toBe(false)
  })

  test('stays open where the node has lost the transaction', async () => {
    await expect(outcome({ logs: [] }, null)).rejects.toMatchObject({ code: 'network-unreachable' })
  })

  test.each([{ root: undefined }, { root: null }, { root: '0x01' }, { root: 7 }])(
    'and with %j is malformed',
    changed => {
      expect(() => read(changed)).toThrow(/receipt (status|root) is malformed/)
    },
  )
})

test('a status says it, with a root beside it or without', () => {
  expect(read({ status: '0x0', logs: [] })?.succeeded).toBe(false)
  expect(read({ status: '0x1', logs: [], root: undefined })?.succeeded).toBe(true)
})
