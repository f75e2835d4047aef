import { decodeEventLog, encodeEventTopics } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import type { EventLog } from '../evm/answers.ts'
import { findFirstLogs } from '../evm/find-logs.ts'
import { anyAssetsAbi } from './abi-shared.ts'
import type { AssetRegistry } from './assets.ts'
import { isSameAccount } from './installation.ts'

/** The id that the logs of a creation tell: `createAsset` answers nothing. @throws EnergywebError `ledger-conflict` */
export function createdId(logs: readonly EventLog[], registry: AssetRegistry): bigint {
  const [topic] = encodeEventTopics({ abi: anyAssetsAbi, eventName: 'LogAssetCreated' })
  const log = logs.find(one => isSameAccount(one.address, registry.address) && one.topics[0] === topic)
  const id = log?.topics[1]
  if (id !== undefined) return BigInt(id)
  throw new EnergywebError('ledger-conflict', `${registry.name} created no asset`, {
    hint: 'Is this the address of a registry?',
  })
}

/** Who created an asset; undefined when its event is not found. */
export async function creatorOf(registry: AssetRegistry, id: bigint): Promise<string | undefined> {
  const [log] = await assetEvents(registry, { eventName: 'LogAssetCreated', id })
  if (log === undefined) return undefined
  const { args } = decodeEventLog({
    abi: anyAssetsAbi,
    eventName: 'LogAssetCreated',
    topics: topicsOf(log),
    data: `0x${log.data.slice(2)}`,
  })
  return args.sender.toLowerCase()
}

/** Whether an asset was announced to have all its parts. */
export async function isComplete(registry: AssetRegistry, id: bigint): Promise<boolean> {
  return (await assetEvents(registry, { eventName: 'LogAssetFullyInitialized', id })).length > 0
}

async function assetEvents(
  { place: { network, fromBlock }, address }: AssetRegistry,
  { eventName, id }: { eventName: 'LogAssetCreated' | 'LogAssetFullyInitialized'; id: bigint },
): Promise<readonly EventLog[]> {
  const { number } = await network.ready()
  const topics = encodeEventTopics({ abi: anyAssetsAbi, eventName, args: { assetId: id } })
  const filter = { address, topics: topics.filter(topic => typeof topic === 'string') }
  return findFirstLogs(network, filter, { from: fromBlock, to: number })
}

function topicsOf({ topics: [signature = '', ...more] }: EventLog): [`0x${string}`, ...`0x${string}`[]] {
  return [`0x${signature.slice(2)}`, ...more.map((topic): `0x${string}` => `0x${topic.slice(2)}`)]
}
