import { EnergywebError } from '../../core/errors.ts'
import type { EventLog } from '../evm/answers.ts'
import {
  addressOfWord,
  bytesOfWord,
  decodeWords,
  encodeCall,
  encodeWord,
  numberOfWord,
} from '../evm/words.ts'

/* The face of our CheckpointAnchor contract (`contracts/CheckpointAnchor.sol`), as a gateway and an auditor see it. */

const anchorSelector = '0x70c127c6'
const newestSelector = '0x144e1b0f'

/** topic0 of `Anchored(address,bytes32,uint64,bytes32,uint64)`. */
export const anchoredTopic = '0x96309b54ffda361883db3f776ec937a0f73431fc02ce1ed2c3f124ee846f0459'

/** A checkpoint as the contract takes it. */
export interface AnchorCall {
  /** The log's id in the contract, 0x and 64 hex digits. */
  readonly log: string
  readonly size: bigint
  /** 0x and 64 hex digits. */
  readonly root: string
}

/** `anchor(bytes32,uint64,bytes32)`, 100 bytes. @throws EnergywebError `abi-invalid` */
export function encodeAnchor({ log, size, root }: AnchorCall): string {
  if (size < 1n || size >= 1n << 64n) throw new EnergywebError('abi-invalid', `${size} is no size of a log`)
  return encodeCall(anchorSelector, log, size, root)
}

/** What kept call data anchors. @throws EnergywebError `abi-invalid` */
export function decodeAnchor(data: string): AnchorCall {
  const [log, size, root] = decodeWords(`0x${data.slice(10)}`, 3)
  return { log: bytesOfWord(log), size: numberOfWord(size), root: bytesOfWord(root) }
}

/** `newest(address,bytes32)`. */
export function encodeNewest(account: string, log: string): string {
  return encodeCall(newestSelector, account, log)
}

/** The newest checkpoint of a log, as the contract keeps it. */
export interface NewestAnchor {
  /** 0 when there is none. */
  readonly size: bigint
  /** 0x, the first 24 bytes of the root, and 8 bytes of zero. */
  readonly root: string
}

/** The result of `newest`. @throws EnergywebError `abi-invalid` when the contract is another one */
export function decodeNewest(result: string): NewestAnchor {
  const [sizeWord, rootWord] = decodeWords(result, 2)
  const [size, root] = [numberOfWord(sizeWord), bytesOfWord(rootWord)]
  if (size < 1n << 64n && root === rootStart(root)) return { size, root }
  throw new EnergywebError('abi-invalid', 'the contract gave no size and root')
}

/** As much of a root as the contract keeps, padded to 32 bytes. */
export function rootStart(root: string): string {
  return `${root.slice(0, 2 + 48)}${'0'.repeat(16)}`
}

/** The topics of the event of a log; with a size, of the one that anchored it. */
export function anchoredTopics({
  account,
  log,
  size,
}: {
  readonly account: string
  readonly log: string
  readonly size?: bigint
}): readonly string[] {
  const topics = [anchoredTopic, `0x${encodeWord(account)}`, log.toLowerCase()]
  return size === undefined ? topics : [...topics, `0x${encodeWord(size)}`]
}

/** What an event says. */
export interface AnchoredEvent extends AnchorCall {
  readonly account: string
  /** The size that was anchored before; 0 at first. */
  readonly previous: bigint
}

/** Reads an event; undefined when it is another one. @throws EnergywebError `abi-invalid` */
export function decodeAnchored({ topics, data }: EventLog): AnchoredEvent | undefined {
  const [topic, account, log, size] = topics
  if (topic !== anchoredTopic || log === undefined || size === undefined) return undefined
  const [root, previous] = decodeWords(data, 2)
  return {
    account: addressOfWord(account?.slice(2)),
    log,
    size: BigInt(size),
    root: bytesOfWord(root),
    previous: numberOfWord(previous),
  }
}
