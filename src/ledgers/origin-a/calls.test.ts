import { decodeFunctionData, encodeFunctionData, encodeFunctionResult, toEventSelector } from 'viem'
import { describe, expect, test } from 'vitest'
import { consumingAbi, producingAbi } from '../../../test/contracts/origin-a-abi.ts'
import {
  calls,
  decodeAssetGeneral,
  decodeCarbonRead,
  encodeConsumerRead,
  encodeProducerRead,
  linkOfCall,
  meterReadTopic,
} from './calls.ts'
import { firstLink } from './plan.ts'

const link = `0x${'a7'.repeat(32)}` as const
const [meter, owner] = [`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`] as const

describe('call data', () => {
  const producer = { assetId: 0n, value: 12_345n, meterDown: true, link, carbon: 9n, carbonDown: true }

  test("a producer's read: 196 bytes, flag before hash, as viem encodes it", () => {
    const data = encodeProducerRead(producer)
    expect((data.length - 2) / 2).toBe(196)
    const args = [0n, 12_345n, true, link, 9n, true] as const
    expect(data).toBe(encodeFunctionData({ abi: producingAbi, functionName: 'saveSmartMeterRead', args }))
    expect(data).toBe(
      `0x2bc32e11${'0'.repeat(64)}${'3039'.padStart(64, '0')}${'1'.padStart(64, '0')}${'a7'.repeat(32)}${'9'.padStart(64, '0')}${'1'.padStart(64, '0')}`,
    )
  })

  test("a consumer's read: 132 bytes, hash before flag, as viem encodes it", () => {
    const data = encodeConsumerRead(producer)
    expect((data.length - 2) / 2).toBe(132)
    const args = [0n, 12_345n, link, true] as const
    expect(data).toBe(encodeFunctionData({ abi: consumingAbi, functionName: 'saveSmartMeterRead', args }))
    expect(data).toBe(
      `0x7715ad90${'0'.repeat(64)}${'3039'.padStart(64, '0')}${'a7'.repeat(32)}${'1'.padStart(64, '0')}`,
    )
  })

  test('the link comes back out of both', () => {
    expect(linkOfCall(encodeProducerRead(producer))).toBe(link)
    expect(linkOfCall(encodeConsumerRead(producer))).toBe(link)
  })

  test('views', () => {
    expect(
      decodeFunctionData({ abi: producingAbi, data: calls.assetGeneral(3n) as `0x${string}` }),
    ).toMatchObject({
      functionName: 'getAssetGeneral',
      args: [3n],
    })
    expect(calls.assetListLength()).toBe(
      encodeFunctionData({ abi: producingAbi, functionName: 'getAssetListLength' }),
    )
  })

  test('what is no uint256 and no 32 bytes is refused', () => {
    expect(() => encodeProducerRead({ ...producer, value: -1n })).toThrow(/not a uint256/)
    expect(() => encodeProducerRead({ ...producer, value: 1n << 256n })).toThrow(/not a uint256/)
    expect(() => encodeProducerRead({ ...producer, link: '0x12' })).toThrow(/neither 32 bytes/)
  })
})

describe('state by name (U8)', () => {
  // Fails when the consumer's last read is taken from the producer's place: that is the capacity.
  const functionName = 'getAssetGeneral'

  test('a producer has six fields', () => {
    const result = [meter, owner, 5n, 777n, true, link] as const
    expect(
      decodeAssetGeneral('producer', encodeFunctionResult({ abi: producingAbi, functionName, result })),
    ).toEqual({
      smartMeter: meter,
      owner,
      lastRead: 777n,
      active: true,
      link,
    })
  })

  test('a consumer has nine, and the fourth is the capacity', () => {
    const result = [meter, owner, 5n, 10_000n, true, 777n, 3n, false, link] as const
    const data = encodeFunctionResult({ abi: consumingAbi, functionName, result })
    expect(decodeAssetGeneral('consumer', data)).toEqual({
      smartMeter: meter,
      owner,
      lastRead: 777n,
      active: false,
      link,
    })
    expect(() => decodeAssetGeneral('producer', data)).toThrow(/expected 6 words/)
  })

  test('the CO2 register', () => {
    const result = [1n, 2n, 3n, 44n, 5n, 1n, link, link] as const
    const data = encodeFunctionResult({
      abi: producingAbi,
      functionName: 'getAssetProducingProperties',
      result,
    })
    expect(decodeCarbonRead(data)).toBe(44n)
  })
})

test('topics are those of the events', () => {
  const event = (abi: typeof producingAbi | typeof consumingAbi) =>
    abi.find(item => item.type === 'event' && item.name === 'LogNewMeterRead')
  expect(toEventSelector(event(producingAbi) as never)).toBe(meterReadTopic.producer)
  expect(toEventSelector(event(consumingAbi) as never)).toBe(meterReadTopic.consumer)
})

test('the first link is the text 0x0, not zero', () => {
  expect(firstLink).toBe('0x3078300000000000000000000000000000000000000000000000000000000000')
})
