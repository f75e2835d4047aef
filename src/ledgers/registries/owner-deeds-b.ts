import { encodeFunctionData } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import { assetsAbiB } from './abi-release-b.ts'
import type { AssetDetailsB, AssetRecord } from './asset-record.ts'
import type { AssetChange, AssetRegistry } from './assets.ts'
import { hexOf, isSameAccount, type RegistrySender } from './installation.ts'
import { refuseTooManyMatchers } from './most-matchers.ts'

/*
 * What the owner of an asset alone may do in release B: name the contract that its readings are announced to, and who may match it.
 */

const nobody = `0x${'0'.repeat(40)}`

/**
 * Names the lookup whose contract hears of each reading of a plant: with the OriginContractLookup each one mints a certificate for its
 * energy. Undefined ends that.
 * @throws EnergywebError `role-missing` for anybody but the owner; `argument-invalid` in release A; what `sender.send` throws
 */
export async function setMarketLookup(
  registry: AssetRegistry,
  { id, lookup }: { readonly id: bigint; readonly lookup: string | undefined },
  sender: RegistrySender,
): Promise<AssetChange> {
  const { asset, details } = await readB(registry, id)
  if (isSameAccount(details.marketLookup ?? nobody, lookup ?? nobody)) return { asset, transactions: [] }
  requireAssetOwner(registry, asset, sender)
  const args = [id, hexOf(lookup ?? nobody)] as const
  const data = encodeFunctionData({ abi: assetsAbiB, functionName: 'setMarketLookupContract', args })
  const what = lookup === undefined ? 'no market lookup' : `the market lookup ${lookup}`
  return registry.change(asset, { what: `give asset ${id} ${what}`, data }, sender)
}

/**
 * Lets an account match the asset, or no more.
 * @throws EnergywebError as `setMarketLookup`
 */
export async function setMatcher(
  registry: AssetRegistry,
  { id, matcher, allowed }: { readonly id: bigint; readonly matcher: string; readonly allowed: boolean },
  sender: RegistrySender,
): Promise<AssetChange> {
  const { asset, details } = await readB(registry, id)
  if (details.matchers.some(one => isSameAccount(one, matcher)) === allowed)
    return { asset, transactions: [] }
  requireAssetOwner(registry, asset, sender)
  if (allowed) await refuseTooManyMatchers(registry.place, [...details.matchers, matcher])
  const functionName = allowed ? 'addMatcher' : 'removeMatcher'
  const data = encodeFunctionData({ abi: assetsAbiB, functionName, args: [id, hexOf(matcher)] })
  const what = allowed ? `let ${matcher} match asset ${id}` : `let ${matcher} match asset ${id} no more`
  return registry.change(asset, { what, data }, sender)
}

async function readB(
  registry: AssetRegistry,
  id: bigint,
): Promise<{ readonly asset: AssetRecord; readonly details: AssetDetailsB }> {
  const asset = await registry.read(id)
  if (asset.details.release === 'B') return { asset, details: asset.details }
  throw new EnergywebError(
    'argument-invalid',
    'release A knows no market lookups and no matchers of an asset',
    {
      hint: 'There an account with the role Matcher mints certificates.',
    },
  )
}

function requireAssetOwner(
  registry: AssetRegistry,
  { id, owner }: AssetRecord,
  { address }: RegistrySender,
): void {
  if (isSameAccount(owner, address)) return
  throw new EnergywebError(
    'role-missing',
    `${address} may not change asset ${id} of ${registry.name}: it belongs to ${owner}`,
    { hint: 'Sign with the key of its owner.' },
  )
}
