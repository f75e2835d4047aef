import { decodeAbiParameters, encodeAbiParameters, parseAbiParameters } from 'viem'
import { expect, test } from 'vitest'
import { decodeClaimData, encodeClaimData } from './claim-data.ts'

const claim = {
  beneficiary: 'Example Ltd',
  location: 'Berlin',
  countryCode: 'DE',
  periodStartDate: '2024-05-01T00:00:00Z',
  periodEndDate: '2024-05-02T00:00:00Z',
  purpose: 'green office, "net zero"',
}

test('claim data are one text of JSON, in the order in which readers of these certificates write it', () => {
  const bytes = encodeClaimData(claim)
  expect(decodeAbiParameters(parseAbiParameters('string'), bytes)).toEqual([JSON.stringify(claim)])
  expect(decodeClaimData(bytes)).toEqual(claim)
})

test('what is another text, or none, is no claim', () => {
  const text = (given: string) => encodeAbiParameters(parseAbiParameters('string'), [given])
  for (const bytes of [
    '0x',
    'claim',
    '0x1234',
    text(''),
    text('{}'),
    text('[1]'),
    text('{"beneficiary":1}'),
  ]) {
    expect(decodeClaimData(bytes), bytes).toBeUndefined()
  }
})
