import { expect, test } from 'vitest'
import { addressText, addressTrouble, isAddressText } from './address-text.ts'
import { nobleHashes } from './hashes.ts'

// Of the text of ERC-55: all upper case, all lower case, and two of both.
test.each([
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0xde709f2102306220921060314715629080e2fb77',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
])('%s has the upper and lower case of ERC-55', text => {
  for (const digits of [text.slice(2).toLowerCase(), text.slice(2).toUpperCase()]) {
    expect(addressText(digits, nobleHashes)).toBe(text)
  }
  expect(isAddressText(text)).toBe(true)
})

test('an address with a slip of the pen is told from one that is none', () => {
  const right = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
  expect(addressTrouble(right)).toBeUndefined()
  expect(addressTrouble(right.toLowerCase())).toBeUndefined()
  expect(addressTrouble(right.replace('5678', '5679'))).toMatch(/^mistyped, .*EIP-55/)
  expect(addressTrouble(right.slice(2))).toBe('expected an address: 0x and 40 hex digits')
})
