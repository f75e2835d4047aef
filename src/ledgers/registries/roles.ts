/*
 * Roles are bits of a mask, and their numbers differ by release: what is AssetAdmin in one is UserAdmin in the other. So there are
 * two tables and no number that serves both.
 */

/** A role of one release. */
export interface Role {
  /** As the contracts' documentation calls it, like `AssetManager`. */
  readonly name: string
  /** What `isRole` takes; the mask is 1 shifted by it. */
  readonly number: number
  /** What it lets an account do, for people. */
  readonly permits: string
}

/** The two public releases of EWF Origin. */
export type Release = 'A' | 'B'

const releaseA = {
  TopAdmin: { name: 'TopAdmin', number: 0, permits: 'nothing by itself' },
  UserAdmin: { name: 'UserAdmin', number: 1, permits: 'register users, set their roles' },
  AssetAdmin: { name: 'AssetAdmin', number: 2, permits: 'register and switch assets, exchange their meters' },
  AgreementAdmin: { name: 'AgreementAdmin', number: 3, permits: 'administer agreements' },
  AssetManager: { name: 'AssetManager', number: 4, permits: 'own assets' },
  Trader: { name: 'Trader', number: 5, permits: 'trade certificates' },
  Matcher: { name: 'Matcher', number: 6, permits: 'mint certificates for the owners of assets' },
} as const satisfies Readonly<Record<string, Role>>

const releaseB = {
  UserAdmin: { name: 'UserAdmin', number: 0, permits: 'register users, set their roles' },
  AssetAdmin: { name: 'AssetAdmin', number: 1, permits: 'register and switch assets' },
  AgreementAdmin: { name: 'AgreementAdmin', number: 2, permits: 'administer agreements' },
  AssetManager: { name: 'AssetManager', number: 3, permits: 'own assets' },
  Trader: { name: 'Trader', number: 4, permits: 'hold and trade certificates' },
  Matcher: { name: 'Matcher', number: 5, permits: 'match supply and demand' },
} as const satisfies Readonly<Record<string, Role>>

const tables = { A: releaseA, B: releaseB } as const

/** The roles of a release. */
export function rolesOf(release: Release): readonly Role[] {
  return Object.values(tables[release])
}

/** Roles that this code asks for by name; both releases have them. */
export type NeededRole = keyof typeof releaseA & keyof typeof releaseB

/** The role of that name in a release. */
export function roleNamed(release: Release, name: NeededRole): Role {
  return tables[release][name]
}

/** The names in a mask; a bit that the release does not know is `bit 9`. */
export function namesOfMask(release: Release, mask: bigint): readonly string[] {
  const names: string[] = []
  for (let number = 0, rest = mask; rest > 0n; number++, rest >>= 1n) {
    if ((rest & 1n) === 0n) continue
    names.push(rolesOf(release).find(role => role.number === number)?.name ?? `bit ${number}`)
  }
  return names
}

/** The mask of some roles. */
export function maskOf(roles: readonly Role[]): bigint {
  return roles.reduce((mask, { number }) => mask | (1n << BigInt(number)), 0n)
}
