import type { AssetLine } from '../core/ledger.ts'
import { consumingBytecode, producingBytecode } from '../ledgers/origin-a/generated/energy-registry.ts'
import type { NewAssetA, RegistrySender } from '../ledgers/registries/index.ts'
import { type ChainAccount, sendTransaction } from './chain-transaction.ts'
import { type Deployment, deployContract } from './deploy-contract.ts'

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

/** An asset to register in a registry whose address is known. */
export interface NewAsset extends NewAssetA {
  readonly role: RegistryRole
  /** The registry's address. */
  readonly contract: string
}

/**
 * Registers an asset in a registry of the EnergyRegistry or Origin release A kind; answers its id. What an interrupted attempt left
 * behind is taken up.
 * @throws EnergywebError as `registerAssetA`
 */
export async function registerAsset(account: ChainAccount, asset: NewAsset): Promise<bigint> {
  const { AssetRegistry, openRegistries, registerAssetA } = await import('../ledgers/registries/index.ts')
  const { role, contract } = asset
  const place = await openRegistries(account.network, [{ address: contract, as: registryNames[role] }])
  const { id } = await registerAssetA(AssetRegistry.of(place, role), asset, registrySender(account))
  return id
}

/** An account that administers registries, sending through the careful path of all commands. */
export function registrySender(account: ChainAccount): RegistrySender {
  return { address: account.address, send: transaction => sendTransaction(account, transaction) }
}
