import { type Abi, encodeFunctionData, pad, parseAbi, size, toEventSelector, toFunctionSelector } from 'viem'
import { describe, expect, test } from 'vitest'
import consumingRegistry from '../../contracts/generated/ConsumingEnergyRegistry.json' with { type: 'json' }
import producingRegistry from '../../contracts/generated/ProducingEnergyRegistry.json' with { type: 'json' }
import certificateDouble from './generated/CertificateDouble.json' with { type: 'json' }
import consumingDouble from './generated/ConsumingDouble.json' with { type: 'json' }
import producingDouble from './generated/ProducingDouble.json' with { type: 'json' }
import { certificateAbi, consumingAbi, producingAbi } from './origin-a-abi.ts'

const sharedSelectors = {
  createAsset: '0x31a5daf3',
  initLocation: '0x9963aece',
  setActive: '0xe60a955d',
  updateSmartMeter: '0x07052442',
  getActive: '0xc53fb1a5',
  getAssetListLength: '0xae51439c',
  getLastSmartMeterReadFileHash: '0xf7105c05',
  getAssetLocation: '0x1314394d',
  isRole: '0xbb5a389e',
  cooContract: '0xb1f2cc9d',
  getAssetGeneral: '0xade1e992',
}
const producingSelectors = {
  ...sharedSelectors,
  initGeneral: '0x2f138074',
  initProducingProperties: '0xcff4da06',
  saveSmartMeterRead: '0x2bc32e11',
  getAssetProducingProperties: '0x883583ce',
  getCoSaved: '0x76b240ee',
}
const consumingSelectors = {
  ...sharedSelectors,
  initGeneral: '0x244a613a',
  saveSmartMeterRead: '0x7715ad90',
}
const certificateSelectors = {
  createCertificateForAssetOwner: '0xdaba9203',
  retireCertificate: '0xd50bba1a',
  changeCertificateOwner: '0x544dd390',
  getCertificate: '0x51640fee',
}
const producingTopic = '0xe45acadd06cd9b354bd940dd24cd458d64a46ff62f06dbcbc65e6474f73c4a8e'
const consumingTopic = '0xa0ab5f173b69a28f81848a665a77213faedda299f939f047032c1e714ce6e94b'
const certificateTopic = '0x05763c5a99ca059f9fba5a40ed660f24ddd30b3a3d6f367bc071fbc22a79ffaf'

function signaturesOf(abi: Abi) {
  const functions = abi.filter(item => item.type === 'function')
  const events = abi.filter(item => item.type === 'event')
  return {
    selectors: Object.fromEntries(functions.map(item => [item.name, toFunctionSelector(item)])),
    topics: Object.fromEntries(events.map(item => [item.name, toEventSelector(item)])),
    // What a selector does not cover: outputs, and which parameters of an event are topics.
    outputs: Object.fromEntries(functions.map(item => [item.name, item.outputs.map(output => output.type)])),
    mutability: Object.fromEntries(functions.map(item => [item.name, item.stateMutability])),
    indexed: Object.fromEntries(
      events.map(item => [item.name, item.inputs.map(input => input.indexed === true)]),
    ),
  }
}

describe.each([
  ['producing', producingAbi as Abi, producingSelectors, 'LogNewMeterRead', producingTopic],
  ['consuming', consumingAbi as Abi, consumingSelectors, 'LogNewMeterRead', consumingTopic],
  ['certificates', certificateAbi as Abi, certificateSelectors, 'LogCreatedCertificate', certificateTopic],
])('the interface of release A: %s', (_name, abi, selectors, event, topic) => {
  test('has the pinned selectors and topic', () => {
    expect(signaturesOf(abi).selectors).toMatchObject(selectors)
    expect(signaturesOf(abi).topics[event]).toBe(topic)
  })
})

describe.each([
  ['ProducingEnergyRegistry', producingRegistry.abi as Abi, producingAbi as Abi],
  ['ConsumingEnergyRegistry', consumingRegistry.abi as Abi, consumingAbi as Abi],
  ['ProducingDouble', producingDouble.abi as Abi, producingAbi as Abi],
  ['ConsumingDouble', consumingDouble.abi as Abi, consumingAbi as Abi],
  ['CertificateDouble', certificateDouble.abi as Abi, certificateAbi as Abi],
])('%s', (_name, compiled, original) => {
  test('offers that interface exactly: selectors, outputs, mutability, topics, indexed parameters', () => {
    expect(signaturesOf(compiled)).toMatchObject(signaturesOf(original))
  })
})

describe('ours adds to that interface only', () => {
  const additions = (abi: Abi, original: Abi) => {
    const known = new Set(original.map(item => ('name' in item ? item.name : '')))
    return abi.flatMap(item =>
      'name' in item && item.name !== undefined && !known.has(item.name) ? [item.name] : [],
    )
  }
  test.each([
    ['producing', producingRegistry.abi as Abi, producingAbi as Abi],
    ['consuming', consumingRegistry.abi as Abi, consumingAbi as Abi],
  ])('ownership and a trace of meter changes: %s', (_name, abi, original) => {
    expect(additions(abi, original).sort()).toEqual([
      'LogOwnershipTransferred',
      'LogSmartMeterUpdated',
      'acceptOwnership',
      'offerOwnership',
      'offeredOwner',
      'owner',
    ])
  })
})

describe('calldata of a reading', () => {
  const hash = pad('0x3078', { dir: 'right', size: 32 })

  test('is 196 bytes for a producer, flag before hash', () => {
    const data = encodeFunctionData({
      abi: producingAbi,
      functionName: 'saveSmartMeterRead',
      args: [1n, 2n, true, hash, 3n, false],
    })
    expect(size(data)).toBe(196)
    expect(words(data)).toEqual([word(1n), word(2n), word(1n), hash, word(3n), word(0n)])
  })

  test('is 132 bytes for a consumer, hash before flag', () => {
    const data = encodeFunctionData({
      abi: consumingAbi,
      functionName: 'saveSmartMeterRead',
      args: [1n, 2n, hash, true],
    })
    expect(size(data)).toBe(132)
    expect(words(data)).toEqual([word(1n), word(2n), hash, word(1n)])
  })

  test('asks getAssetGeneral of both by one selector', () => {
    const [either] = parseAbi(['function getAssetGeneral(uint256)'])
    expect(toFunctionSelector(either)).toBe('0xade1e992')
  })
})

const word = (value: bigint) => `0x${value.toString(16).padStart(64, '0')}`
const words = (data: string) => (data.slice(10).match(/.{64}/g) ?? []).map(text => `0x${text}`)
