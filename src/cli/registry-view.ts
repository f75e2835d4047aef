import { formatEnergy, millijoulesPer } from '../core/energy.ts'
import type { AssetRecord, UserRecord } from '../ledgers/registries/index.ts'
import { printable } from './printable.ts'
import type { AssetsLook, KeyLook, RegistryLook } from './registry-look.ts'
import { coins } from './report-line-look.ts'
import { formatFields, formatTable } from './table.ts'

/** A look at registries as data. */
export function plainRegistry({ ledger, network, place, registries, users, keys }: RegistryLook) {
  const { release, standalone, lookups, owners, ...contracts } = place.found
  const [producers, consumers] = (['producer', 'consumer'] as const).map(role => {
    const look = registries.find(one => one.role === role)
    return look && { count: look.count, newest: look.assets }
  })
  return {
    ...{ ledger, network, chainId: place.network.chainId, release, standalone },
    contracts: { ...contracts, lookups },
    ...{ owners, producers, consumers, users },
    keys: keys.map(({ balance, ...key }) => ({ ...key, balance: String(balance) })),
  }
}

/** A look at registries for people. */
export function registryForPeople(look: RegistryLook): string {
  const { ledger, network, place, registries, users, keys } = look
  const { release, standalone, producing, consuming, certificates, lookups, owners } = place.found
  const head = formatFields([
    ['ledger', ledger],
    ['chain', `${place.network.chainId} (${network})`],
    ['release', standalone ? 'a registry of our own, with the interface of release A' : release],
    ['users', place.found.users ?? (standalone ? 'none: the owner alone administers it' : 'not known')],
    ['producing', withCount(producing, registries, 'producer')],
    ['consuming', withCount(consuming, registries, 'consumer')],
    ['certificates', certificates],
    ['lookups', lookups.length === 0 ? undefined : lookups.join(', ')],
    ['owner', owners.join(', ') || undefined],
  ])
  const parts = [head, assetsTable(registries), usersTable(users), keysTable(keys)]
  return parts.filter(part => part !== undefined).join('\n\n')
}

function withCount(
  address: string | undefined,
  registries: readonly AssetsLook[],
  role: AssetsLook['role'],
): string | undefined {
  const count = registries.find(one => one.role === role)?.count ?? 0n
  return address && `${address}, ${count} ${count === 1n ? 'asset' : 'assets'}`
}

function assetsTable(registries: readonly AssetsLook[]): string | undefined {
  const rows = registries.flatMap(({ role, assets }) => assets.map(asset => assetRow(role, asset)))
  if (rows.length === 0) return undefined
  return formatTable(['ASSET', 'ID', 'SMART METER', 'OWNER', 'ACTIVE', 'REGISTERED', 'MINTS'], rows, {
    right: [1, 5],
  })
}

function assetRow(role: AssetsLook['role'], asset: AssetRecord): string[] {
  const { id, smartMeter, owner, active, lastRead, details } = asset
  const isEmpty = /^0x0+$/.test(smartMeter)
  const mints = details.release === 'B' && role === 'producer' && details.marketLookup !== undefined
  return [
    role,
    String(id),
    isEmpty ? 'not initialised' : smartMeter,
    isEmpty ? '' : owner,
    active ? 'yes' : 'no',
    formatEnergy(lastRead * millijoulesPer.Wh),
    mints ? 'yes' : '',
  ]
}

function usersTable(users: readonly UserRecord[]): string | undefined {
  if (users.length === 0) return undefined
  const rows = users.map(({ account, exists, roles, details }) => [
    account,
    // Whoever may register users wrote this, and it goes into one line of a terminal.
    printable(details.organization.slice(0, 48).replace(/\s+/g, ' ')),
    exists
      ? roles.join(', ') || 'no role'
      : `deactivated${roles.length > 0 ? `, yet ${roles.join(', ')}` : ''}`,
  ])
  return formatTable(['USER', 'ORGANIZATION', 'ROLES'], rows)
}

function keysTable(keys: readonly KeyLook[]): string | undefined {
  if (keys.length === 0) return undefined
  const rows = keys.map(({ key, address, balance, may }) => [
    key,
    address,
    balance === 0n ? 'none' : coins(balance),
    may.join('; ') || 'nothing here',
  ])
  return formatTable(['OUR KEY', 'ACCOUNT', 'BALANCE', 'MAY'], rows)
}
