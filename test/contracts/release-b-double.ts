import type { Abi, Hex } from 'viem'
import { DeployedContract, type TestNode } from '../support/deployed-contract.ts'
import { deedsOf, type ReleaseB, rolesB } from '../support/release-b.ts'
import assetLookupB from './generated/AssetLookupB.json' with { type: 'json' }
import certificatesB from './generated/CertificatesB.json' with { type: 'json' }
import consumingB from './generated/ConsumingRegistryB.json' with { type: 'json' }
import originLookupB from './generated/OriginLookupB.json' with { type: 'json' }
import producingB from './generated/ProducingRegistryB.json' with { type: 'json' }
import userLookupB from './generated/UserLookupB.json' with { type: 'json' }
import userRegistryB from './generated/UserRegistryB.json' with { type: 'json' }

/** Deploys our stand-in for release B: the same face as what `deployReleaseB` deploys, on any fork since byzantium. */
export async function deployReleaseBDouble(node: TestNode): Promise<ReleaseB> {
  const deploy = ({ abi, bytecode }: { abi: unknown; bytecode: string }, ...args: readonly unknown[]) =>
    DeployedContract.deploy(node, { abi: abi as Abi, bytecode: bytecode as Hex }, args)

  const userRegistry = await deploy(userRegistryB)
  const userLookup = await deploy(userLookupB, userRegistry.address)
  const assetLookup = await deploy(assetLookupB)
  const producing = await deploy(producingB, userLookup.address, assetLookup.address)
  const consuming = await deploy(consumingB, userLookup.address, assetLookup.address)
  await assetLookup.send('init', [userLookup.address, producing.address, consuming.address])
  const originLookup = await deploy(originLookupB)
  const certificates = await deploy(certificatesB, assetLookup.address, originLookup.address)
  await originLookup.send('init', [assetLookup.address, certificates.address])

  const [admin = '0x'] = node.accounts.map(({ address }) => address)
  const registries = { userLookup, userRegistry, assetLookup, producing, consuming, originLookup }
  const releaseB = { admin, ...registries, certificates, ...deedsOf(registries) }
  await releaseB.setUser(admin, rolesB.userAdmin | rolesB.assetAdmin, 'administration')
  return releaseB
}
