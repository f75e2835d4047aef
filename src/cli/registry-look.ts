import { quantityOf } from '../ledgers/evm/answers.ts'
import type { AssetRecord, Installation, UserRecord } from '../ledgers/registries/index.ts'
import type { ConfiguredAccount } from './configured-accounts.ts'
import type { LedgerRegistries } from './configured-registries.ts'

/** What one of our keys may do in an installation of Origin. */
export interface KeyLook extends ConfiguredAccount {
  /** In wei. */
  readonly balance: bigint
  /** Names of the roles whose checks it passes. */
  readonly roles: readonly string[]
  /** In words: what the roles permit, and which assets it writes and owns. */
  readonly may: readonly string[]
}

/** One of the two asset registries. */
export interface AssetsLook {
  readonly role: 'producer' | 'consumer'
  readonly count: bigint
  /** The newest. */
  readonly assets: readonly AssetRecord[]
}

/** All that can be seen of an installation of Origin from outside. */
export interface RegistryLook {
  readonly ledger: string
  readonly network: string
  readonly place: Installation
  readonly registries: readonly AssetsLook[]
  /** Users among the accounts that we have heard of: there is no list of all. */
  readonly users: readonly UserRecord[]
  readonly keys: readonly KeyLook[]
}

/**
 * Looks at the registries of a ledger. Nothing is sent.
 * @throws EnergywebError `network-unreachable`, `ledger-not-ready`
 */
export async function lookAtRegistries(
  { name, network, place }: LedgerRegistries,
  { keys, limit }: { readonly keys: readonly ConfiguredAccount[]; readonly limit: number },
): Promise<RegistryLook> {
  const { AssetRegistry } = await import('../ledgers/registries/index.ts')
  const registries: AssetsLook[] = []
  for (const role of ['producer', 'consumer'] as const) {
    if (place.found[role === 'producer' ? 'producing' : 'consuming'] === undefined) continue
    const registry = AssetRegistry.of(place, role)
    const assets = await Array.fromAsync(registry.newest({ limit }))
    registries.push({ role, count: await registry.count(), assets })
  }
  return {
    ...{ ledger: name, network, place, registries },
    users: await usersOf(place, { registries, keys }),
    keys: await Promise.all(keys.map(key => lookAtKey(key, { place, registries }))),
  }
}

async function usersOf(
  place: Installation,
  { registries, keys }: { registries: readonly AssetsLook[]; keys: readonly ConfiguredAccount[] },
): Promise<readonly UserRecord[]> {
  if (place.found.users === undefined) return []
  const { UserRegistry } = await import('../ledgers/registries/index.ts')
  const users = UserRegistry.of(place)
  const owners = registries.flatMap(({ assets }) => assets.map(({ owner }) => owner))
  const known = new Set([...place.found.owners, ...keys.map(({ address }) => address), ...owners])
  const records: UserRecord[] = []
  for (const account of known) records.push(await users.read(account))
  return records.filter(({ exists, mask }) => exists || mask > 0n)
}

async function lookAtKey(
  account: ConfiguredAccount,
  { place, registries }: { place: Installation; registries: readonly AssetsLook[] },
): Promise<KeyLook> {
  const { rolesHeld } = await import('../ledgers/registries/index.ts')
  const { address } = account
  const balance = quantityOf(await place.network.request('eth_getBalance', [address, 'latest']), 'balance')
  const roles = await rolesHeld(place, address)
  const assets = registries.flatMap(registry =>
    registry.assets.map(asset => ({ ...asset, role: registry.role })),
  )
  const numbers = (list: readonly { role: string; id: bigint }[]) =>
    list.map(({ role, id }) => `${role} ${id}`).join(', ')
  const writes = assets.filter(({ smartMeter }) => smartMeter === address)
  const owns = assets.filter(({ owner }) => owner === address)
  const may = roles.map(({ permits }) => permits)
  if (writes.length > 0) may.push(`write the readings of ${numbers(writes)}`)
  if (owns.length > 0) may.push(`act for ${numbers(owns)}, as the owner`)
  return { ...account, balance, roles: roles.map(({ name }) => name), may }
}
