import { EnergywebError } from '../../core/errors.ts'
import { anchoredTopic } from '../../ledgers/anchor/calls.ts'
import { anchorBytecode } from '../../ledgers/anchor/generated/checkpoint-anchor.ts'
import {
  consumingAbi,
  consumingBytecode,
  producingAbi,
  producingBytecode,
} from '../../ledgers/origin-a/generated/energy-registry.ts'
import type { Anvil } from '../../testing/anvil.ts'
import { type Plant, plants } from './plants.ts'

type Hex = `0x${string}`

/** Addresses of the demonstration's registries. */
export interface Contracts {
  readonly producing: string
  readonly consuming: string
  /** Where the log's checkpoints are anchored. */
  readonly anchor: string
}

/** An asset as its registry has it. */
export interface ChainAsset {
  /** Wh. */
  readonly total: bigint
  /** How many readings the registry announced by events. */
  readonly events: number
  /** CO2 register of a producer, g. */
  readonly carbon: bigint | undefined
}

/** Ids count from 0 in each registry: roof and field are the producers' 0 and 1, house is the consumers' 0. */
function assetIdOf(plant: Plant): bigint {
  return BigInt(plants.filter(other => other.role === plant.role).indexOf(plant))
}

/** True when the chain has the contracts: it was kept from an earlier start. */
export async function hasContracts(anvil: Anvil, contracts: Contracts): Promise<boolean> {
  const codes = await Promise.all(
    [contracts.producing, contracts.consuming, contracts.anchor].map(address =>
      anvil.rpc('eth_getCode', [address, 'latest']),
    ),
  )
  return codes.every(code => code !== '0x')
}

/**
 * Deploys both registries and an anchor, registers the plants with the accounts of their meters, and gives all accounts some
 * coins for gas.
 */
export async function setUpChain(anvil: Anvil, accounts: ReadonlyMap<string, string>): Promise<Contracts> {
  const { encodeFunctionData } = await import('viem/utils')
  const owner = anvil.accounts[0]?.address
  if (owner === undefined) throw new EnergywebError('environment-unsuitable', 'the node has no account')
  const send = (transaction: { to?: string; data?: Hex; value?: Hex }) =>
    sendAndWait(anvil, { from: owner, ...transaction })

  const deploy = async (bytecode: Hex) => (await send({ data: bytecode })).contractAddress ?? ''
  const contracts = {
    producing: await deploy(producingBytecode),
    consuming: await deploy(consumingBytecode),
    anchor: await deploy(anchorBytecode),
  }
  for (const account of accounts.values()) await send({ to: account, value: '0x8ac7230489e80000' })
  for (const plant of plants) {
    const meter = accounts.get(plant.name) ?? ''
    const to = plant.role === 'producer' ? contracts.producing : contracts.consuming
    const id = assetIdOf(plant)
    const since = BigInt(Math.floor(Date.now() / 1000))
    const wattHours = 1_000_000n
    if (plant.role === 'producer') {
      const abi = producingAbi
      await send({ to, data: encodeFunctionData({ abi, functionName: 'createAsset' }) })
      const general = [id, meter as Hex, owner, since, true] as const
      await send({ to, data: encodeFunctionData({ abi, functionName: 'initGeneral', args: general }) })
    } else {
      const abi = consumingAbi
      await send({ to, data: encodeFunctionData({ abi, functionName: 'createAsset' }) })
      const general = [id, meter as Hex, owner, since, wattHours, true, true] as const
      await send({ to, data: encodeFunctionData({ abi, functionName: 'initGeneral', args: general }) })
    }
  }
  return contracts
}

/** Asks the chain itself what it holds: not our cursors, not our receipts. */
export async function readChainAsset(anvil: Anvil, contracts: Contracts, plant: Plant): Promise<ChainAsset> {
  const { decodeFunctionResult, encodeEventTopics, encodeFunctionData } = await import('viem/utils')
  const producer = plant.role === 'producer'
  const to = producer ? contracts.producing : contracts.consuming
  const args = [assetIdOf(plant)] as const
  const call = { functionName: 'getAssetGeneral' as const, args }
  const data = producer
    ? encodeFunctionData({ abi: producingAbi, ...call })
    : encodeFunctionData({ abi: consumingAbi, ...call })
  const result = (await anvil.rpc('eth_call', [{ to, data }, 'latest'])) as Hex
  const total = producer
    ? decodeFunctionResult({ abi: producingAbi, functionName: 'getAssetGeneral', data: result })[3]
    : decodeFunctionResult({ abi: consumingAbi, functionName: 'getAssetGeneral', data: result })[5]
  const topics = producer
    ? encodeEventTopics({ abi: producingAbi, eventName: 'LogNewMeterRead', args: { assetId: args[0] } })
    : encodeEventTopics({ abi: consumingAbi, eventName: 'LogNewMeterRead', args: { assetId: args[0] } })
  const filter = { address: to, fromBlock: '0x0', toBlock: 'latest', topics: topics.slice(0, 2) }
  const logs = (await anvil.rpc('eth_getLogs', [filter])) as unknown[]
  const carbon = producer ? await readCarbon(anvil, to, args[0]) : undefined
  return { total, events: logs.length, carbon }
}

/** How many checkpoints the chain has of the log. */
export async function readAnchors(anvil: Anvil, { anchor: address }: Contracts): Promise<number> {
  const filter = { address, fromBlock: '0x0', toBlock: 'latest', topics: [anchoredTopic] }
  return ((await anvil.rpc('eth_getLogs', [filter])) as unknown[]).length
}

/** The CO2 register of a producer. */
async function readCarbon(anvil: Anvil, to: string, assetId: bigint): Promise<bigint> {
  const { decodeFunctionResult, encodeFunctionData } = await import('viem/utils')
  const call = { abi: producingAbi, functionName: 'getAssetProducingProperties' as const }
  const data = encodeFunctionData({ ...call, args: [assetId] })
  const result = (await anvil.rpc('eth_call', [{ to, data }, 'latest'])) as Hex
  return decodeFunctionResult({ ...call, data: result })[3]
}

interface MinedTransaction {
  readonly status: string
  readonly contractAddress: string | null
}

async function sendAndWait(anvil: Anvil, transaction: object): Promise<MinedTransaction> {
  const hash = await anvil.rpc('eth_sendTransaction', [transaction])
  await anvil.mine()
  for (let attempt = 0; attempt < 100; attempt++) {
    const receipt = (await anvil.rpc('eth_getTransactionReceipt', [hash])) as MinedTransaction | null
    if (receipt?.status === '0x1') return receipt
    if (receipt !== null)
      throw new EnergywebError('transaction-reverted', `setting up the chain: ${hash} reverted`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new EnergywebError('network-unreachable', `setting up the chain: ${hash} was not mined`)
}
