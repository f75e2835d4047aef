import { expect, test } from 'vitest'
import { linkOfText } from '../core/chain-file.ts'
import { parseCidV0 } from '../core/cid.ts'
import { isEnergywebError } from '../core/errors.ts'
import { legacyHashText } from './legacy-hash.ts'

// Worked out with Python's hashlib and its own long division.
test.each([
  ['', 'Qm43LNwPunkRCSovrjPyoxpukWVtnU'],
  ['abc', 'Qm3N3SPh7RsDDNbZDaMRaauXML5RG8'],
  ['{"value": 1}', 'Qm9B51BUFt5tubs5fQzi3hUb9uQpu'],
  // Its digest begins with a zero byte.
  ['127', 'Qm1RDyg75DjRRQNnkwUt6rVrFnFzT'],
])('the hash text of %j', (content, text) => {
  expect(legacyHashText(new TextEncoder().encode(content))).toBe(text)
})

test('U5: what looks like a CID is told apart from one', () => {
  const text = legacyHashText(new Uint8Array())
  expect(linkOfText(text)).toBe('0x516d34334c4e7750756e6b5243536f76726a50796f7870756b5756746e550000')
  try {
    parseCidV0(text)
    expect.unreachable()
  } catch (error) {
    expect(isEnergywebError(error, 'cid-invalid') && error.hint).toContain('looks like a CID and is none')
  }
})
