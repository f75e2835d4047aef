import { describe, expect, test } from 'vitest'
import { originBLine, originBOptions } from './options.ts'

const address = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
const problemOf = (given: object) => originBOptions.safeParse(given).error?.issues[0]?.message

describe('options', () => {
  test('the registries, or the lookup that names them; addresses become lower case', () => {
    expect(originBOptions.parse({ producing: address })).toEqual({ producing: address.toLowerCase() })
    expect(originBOptions.parse({ assetLookup: address })).toEqual({ assetLookup: address.toLowerCase() })
  })

  test('neither, both, or something else is refused in words', () => {
    expect(problemOf({})).toMatch(/name `assetLookup`, or the registries/)
    expect(problemOf({ assetLookup: address, consuming: address })).toMatch(/leave out/)
    expect(problemOf({ producing: '0x12' })).toMatch(/40 hex digits/)
    expect(problemOf({ producer: address })).toMatch(/[Uu]nrecognized/)
  })
})

test('the asset is a number, of any size as text, and may be 0', () => {
  expect(originBLine.parse({ assetId: 0 })).toEqual({ assetId: 0n })
  expect(originBLine.parse({ assetId: String(2n ** 256n - 1n) })).toEqual({ assetId: 2n ** 256n - 1n })
  for (const assetId of [-1, 1.5, '0x1', String(2n ** 256n), undefined]) {
    expect(originBLine.safeParse({ assetId }).success, String(assetId)).toBe(false)
  }
})
