import { utf8 } from '../../core/bytes.ts'
import { type ChainFile, encodeChainFile, linkOfText, textOfLink } from '../../core/chain-file.ts'
import { legacyHashText } from '../../proof/legacy-hash.ts'
import {
  addressOfWord,
  bytesOfWord,
  decodeWords,
  encodeCall,
  encodeWord,
  flagOfWord,
  numberOfWord,
} from '../evm/words.ts'

/*
 * The face of EWF Origin, release A, as a gateway sees it. Producing and consuming registry are two contracts whose
 * `saveSmartMeterRead` differ in arguments and whose `getAssetGeneral` share one selector and differ in results.
 */

export type Role = 'producer' | 'consumer'

export interface ProducerRead {
  readonly assetId: bigint
  /** Cumulative Wh. */
  readonly value: bigint
  readonly meterDown: boolean
  /** bytes32, hex with 0x. */
  readonly link: string
  readonly carbon: bigint
  readonly carbonDown: boolean
}

export type ConsumerRead = Omit<ProducerRead, 'carbon' | 'carbonDown'>

const producerSelector = '0x2bc32e11'
const consumerSelector = '0x7715ad90'

/** `saveSmartMeterRead(uint256,uint256,bool,bytes32,uint256,bool)`, 196 bytes: flag before hash. */
export function encodeProducerRead(read: ProducerRead): string {
  const { assetId, value, meterDown, link, carbon, carbonDown } = read
  return encodeCall(producerSelector, assetId, value, meterDown, link, carbon, carbonDown)
}

/** `saveSmartMeterRead(uint256,uint256,bytes32,bool)`, 132 bytes: hash before flag. */
export function encodeConsumerRead({ assetId, value, meterDown, link }: ConsumerRead): string {
  return encodeCall(consumerSelector, assetId, value, link, meterDown)
}

/**
 * The link within kept call data of either kind.
 * @throws EnergywebError `abi-invalid`
 */
export function linkOfCall(data: string): string {
  const words = `0x${data.slice(10)}`
  return data.startsWith(producerSelector)
    ? bytesOfWord(decodeWords(words, 6)[3])
    : bytesOfWord(decodeWords(words, 4)[2])
}

/**
 * What kept call data of either kind registers, as its file says it.
 * @throws EnergywebError `abi-invalid`
 */
export function fileOfCall(data: string): ChainFile {
  const words = `0x${data.slice(10)}`
  if (!data.startsWith(producerSelector)) {
    const [, value, link, down] = decodeWords(words, 4)
    return {
      value: numberOfWord(value),
      meterDown: flagOfWord(down),
      previous: textOfLink(bytesOfWord(link)),
    }
  }
  const [, value, down, link, carbon, carbonDown] = decodeWords(words, 6)
  return {
    value: numberOfWord(value),
    meterDown: flagOfWord(down),
    previous: textOfLink(bytesOfWord(link)),
    carbon: { value: numberOfWord(carbon), down: flagOfWord(carbonDown) },
  }
}

/** The data of the call that made an event of an asset. @throws EnergywebError `abi-invalid` */
export function callOfEvent(
  { role, assetId }: { readonly role: Role; readonly assetId: bigint },
  { topics, data }: { readonly topics: readonly string[]; readonly data: string },
): string {
  const link = topics[2] ?? '0x'
  if (role === 'consumer') {
    const [, value, , down] = decodeWords(data, 4)
    return encodeConsumerRead({ assetId, value: numberOfWord(value), meterDown: flagOfWord(down), link })
  }
  const [, value, down, , , carbon, carbonDown] = decodeWords(data, 7)
  return encodeProducerRead({
    assetId,
    value: numberOfWord(value),
    meterDown: flagOfWord(down),
    link,
    carbon: numberOfWord(carbon),
    carbonDown: flagOfWord(carbonDown),
  })
}

/** The link to the file of a call: what the call after it carries. */
export function linkToFile(data: string): string {
  return linkOfText(legacyHashText(utf8(encodeChainFile(fileOfCall(data)))))
}

/** A registry's state of an asset, by name: an index that fits one kind is another field in the other. */
export interface AssetGeneral {
  readonly smartMeter: string
  readonly owner: string
  /** Cumulative Wh. */
  readonly lastRead: bigint
  readonly active: boolean
  readonly link: string
}

export const calls = {
  assetListLength: () => '0xae51439c',
  assetGeneral: (assetId: bigint) => encodeCall('0xade1e992', assetId),
  producingProperties: (assetId: bigint) => encodeCall('0x883583ce', assetId),
} as const

/**
 * The result of `getAssetGeneral`: six words in the producing registry, nine in the consuming one, where the fourth is
 * the capacity and the sixth the last read.
 * @throws EnergywebError `abi-invalid` when the contract is of the other kind.
 */
export function decodeAssetGeneral(role: Role, data: string): AssetGeneral {
  if (role === 'producer') {
    const [smartMeter, owner, , lastRead, active, link] = decodeWords(data, 6)
    return general(smartMeter, owner, lastRead, active, link)
  }
  const [smartMeter, owner, , , , lastRead, , active, link] = decodeWords(data, 9)
  return general(smartMeter, owner, lastRead, active, link)
}

function general(
  ...[smartMeter, owner, lastRead, active, link]: readonly (string | undefined)[]
): AssetGeneral {
  return {
    smartMeter: addressOfWord(smartMeter),
    owner: addressOfWord(owner),
    lastRead: numberOfWord(lastRead),
    active: flagOfWord(active),
    link: bytesOfWord(link),
  }
}

/** The CO2 register in the result of `getAssetProducingProperties`. @throws EnergywebError `abi-invalid` */
export function decodeCarbonRead(data: string): bigint {
  return numberOfWord(decodeWords(data, 8)[3])
}

/** topic0 of `LogNewMeterRead`, by kind of registry. */
export const meterReadTopic: Readonly<Record<Role, string>> = {
  producer: '0xe45acadd06cd9b354bd940dd24cd458d64a46ff62f06dbcbc65e6474f73c4a8e',
  consumer: '0xa0ab5f173b69a28f81848a665a77213faedda299f939f047032c1e714ce6e94b',
}

/** The topics of an asset's reading event that carries this link. */
export function meterReadTopics(role: Role, assetId: bigint, link: string): readonly string[] {
  return [meterReadTopic[role], `0x${encodeWord(assetId)}`, link.toLowerCase()]
}

/** Old and new value in the event's data. @throws EnergywebError `abi-invalid` */
export function decodeMeterRead(role: Role, data: string): { before: bigint; value: bigint } {
  const words = decodeWords(data, role === 'producer' ? 7 : 4)
  return { before: numberOfWord(words[0]), value: numberOfWord(words[1]) }
}
