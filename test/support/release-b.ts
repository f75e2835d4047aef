import type { Hex } from 'viem'
import { DeployedContract, type Done, type TestNode } from './deployed-contract.ts'
import { type ContractPackage, hasContracts, realContract } from './real-contracts.ts'

/** Whether release B's contracts are here; says so loudly where they are not. */
export const hasReleaseB = () => hasContracts('user registry', 'asset registry', 'certificates')

/** Masks of release B's roles. */
export const rolesB = {
  userAdmin: 1n,
  assetAdmin: 2n,
  agreementAdmin: 4n,
  assetManager: 8n,
  trader: 16n,
  matcher: 32n,
} as const

export interface NewAssetB {
  readonly meter: string
  readonly owner: string
  readonly matcher?: readonly string[]
  readonly documentHash?: string
  readonly url?: string
}

/** All of Origin release B on a chain. */
export interface ReleaseB {
  /** The account that deployed it, which is UserAdmin (and AssetAdmin, by `deployReleaseB`); the node's first. */
  readonly admin: Hex
  readonly userLookup: DeployedContract
  readonly userRegistry: DeployedContract
  readonly assetLookup: DeployedContract
  readonly producing: DeployedContract
  readonly consuming: DeployedContract
  readonly originLookup: DeployedContract
  readonly certificates: DeployedContract
  /** Makes an account a user with these roles. */
  setUser(address: string, roles: bigint, organization?: string): Promise<void>
  /** Registers an asset, answers its id; its owner becomes an AssetManager that may trade. */
  createProducer(asset: NewAssetB): Promise<bigint>
  createConsumer(asset: NewAssetB): Promise<bigint>
  /** From now on each reading of the producer mints a certificate for its energy. The owner must be an account of the node. */
  mintCertificates(assetId: bigint, owner: string): Promise<Done>
}

/** Deploys the real contracts with the node's first account, which administers users and assets from then on. */
export async function deployReleaseB(node: TestNode): Promise<ReleaseB> {
  const [admin = '0x'] = node.accounts.map(({ address }) => address)
  const deploy = (from: ContractPackage, name: string, ...args: readonly unknown[]) =>
    DeployedContract.deploy(node, realContract(from, name), args)

  const userLookup = await deploy('user registry', 'UserContractLookup')
  const userRegistry = await deploy('user registry', 'UserLogic', userLookup.address)
  const userDb = await deploy('user registry', 'UserDB', userRegistry.address)
  await userLookup.send('init', [userRegistry.address, userDb.address])

  const assetLookup = await deploy('asset registry', 'AssetContractLookup')
  const lookups = [userLookup.address, assetLookup.address]
  const producing = await deploy('asset registry', 'AssetProducingRegistryLogic', ...lookups)
  const producingDb = await deploy('asset registry', 'AssetProducingDB', producing.address)
  const consuming = await deploy('asset registry', 'AssetConsumingRegistryLogic', ...lookups)
  const consumingDb = await deploy('asset registry', 'AssetConsumingDB', consuming.address)
  const assets = [producing, consuming, producingDb, consumingDb].map(({ address }) => address)
  await assetLookup.send('init', [userLookup.address, ...assets])

  const originLookup = await deploy('certificates', 'OriginContractLookup')
  const origin = [assetLookup.address, originLookup.address]
  const certificates = await deploy('certificates', 'CertificateLogic', ...origin)
  const certificateDb = await deploy('certificates', 'CertificateDB', certificates.address)
  await originLookup.send('init', [assetLookup.address, certificates.address, certificateDb.address])

  const registries = { userLookup, userRegistry, assetLookup, producing, consuming, originLookup }
  const releaseB = { admin, ...registries, certificates, ...deedsOf(registries) }
  await releaseB.setUser(admin, rolesB.userAdmin | rolesB.assetAdmin, 'administration')
  return releaseB
}

/** The registries of a release B, as what can be done with them needs them. */
export type RegistriesB = Pick<ReleaseB, 'userRegistry' | 'producing' | 'consuming' | 'originLookup'>

export function deedsOf({
  userRegistry,
  producing,
  consuming,
  originLookup,
}: RegistriesB): Pick<ReleaseB, 'setUser' | 'createProducer' | 'createConsumer' | 'mintCertificates'> {
  const setUser = async (address: string, roles: bigint, organization = 'somebody') => {
    await userRegistry.send('setUser', [address, organization])
    await userRegistry.send('setRoles', [address, roles])
  }
  const create = async (registry: DeployedContract, asset: NewAssetB, more: readonly unknown[]) => {
    const { meter, owner, matcher = [], documentHash = '', url = '' } = asset
    const held = BigInt(String(await userRegistry.read('getRolesRights', owner)))
    await setUser(owner, held | rolesB.assetManager | rolesB.trader, 'an owner')
    const args = [meter, owner, true, matcher, documentHash, url, ...more]
    const done = await registry.send('createAsset', args)
    return BigInt(String(registry.events('LogAssetCreated', done)[0]?._assetId))
  }
  return {
    setUser,
    createProducer: asset => create(producing, asset, [10n]),
    createConsumer: asset => create(consuming, asset, []),
    mintCertificates: (assetId, owner) =>
      producing.send('setMarketLookupContract', [assetId, originLookup.address], { from: owner }),
  }
}
