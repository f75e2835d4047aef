import type { Certificate } from '../../core/certificate.ts'
import type { RawLog } from '../defined/define-ledger.ts'
import { addressOfWord, decodeWords, encodeWord, numberOfWord } from '../evm/words.ts'
import { createdTopic, meterReadTopic, transferTopic } from './abi.ts'

export type Minted = Pick<Certificate, 'contract' | 'id' | 'energy' | 'owner' | 'logIndex'>

/**
 * The certificate that a reading minted: a token made for somebody out of nothing, for just what the register rose by.
 * Undefined when there is none in its logs.
 */
export function mintedIn(
  logs: readonly RawLog[],
  { registry, assetId }: { readonly registry: string; readonly assetId: bigint },
): Minted | undefined {
  const asset = `0x${encodeWord(assetId)}`
  const read = logs.find(
    ({ address, topics }) =>
      address === registry.toLowerCase() && topics[0] === meterReadTopic && topics[1] === asset,
  )
  if (read === undefined) return undefined
  const [before, after] = decodeWords(read.data, 2).map(numberOfWord)
  for (const { address, topics, data, logIndex } of logs) {
    const [topic, id = ''] = topics
    // Anybody's contract may log what looks like it.
    if (topic !== createdTopic || topics.length !== 2 || data.length !== 130) continue
    const [power, ownerWord] = decodeWords(data, 2)
    const [energy, owner] = [numberOfWord(power), addressOfWord(ownerWord)]
    const made = [transferTopic, `0x${encodeWord(0n)}`, `0x${owner.slice(2).padStart(64, '0')}`, id]
    const isMade = logs.some(
      log => log.address === address && made.every((word, i) => word === log.topics[i]),
    )
    if (!isMade || energy !== (after ?? 0n) - (before ?? 0n)) continue
    return { contract: address, id: BigInt(id), energy, owner, logIndex }
  }
  return undefined
}
