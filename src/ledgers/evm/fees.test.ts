import fc from 'fast-check'
import { expect, test } from 'vitest'
import { doubledFees, fixedPrice, freeOfCharge, raiseFees, suggestFees } from './fees.ts'

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

test('a free chain is paid nothing, and one that asks something waits', () => {
  expect(suggestFees(freeOfCharge, 0n).maxFeePerGas).toBe(0n)
  expect(() => suggestFees(freeOfCharge, 10n ** 9n)).toThrow(
    'the network asks 1 gwei per gas, the fees are free: nothing is paid',
  )
})

test('a fixed price is paid whatever the base fee, waits while the network asks more, and is never raised', () => {
  const fixed = fixedPrice(2_000_000_000n)
  for (const baseFee of [0n, 2_000_000_000n]) {
    expect(suggestFees(fixed, baseFee)).toEqual({ maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 0n })
  }
  expect(() => suggestFees(fixed, 2_500_000_000n)).toThrow(
    'the network asks 2.5 gwei per gas, the fixed price is 2 gwei',
  )
  expect(() => raiseFees(fixed, 1n, suggestFees(fixed, 1n))).toThrow(
    'a replacement costs 2.25 gwei per gas, the fixed price is 2 gwei',
  )
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

// Fails when what is doubled goes above a cap that 12.5 % more would not reach: the node is then never offered it.
test('a node that asks for more is offered more, up to the cap', () => {
  const fees = fc.tuple(fc.bigInt({ min: 0n, max: 2_000n }), fc.bigInt({ min: 0n, max: 2_000n }))
  fc.assert(
    fc.property(fees, fc.bigInt({ min: 1n, max: 2_000n }), fc.boolean(), ([a, b], cap, isLegacy) => {
      const settings = { ...(isLegacy ? legacy : eip1559), cap, floor: 0n, tip: 0n }
      const [maxPriorityFeePerGas, maxFeePerGas] = a < b ? [a, b] : [b, a]
      const before = { maxFeePerGas, maxPriorityFeePerGas: isLegacy ? 0n : maxPriorityFeePerGas }
      const least = (fee: bigint) => (fee * 1_125n + 999n) / 1_000n
      if (least(maxFeePerGas) > cap || maxFeePerGas >= cap) {
        expect(() => raiseFees(settings, 0n, doubledFees(settings, before))).toThrow()
        return
      }
      const after = raiseFees(settings, 0n, doubledFees(settings, before))
      expect(after.maxFeePerGas).toBeLessThanOrEqual(cap)
      expect(after.maxFeePerGas).toBeGreaterThanOrEqual(least(maxFeePerGas))
      expect(after.maxPriorityFeePerGas).toBeLessThanOrEqual(after.maxFeePerGas)
      if (!isLegacy) {
        expect(after.maxPriorityFeePerGas).toBeGreaterThanOrEqual(least(before.maxPriorityFeePerGas))
      }
    }),
  )
})
