import { expect, test } from 'vitest'
import { raiseFees, suggestFees } from './fees.ts'

const legacy = { type: 'legacy', floor: 10n, cap: 1_000n, tip: 2n } as const
const eip1559 = { ...legacy, type: 'eip1559' } as const

test('the price is twice the base fee and the tip, never below the floor, never above the cap', () => {
  expect(suggestFees(legacy, 100n)).toEqual({ maxFeePerGas: 202n, maxPriorityFeePerGas: 0n })
  expect(suggestFees(legacy, 1n)).toEqual({ maxFeePerGas: 10n, maxPriorityFeePerGas: 0n })
  expect(suggestFees(legacy, 600n)).toEqual({ maxFeePerGas: 1_000n, maxPriorityFeePerGas: 0n })
  expect(suggestFees(eip1559, 100n)).toEqual({ maxFeePerGas: 202n, maxPriorityFeePerGas: 2n })
})

test('a cap that does not cover the base fee is said, and waits', () => {
  expect(() => suggestFees(legacy, 999n)).toThrow(
    expect.objectContaining({
      code: 'ledger-not-ready',
      retryable: true,
      message: expect.stringContaining('1001 wei'),
    }),
  )
})

test('a free chain is paid nothing', () => {
  expect(suggestFees({ type: 'legacy', floor: 0n, cap: 0n, tip: 0n }, 0n).maxFeePerGas).toBe(0n)
})

test('a replacement pays at least 12.5 % more of both fees, rounded up', () => {
  expect(raiseFees(legacy, 1n, { maxFeePerGas: 100n, maxPriorityFeePerGas: 0n })).toEqual({
    maxFeePerGas: 113n,
    maxPriorityFeePerGas: 0n,
  })
  expect(raiseFees(eip1559, 1n, { maxFeePerGas: 80n, maxPriorityFeePerGas: 8n })).toEqual({
    maxFeePerGas: 90n,
    maxPriorityFeePerGas: 9n,
  })
  expect(raiseFees(legacy, 200n, { maxFeePerGas: 100n, maxPriorityFeePerGas: 0n }).maxFeePerGas).toBe(402n)
  expect(raiseFees(eip1559, 1n, { maxFeePerGas: 10n, maxPriorityFeePerGas: 0n }).maxPriorityFeePerGas).toBe(
    2n,
  )
})

test('no replacement goes above the cap', () => {
  expect(() => raiseFees(legacy, 1n, { maxFeePerGas: 950n, maxPriorityFeePerGas: 0n })).toThrow(
    /fee cap is 1000/,
  )
})
