import type { RegisteredFile } from '../../proof/compare-chain-of-files.ts'
import type { EventLog } from '../evm/answers.ts'
import { findFirstLogs } from '../evm/find-logs.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { decodeWords, flagOfWord, numberOfWord } from '../evm/words.ts'
import { meterReadTopics, type Role } from './calls.ts'

/** An asset in a registry. */
export interface RegisteredAsset {
  readonly contract: string
  readonly role: Role
  readonly assetId: bigint
}

/**
 * Every reading event of an asset, oldest first.
 * @throws EnergywebError `network-unreachable`, `network-refused`, `network-not-synced`; `abi-invalid` when the contract is of
 * the other kind
 */
export async function meterReadEvents(
  network: EvmNetwork,
  { contract, role, assetId }: RegisteredAsset,
  range: { from: bigint; to: bigint; signal?: AbortSignal },
): Promise<readonly RegisteredFile[]> {
  const filter = { address: contract, topics: meterReadTopics(role, assetId, '').slice(0, 2) }
  const events: RegisteredFile[] = []
  for (let from = range.from; ; ) {
    const logs = await findFirstLogs(network, filter, { ...range, from })
    const last = logs.at(-1)
    if (last === undefined) return events
    events.push(...logs.map(log => decodeEvent(role, log)))
    from = last.block + 1n
  }
}

function decodeEvent(role: Role, { topics, data, block, transaction }: EventLog): RegisteredFile {
  const common = { link: topics[2] ?? '0x', block, transaction }
  if (role === 'consumer') {
    const [, value, , down] = decodeWords(data, 4)
    return { ...common, value: numberOfWord(value), meterDown: flagOfWord(down) }
  }
  const [, value, down, , , carbon, carbonDown] = decodeWords(data, 7)
  return {
    ...common,
    value: numberOfWord(value),
    meterDown: flagOfWord(down),
    carbon: { value: numberOfWord(carbon), down: flagOfWord(carbonDown) },
  }
}
