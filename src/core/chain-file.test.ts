import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ChainFile,
  decodeChainFile,
  encodeChainFile,
  isChainFileName,
  linkOfText,
  nextChainFileName,
  textOfLink,
} from './chain-file.ts'

const producer: ChainFile = {
  value: 12n,
  meterDown: false,
  previous: '0x0',
  carbon: { value: 7n, down: true },
}

describe('the text of a file', () => {
  test('producers and consumers', () => {
    expect(encodeChainFile(producer)).toBe(
      '{"value": 12, "is_meter_down": false, "previous_hash": "0x0", "co2_saved": 7, "is_co2_down": true}',
    )
    const { carbon: _, ...consumer } = producer
    expect(encodeChainFile(consumer)).toBe('{"value": 12, "is_meter_down": false, "previous_hash": "0x0"}')
  })

  test('comes back as it was, whatever the size of the numbers', () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
    fc.assert(
      fc.property(amount, amount, fc.boolean(), fc.boolean(), (value, carbon, meterDown, down) => {
        const file = { value, meterDown, previous: 'Qm1', carbon: { value: carbon, down } }
        expect(decodeChainFile(encodeChainFile(file))).toEqual(file)
      }),
    )
  })

  test('the predecessor’s field order, and fields beside ours', () => {
    const text = '{"previous_hash":"Qm1","is_meter_down":true,"value":3,"note":"x"}'
    expect(decodeChainFile(text)).toEqual({ value: 3n, meterDown: true, previous: 'Qm1' })
  })

  test.each([
    ['', 'not JSON'],
    ['[]', 'no object'],
    ['{"value": 1.5, "is_meter_down": false, "previous_hash": "0x0"}', '"value"'],
    ['{"value": -1, "is_meter_down": false, "previous_hash": "0x0"}', '"value"'],
    ['{"value": 1, "is_meter_down": 0, "previous_hash": "0x0"}', '"is_meter_down"'],
    ['{"value": 1, "is_meter_down": false}', '"previous_hash"'],
    ['{"value": 1, "is_meter_down": false, "previous_hash": "0x0", "co2_saved": 1}', '"is_co2_down"'],
    [`{"value": 1, "x": "${'x'.repeat(70_000)}"}`, 'too long'],
  ])('%j is refused', (text, why) => {
    expect(() => decodeChainFile(text)).toThrow(why)
  })
})

describe('U3: the names of files', () => {
  // Fails when two files of one second share a name, or when the second one sorts before the first.
  test('five in a second are five, in order', () => {
    const names: string[] = []
    for (let i = 0; i < 5; i++)
      names.push(nextChainFileName(Date.parse('2024-05-01T08:00:00.900Z'), names.at(-1)))
    expect(names.slice(0, 2)).toEqual(['2024-05-01-08:00:00.json', '2024-05-01-08:00:00_000001.json'])
    expect([...new Set(names)].sort()).toEqual(names)
  })

  test('whatever the clock does, sorted names are in the order of the chain', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_000_000_000_000 }), { maxLength: 60 }), times => {
        const names: string[] = []
        for (const at of times) names.push(nextChainFileName(at, names.at(-1)))
        expect([...names].sort()).toEqual(names)
        expect(new Set(names).size).toBe(names.length)
        expect(names.every(isChainFileName)).toBe(true)
      }),
    )
  })
})

test('links are ASCII padded with zeros; a binary hash has no text', () => {
  expect(linkOfText('0x0')).toBe(`0x${'307830'.padEnd(64, '0')}`)
  expect(textOfLink(linkOfText('Qm3N3SPh7RsDDNbZDaMRaauXML5RG8'))).toBe('Qm3N3SPh7RsDDNbZDaMRaauXML5RG8')
  expect(textOfLink(`0x${'a7'.repeat(32)}`)).toBe(`0x${'a7'.repeat(32)}`)
  expect(textOfLink(`0x${'0'.repeat(64)}`)).toBe(`0x${'0'.repeat(64)}`)
  expect(() => linkOfText('QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG')).toThrow(
    'does not fit into bytes32',
  )
})
