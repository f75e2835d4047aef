import { encodeFunctionData } from 'viem/utils'
import { assetsAbiB, consumingAbiB, producingAbiB } from './abi-release-b.ts'
import type { AssetRecord } from './asset-record.ts'
import type { AssetRegistry } from './assets.ts'
import { createdId } from './created-asset.ts'
import { hexOf, type RegistrySender } from './installation.ts'
import { refuseTooManyMatchers } from './most-matchers.ts'
import { requireRole } from './permission.ts'
import { type RegisteredAssetOutcome, requireOwner } from './registration.ts'
import { askViews, view } from './view.ts'

/** An asset to register in release B. All of it is public for ever. */
export interface NewAssetB {
  /** The account that will write its readings, for life: release B knows no exchange. */
  readonly smartMeter: string
  /** The account that it belongs to. */
  readonly owner: string
  readonly matchers: readonly string[]
  /** Hash of a document that describes the asset, and where that lies; may be empty. */
  readonly propertiesDocumentHash: string
  readonly url: string
  /** How often a certificate of a plant may change hands; with the last time it is retired. */
  readonly maxOwnerChanges: bigint
}

/**
 * Registers an asset, in one transaction. It is active at once, whatever one asks for.
 * @throws EnergywebError `role-missing`; `ledger-conflict` when the smart meter's asset belongs to another account; what
 * `sender.send` throws
 */
export async function registerAssetB(
  registry: AssetRegistry,
  asset: NewAssetB,
  sender: RegistrySender,
): Promise<RegisteredAssetOutcome> {
  const there = await assetOf(registry, asset.smartMeter)
  if (there !== undefined) {
    requireOwner(registry, there, asset)
    return { id: there.id, existed: true, transactions: [] }
  }
  await refuseTooManyMatchers(registry.place, asset.matchers)
  await registry.requireAdmin(sender, 'register assets')
  const { address, place } = registry
  const wish = { registry: address, role: 'AssetManager', account: asset.owner, deed: 'own assets' } as const
  await requireRole(place, wish)
  const { transaction, logs } = await registry.send(
    { what: 'register the asset', data: creation(registry, asset) },
    sender,
  )
  return { id: createdId(logs, registry), existed: false, transactions: [transaction] }
}

async function assetOf(registry: AssetRegistry, meter: string): Promise<AssetRecord | undefined> {
  const [exists] = await askViews(registry.place.network, [
    view(registry.address, assetsAbiB, 'checkAssetExistExternal', hexOf(meter)),
  ])
  return exists === true ? registry.findByMeter(meter) : undefined
}

function creation({ role }: AssetRegistry, asset: NewAssetB) {
  const { propertiesDocumentHash, url, maxOwnerChanges } = asset
  const [meter, owner] = [hexOf(asset.smartMeter), hexOf(asset.owner)]
  const common = [meter, owner, true, asset.matchers.map(hexOf), propertiesDocumentHash, url] as const
  return role === 'producer'
    ? encodeFunctionData({
        abi: producingAbiB,
        functionName: 'createAsset',
        args: [...common, maxOwnerChanges],
      })
    : encodeFunctionData({ abi: consumingAbiB, functionName: 'createAsset', args: common })
}
