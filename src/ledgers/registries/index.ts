import type { EvmNetwork } from '../evm/network.ts'
import { findRegistries, type GivenContract } from './find-registries.ts'
import type { Installation, WithSignal } from './installation.ts'

/*
 * The user registry and the asset registries of EWF Origin, both releases, for those who administer them: which contracts there are,
 * who may do what, users and assets. The gateway does not need it; viem is loaded with it, so that commands import it lazily.
 */

export type { AssetDetailsA, AssetDetailsB, AssetRecord, AssetRole } from './asset-record.ts'
export { type AssetChange, AssetRegistry } from './assets.ts'
export type { FoundRegistries, GivenContract } from './find-registries.ts'
export type { Installation, RegistrySender, RegistryTransaction } from './installation.ts'
export { setMarketLookup, setMatcher } from './owner-deeds-b.ts'
export { holdersOf, rolesHeld } from './permission.ts'
export { type PlantType, plantTypes } from './plant-types.ts'
export { type NewAssetA, registerAssetA, updateMeter } from './register-asset-a.ts'
export { type NewAssetB, registerAssetB } from './register-asset-b.ts'
export type { RegisteredAssetOutcome } from './registration.ts'
export { maskOf, namesOfMask, type Release, type Role, rolesOf } from './roles.ts'
export { signedSender } from './signed-sender.ts'
export { type UserChange, type UserDetails, type UserRecord, UserRegistry } from './users.ts'

/**
 * Finds an installation of Origin from one or more of its contracts, whichever they are. Its release is found out.
 * @throws EnergywebError `ledger-not-ready`, `network-unreachable`, `network-wrong-chain`
 *
 * @example
 * const place = await openRegistries(network, [{ address: '0x…' }])
 * const users = UserRegistry.of(place)
 * console.log(place.found.release, (await users.read('0x…')).roles)
 */
export async function openRegistries(
  network: EvmNetwork,
  given: readonly GivenContract[],
  {
    acquaintances = [],
    fromBlock = 0n,
    ...options
  }: WithSignal & { readonly acquaintances?: readonly string[]; readonly fromBlock?: bigint } = {},
): Promise<Installation> {
  await network.ready(options)
  const found = await findRegistries(network, given, options)
  return { network, found, acquaintances, fromBlock }
}
