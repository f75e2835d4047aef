import { encodeAbiParameters, parseAbiParameters } from 'viem'
import { describe, expect, test } from 'vitest'
import { decodeRequestData, encodeRequestData, epochSeconds } from './request-data.ts'
import { decodeRequestMetadata, encodeRequestMetadata, type RequestMetadata } from './request-metadata.ts'

const data = {
  generationStart: 1_714_521_600n,
  generationEnd: 1_714_608_000n,
  deviceId: 'roof-1',
  metadata: '',
}

const word = (hex: string, left = true) => (left ? hex.padStart(64, '0') : hex.padEnd(64, '0'))

const metadata: RequestMetadata = {
  energy: 250n,
  total: 1_250n,
  first: 3,
  last: 98,
  root: 'A'.repeat(43),
  origin: 'gateway.example.org/roof',
}

describe('what a request asks for', () => {
  test('is four values in the words of the ABI, written out by hand here', () => {
    const expected = [
      word('66318600'),
      word('6632d780'),
      word('80'),
      word('c0'),
      word('6'),
      word('726f6f662d31', false),
      word('0'),
    ]
    expect(encodeRequestData(data)).toBe(`0x${expected.join('')}`)
    expect(decodeRequestData(`0x${expected.join('')}`)).toEqual(data)
  })

  test('is what was written, or nothing: bytes of another form are no request of ours', () => {
    const bytes = encodeRequestData(data)
    // Whoever appends something makes other bytes of the same values.
    for (const other of [
      '0x',
      '0x12',
      'roof',
      `${bytes}00`,
      bytes.slice(0, -2),
      bytes.replace(word('c0'), word('e0')),
    ]) {
      expect(decodeRequestData(other), other).toBeUndefined()
    }
    const three = encodeAbiParameters(parseAbiParameters('uint256, uint256, string'), [1n, 2n, 'roof'])
    expect(decodeRequestData(three)).toBeUndefined()
  })

  test('begins and ends at whole seconds', () => {
    expect(epochSeconds(Date.UTC(2024, 4, 1))).toBe(1_714_521_600n)
    expect(() => epochSeconds(1_500)).toThrow('not a whole second')
  })
})

describe('what a request says besides', () => {
  test('is canonical JSON with energies as text', () => {
    expect(encodeRequestMetadata(metadata)).toBe(
      `{"energy":"250","energyweb":1,"first":3,"last":98,"origin":"gateway.example.org/roof","root":"${metadata.root}","total":"1250"}`,
    )
    expect(decodeRequestMetadata(encodeRequestMetadata(metadata))).toEqual(metadata)
    const { origin: _, ...bare } = metadata
    expect(decodeRequestMetadata(encodeRequestMetadata(bare))).toEqual(bare)
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['somebody else’s', '{"beneficiary":"me"}'],
    ['another version', encodeRequestMetadata(metadata).replace('"energyweb":1', '"energyweb":2')],
    ['one member more', encodeRequestMetadata(metadata).replace('{', '{"a":1,')],
    ['white space', encodeRequestMetadata(metadata).replace(':', ': ')],
    ['a member twice', encodeRequestMetadata(metadata).replace('{', '{"energy":"1",')],
    [
      'energy with a zero before it',
      encodeRequestMetadata({ ...metadata, energy: 5n }).replace('"5"', '"05"'),
    ],
    ['energy below zero', encodeRequestMetadata({ ...metadata, energy: -5n })],
    ['more energy than in all', encodeRequestMetadata({ ...metadata, energy: 2_000n })],
    ['a range that ends before it begins', encodeRequestMetadata({ ...metadata, first: 99 })],
    ['a root of another length', encodeRequestMetadata({ ...metadata, root: 'A' })],
    ['too much', encodeRequestMetadata({ ...metadata, origin: 'o'.repeat(5_000) })],
  ])('is none of ours when it is %s', (_name, text) => {
    expect(decodeRequestMetadata(text)).toBeUndefined()
  })
})
