import fc from 'fast-check'
import { expect, test } from 'vitest'
import { revertDataIn, withRevertData } from './revert-data.ts'

test("the contract's own words come out of a reason as they were kept", () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ minLength: 1, maxLength: 100 }), (message, bytes) => {
      const data = `0x${Buffer.from(bytes).toString('hex')}`
      expect(revertDataIn(withRevertData(message, { code: 3, message, data }))).toBe(data)
    }),
  )
})

test('a reason without them has none', () => {
  const reason = withRevertData('execution reverted', { code: 3, message: '', data: '0x' })
  expect(reason).toBe('execution reverted')
  expect(revertDataIn(reason)).toBeUndefined()
  expect(withRevertData('reverted', undefined)).toBe('reverted')
})
