import { encodeFunctionData } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import { usersAbiB } from './abi-release-b.ts'
import { hexOf } from './installation.ts'
import { namesOfMask } from './roles.ts'
import type { UserDetails, UsersDialect } from './users.ts'
import { view } from './view.ts'

/** Release B: a user is an organization. */
export const usersDialectB: UsersDialect = {
  record(registry, account) {
    const { decode, ...asked } = view(registry, usersAbiB, 'getFullUser', hexOf(account))
    return {
      ...asked,
      decode: data => {
        const [organization, mask, exists] = decode(data)
        return { account, exists, mask, roles: namesOfMask('B', mask), details: { organization } }
      },
    }
  },
  setUser(account, details) {
    requireOrganizationOnly(details)
    return encodeFunctionData({
      abi: usersAbiB,
      functionName: 'setUser',
      args: [hexOf(account), details.organization],
    })
  },
  holds: (kept, given) => kept.organization === given.organization,
}

function requireOrganizationOnly({ organization, ...more }: UserDetails): void {
  if (organization === '') throw new EnergywebError('argument-invalid', 'a user needs an organization')
  const surplus = Object.entries(more).filter(([, text]) => text !== undefined && text !== '')
  if (surplus.length === 0) return
  throw new EnergywebError(
    'argument-invalid',
    `release B keeps nothing of a user but the organization: no ${surplus.map(([name]) => name).join(', ')}`,
  )
}
