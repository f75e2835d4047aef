import { EnergywebError } from '../core/errors.ts'
import type { AssetLine } from '../core/ledger.ts'
import type { EventLog } from '../ledgers/evm/answers.ts'
import {
  consumingAbi,
  consumingBytecode,
  producingAbi,
  producingBytecode,
} from '../ledgers/origin-a/generated/energy-registry.ts'
import { type PlantType, plantTypes } from '../ledgers/registries/plant-types.ts'
import { type ChainAccount, sendTransaction } from './chain-transaction.ts'
import { type Deployment, deployContract } from './deploy-contract.ts'

type Hex = `0x${string}`

/** Which of the two registries: of plants or of consumers. */
export type RegistryRole = AssetLine['role']

const registryNames = { producer: 'producing', consumer: 'consuming' } as const

/**
 * Deploys our EnergyRegistry of one kind; the account becomes its owner.
 * @throws EnergywebError as `sendTransaction`; `ledger-not-ready` when the code is not there afterwards.
 */
export function deployRegistry(account: ChainAccount, role: RegistryRole): Promise<Deployment> {
  const data = role === 'producer' ? producingBytecode : consumingBytecode
  return deployContract(account, { what: `deploy the ${registryNames[role]} registry`, data })
}

export interface NewAsset {
  readonly role: RegistryRole
  /** The registry's address. */
  readonly contract: string
  /** The account that will write the readings. */
  readonly smartMeter: string
  /** The account that the asset belongs to. */
  readonly owner: string
  /** Energy that it makes or takes in an hour at most, Wh; 0 when unknown, which a plant can't be. */
  readonly capacityWh: bigint
  readonly plantType: PlantType
  /** Seconds since 1970. */
  readonly operationalSince: bigint
  readonly place: AssetPlace
}

/** Texts of at most 32 bytes of UTF-8. They are public for ever. */
export interface AssetPlace {
  readonly country: string
  readonly region: string
}

/**
 * Creates an asset in a registry of the EnergyRegistry or Origin release A kind and initialises it, in up to four
 * transactions; answers its id.
 * @throws EnergywebError as `sendTransaction`; `ledger-conflict` when the registry announces no new asset.
 */
export async function registerAsset(account: ChainAccount, asset: NewAsset): Promise<bigint> {
  const { encodeFunctionData } = await import('viem/utils')
  const to = hex(asset.contract)
  const send = (what: string, data: Hex) => sendTransaction(account, { what, to, data })
  const abi = producingAbi
  // Looked at before the first transaction: an asset that is only half made stays in the registry for ever.
  const [country, region] = await Promise.all([textWord(asset.place.country), textWord(asset.place.region)])
  if (asset.role === 'producer' && asset.capacityWh === 0n) {
    throw new EnergywebError('argument-invalid', 'a plant needs a capacity', {
      hint: 'Write `capacity` into its configuration.',
    })
  }
  const created = await send('create the asset', encodeFunctionData({ abi, functionName: 'createAsset' }))
  const id = await createdId(created.logs, asset.contract)
  await send(`initialise asset ${id}`, await initialisation(id, asset))
  if (asset.role === 'producer') {
    const type = plantTypes.indexOf(asset.plantType)
    const args = [id, type, asset.capacityWh, 0, noText, noText] as const
    await send(
      `set the properties of asset ${id}`,
      encodeFunctionData({ abi, functionName: 'initProducingProperties', args }),
    )
  }
  const args = [id, country, region, noText, noText, noText, noText, noText, noText] as const
  await send(`set the place of asset ${id}`, encodeFunctionData({ abi, functionName: 'initLocation', args }))
  return id
}

const noText: Hex = `0x${'0'.repeat(64)}`

async function initialisation(id: bigint, asset: NewAsset): Promise<Hex> {
  const { encodeFunctionData } = await import('viem/utils')
  const { role, operationalSince, capacityWh } = asset
  const [meter, owner] = [hex(asset.smartMeter), hex(asset.owner)]
  return role === 'producer'
    ? encodeFunctionData({
        abi: producingAbi,
        functionName: 'initGeneral',
        args: [id, meter, owner, operationalSince, true],
      })
    : encodeFunctionData({
        abi: consumingAbi,
        functionName: 'initGeneral',
        args: [id, meter, owner, operationalSince, capacityWh, capacityWh > 0n, true],
      })
}

async function createdId(logs: readonly EventLog[], contract: string): Promise<bigint> {
  const { encodeEventTopics } = await import('viem/utils')
  const [topic] = encodeEventTopics({ abi: producingAbi, eventName: 'LogAssetCreated' })
  const log = logs.find(one => one.address === contract.toLowerCase() && one.topics[0] === topic)
  const id = log?.topics[1]
  if (id !== undefined) return BigInt(id)
  throw new EnergywebError('ledger-conflict', `the contract at ${contract} created no asset`, {
    hint: 'Is this the address of a registry?',
  })
}

async function textWord(text: string): Promise<Hex> {
  const { stringToHex } = await import('viem/utils')
  if (Buffer.byteLength(text) > 32) {
    throw new EnergywebError('argument-invalid', `"${text}" is longer than 32 bytes, the registry's limit`)
  }
  return stringToHex(text, { size: 32 })
}

function hex(text: string): Hex {
  return `0x${text.replace(/^0x/, '')}`
}
