import { encodeFunctionData } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import { anyUsersAbi } from './abi-shared.ts'
import { hexOf, type Installation, type RegistrySender, type WithSignal } from './installation.ts'
import { requireRole } from './permission.ts'
import { namesOfMask, type Release } from './roles.ts'
import { usersDialectA } from './users-a.ts'
import { usersDialectB } from './users-b.ts'
import { askViews, type Hex, type View } from './view.ts'

/** What a user registry keeps of a user besides roles. Release B keeps the organization only. All of it is public for ever. */
export interface UserDetails {
  readonly organization: string
  readonly firstName?: string
  readonly surname?: string
  readonly street?: string
  readonly number?: string
  readonly zip?: string
  readonly city?: string
  readonly country?: string
  readonly state?: string
}

/** A user as its registry knows it. An account that nobody registered has no text and no role, and does not exist. */
export interface UserRecord {
  readonly account: string
  /** False for an account that was never registered, and for one that was deactivated: roles that it kept work all the same. */
  readonly exists: boolean
  /** By name, as the release calls them. */
  readonly roles: readonly string[]
  readonly mask: bigint
  readonly details: UserDetails
}

/** What a change came to: nothing is sent for what is so already. */
export interface UserChange {
  readonly user: UserRecord
  readonly transactions: readonly string[]
}

/** What the releases differ in. */
export interface UsersDialect {
  /** One look at a user. */
  record(registry: string, account: string): View<UserRecord>
  /** @throws EnergywebError `argument-invalid` for details that the registry would refuse, or has no place for */
  setUser(account: string, details: UserDetails): Hex
  /** Whether a registry that keeps `kept` has all that was given. */
  holds(kept: UserDetails, given: UserDetails): boolean
}

const dialects: Readonly<Record<Release, UsersDialect>> = { A: usersDialectA, B: usersDialectB }

/** The user registry of an installation: one client, two dialects. */
export class UserRegistry {
  readonly release: Release
  readonly address: string
  readonly #place: Installation
  readonly #dialect: UsersDialect

  private constructor(place: Installation, address: string) {
    this.#place = place
    this.address = address
    this.release = place.found.release
    this.#dialect = dialects[this.release]
  }

  /** @throws EnergywebError `ledger-not-ready` where the installation has none */
  static of(place: Installation): UserRegistry {
    const { users, standalone, producing, consuming } = place.found
    if (users !== undefined) return new UserRegistry(place, users)
    throw new EnergywebError(
      'ledger-not-ready',
      `the registry ${producing ?? consuming ?? ''} ${standalone ? 'has no users' : 'names no user registry'}`,
      {
        hint: standalone
          ? 'Its owner alone administers it, and assets may belong to any account.'
          : 'Ask whoever runs it.',
      },
    )
  }

  /** @throws EnergywebError `network-unreachable`, `ledger-not-ready` when the contract does not answer */
  async read(account: string, options: WithSignal = {}): Promise<UserRecord> {
    const [record] = await askViews(
      this.#place.network,
      [this.#dialect.record(this.address, account)],
      options,
    )
    if (record !== undefined) return record
    throw new EnergywebError(
      'ledger-not-ready',
      `the user registry ${this.address} tells nothing of ${account}`,
      {
        retryable: true,
      },
    )
  }

  /**
   * Makes an account a user, or writes its details anew; a user who was deactivated exists again after it.
   * @throws EnergywebError `argument-invalid`, `role-missing`, and what `sender.send` throws
   */
  async register(account: string, details: UserDetails, sender: RegistrySender): Promise<UserChange> {
    const data = this.#dialect.setUser(account, details)
    const user = await this.read(account)
    if (user.exists && this.#dialect.holds(user.details, details)) return { user, transactions: [] }
    await this.#requireAdmin(sender, 'register users')
    return this.#send({ account, what: `register the user ${account}`, data }, sender)
  }

  /**
   * Sets all roles of a user: those that are not in the mask are taken away.
   * @throws EnergywebError `role-missing`; `ledger-not-ready` for an account that is no user; what `sender.send` throws
   */
  async setRoles(account: string, mask: bigint, sender: RegistrySender): Promise<UserChange> {
    const user = await this.read(account)
    if (!user.exists) throw noUser(this.address, user)
    if (user.mask === mask) return { user, transactions: [] }
    await this.#requireAdmin(sender, 'set roles')
    const names = namesOfMask(this.release, mask).join(', ') || 'none'
    const data = encodeFunctionData({
      abi: anyUsersAbi,
      functionName: 'setRoles',
      args: [hexOf(account), mask],
    })
    return this.#send({ account, what: `set the roles of ${account} to ${names}`, data }, sender)
  }

  /**
   * Ends a user: first its roles, as both releases go by the mask alone and let a deactivated user do all that its roles permit, and
   * then itself. Both refuse that for one who administers.
   * @throws EnergywebError `role-missing`; `ledger-not-ready` for a user with a role of administrators; what `sender.send` throws
   */
  async deactivate(account: string, sender: RegistrySender): Promise<UserChange> {
    const user = await this.read(account)
    if (!user.exists) return { user, transactions: [] }
    await this.#requireAdmin(sender, 'deactivate users')
    const admin = user.roles.filter(name => name.endsWith('Admin'))
    if (admin.length > 0) {
      throw new EnergywebError(
        'ledger-not-ready',
        `${account} can't be deactivated: it is ${admin.join(', ')}`,
        {
          hint: `Take that away first: \`energyweb ledger grant ${account} ${admin.join(',')} --revoke\`.`,
        },
      )
    }
    const { transactions } = await this.setRoles(account, 0n, sender)
    const data = encodeFunctionData({
      abi: anyUsersAbi,
      functionName: 'deactivateUser',
      args: [hexOf(account)],
    })
    const ended = await this.#send({ account, what: `deactivate the user ${account}`, data }, sender)
    return { ...ended, transactions: [...transactions, ...ended.transactions] }
  }

  #requireAdmin({ address }: RegistrySender, deed: string): Promise<void> {
    return requireRole(this.#place, { registry: this.address, role: 'UserAdmin', account: address, deed })
  }

  async #send(
    { account, what, data }: { account: string; what: string; data: Hex },
    sender: RegistrySender,
  ): Promise<UserChange> {
    const { transaction } = await sender.send({ what, to: hexOf(this.address), data })
    return { user: await this.read(account), transactions: [transaction] }
  }
}

function noUser(registry: string, { account, mask }: UserRecord): EnergywebError {
  const was = mask > 0n ? 'was deactivated in' : 'is no user of'
  return new EnergywebError('ledger-not-ready', `${account} ${was} the user registry ${registry}`, {
    hint: `Register it first: \`energyweb ledger register-user ${account}\`.`,
  })
}
