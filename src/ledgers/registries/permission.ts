import { EnergywebError } from '../../core/errors.ts'
import { rolesAbi } from './abi-shared.ts'
import { hexOf, type Installation, isSameAccount } from './installation.ts'
import { type NeededRole, type Role, roleNamed, rolesOf } from './roles.ts'
import { askViews, view } from './view.ts'

/** Who wants to do what, and which role that takes. */
export interface Wish {
  /** The contract that would look at the role. */
  readonly registry: string
  readonly role: NeededRole
  readonly account: string
  /** What the account is to do, as `register assets`. */
  readonly deed: string
}

/**
 * Makes sure that an account has a role before anything is signed: release A refuses without a reason, and an asset that is only half
 * made stays in its registry for ever.
 * @throws EnergywebError `role-missing`, saying who must grant it, and who holds it as far as that can be known
 */
export async function requireRole(place: Installation, wish: Wish): Promise<void> {
  const role = roleNamed(place.found.release, wish.role)
  const [holds] = await askViews(place.network, [
    view(wish.registry, rolesAbi, 'isRole', role.number, hexOf(wish.account)),
  ])
  if (holds === true) return
  throw place.found.standalone ? notOwner(place, wish) : await notGranted(place, wish, role)
}

/** Our own registries have no users: whoever owns one does everything. */
function notOwner({ found }: Installation, { account, deed, registry }: Wish): EnergywebError {
  const [owner = 'its owner'] = found.owners
  return new EnergywebError(
    'role-missing',
    `${account} may not ${deed} in ${registry}: sender is not the owner`,
    {
      hint: `Sign with the key of ${owner}, or let that account hand the registry over (offerOwnership).`,
    },
  )
}

async function notGranted(place: Installation, wish: Wish, role: Role): Promise<EnergywebError> {
  const { release, users } = place.found
  const { account, deed, registry } = wish
  const [holders, granters] = await Promise.all([
    holdersOf(place, { registry, role }),
    holdersOf(place, { registry, role: roleNamed(release, 'UserAdmin') }),
  ])
  const grant = `A UserAdmin${users === undefined ? '' : ` of the user registry ${users}`} must grant it: \`energyweb ledger grant ${account} ${role.name} --ledger … --key …\`, with the key of one.`
  const hints = [grant]
  if (granters.length > 0) hints.push(`UserAdmin: ${granters.join(', ')}.`)
  // For an owner of assets somebody else's role is of no use; who is UserAdmin was said.
  if (holders.length > 0 && wish.role !== 'AssetManager' && wish.role !== 'UserAdmin')
    hints.push(`${role.name} have: ${holders.join(', ')}.`)
  return new EnergywebError(
    'role-missing',
    `${account} may not ${deed} in ${registry}: it has not the role ${role.name} (number ${role.number} of release ${release})`,
    { hint: hints.join(' ') },
  )
}

/** Those of the accounts that we have heard of that hold a role; nobody's list says all of them. */
export async function holdersOf(
  { network, found, acquaintances }: Installation,
  { registry, role }: { registry: string; role: Role },
): Promise<readonly string[]> {
  const known = [...found.owners, ...acquaintances].filter(
    (one, index, all) => all.findIndex(other => isSameAccount(one, other)) === index,
  )
  const answers = await askViews(
    network,
    known.map(account => view(registry, rolesAbi, 'isRole', role.number, hexOf(account))),
  )
  return known.filter((_, index) => answers[index] === true)
}

/** The roles whose checks an account passes: its own, and all of them for whoever owns release A's CoO or a registry of ours. */
export async function rolesHeld(
  { network, found: { release, users, producing, consuming } }: Installation,
  account: string,
): Promise<readonly Role[]> {
  const registry = users ?? producing ?? consuming
  if (registry === undefined) return []
  const roles = rolesOf(release)
  const answers = await askViews(
    network,
    roles.map(({ number }) => view(registry, rolesAbi, 'isRole', number, hexOf(account))),
  )
  return roles.filter((_, index) => answers[index] === true)
}
