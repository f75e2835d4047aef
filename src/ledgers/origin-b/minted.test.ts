import { encodeAbiParameters, encodeEventTopics, parseAbiParameters, toEventSelector } from 'viem'
import { describe, expect, test } from 'vitest'
import type { RawLog } from '../defined/define-ledger.ts'
import { certificateAbi, createdTopic, meterReadTopic, registryAbi, transferTopic } from './abi.ts'
import { mintedIn } from './minted.ts'

const [registry, certificates, other] = ['1', '2', '3'].map(digit => `0x${digit.repeat(40)}`) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
]
const owner: `0x${string}` = `0x${'a'.repeat(40)}`
const nobody: `0x${string}` = `0x${'0'.repeat(40)}`

const log = (address: string, topics: unknown, data: string, logIndex: number) =>
  ({ address, topics, data, logIndex }) as RawLog
const read = (assetId: bigint, before: bigint, after: bigint) =>
  log(
    registry,
    encodeEventTopics({ abi: registryAbi, eventName: 'LogNewMeterRead', args: { assetId } }),
    encodeAbiParameters(parseAbiParameters('uint256, uint256'), [before, after]),
    0,
  )
const transfer = (from: `0x${string}`, to: `0x${string}`, tokenId: bigint, address: string = certificates) =>
  log(
    address,
    encodeEventTopics({ abi: certificateAbi, eventName: 'Transfer', args: { from, to, tokenId } }),
    '0x',
    1,
  )
const created = (certificateId: bigint, power: bigint, address: string = certificates) =>
  log(
    address,
    encodeEventTopics({ abi: certificateAbi, eventName: 'LogCreatedCertificate', args: { certificateId } }),
    encodeAbiParameters(parseAbiParameters('uint256, address'), [power, owner]),
    2,
  )

const of = { registry, assetId: 0n }

test('topics are those of the events', () => {
  expect(toEventSelector('LogNewMeterRead(uint256,uint256,uint256)')).toBe(meterReadTopic)
  expect(toEventSelector('LogCreatedCertificate(uint256,uint256,address)')).toBe(createdTopic)
  expect(toEventSelector('Transfer(address,address,uint256)')).toBe(transferTopic)
})

describe('the certificate of a reading', () => {
  test('is the token made for just what the register rose by; id and asset may be 0', () => {
    const logs = [read(0n, 1_000n, 1_500n), transfer(nobody, owner, 0n), created(0n, 500n)]
    expect(mintedIn(logs, of)).toEqual({ contract: certificates, id: 0n, energy: 500n, owner, logIndex: 2 })
  })

  test('is not what somebody else says', () => {
    const rise = read(0n, 1_000n, 1_500n)
    const none = [
      [transfer(nobody, owner, 4n), created(4n, 500n)],
      [read(1n, 1_000n, 1_500n), transfer(nobody, owner, 4n), created(4n, 500n)],
      [rise, created(4n, 500n)],
      [rise, transfer(nobody, owner, 5n), created(4n, 500n)],
      [rise, transfer(owner, owner, 4n), created(4n, 500n)],
      [rise, transfer(nobody, owner, 4n, other), created(4n, 500n)],
      [rise, transfer(nobody, owner, 4n), created(4n, 501n)],
      [rise, transfer(nobody, owner, 4n), { ...created(4n, 500n), data: '0x12' }],
    ]
    for (const logs of none) expect(mintedIn(logs, of)).toBeUndefined()
  })
})
