import { encodeFunctionData } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import { usersAbiA } from './abi-release-a.ts'
import { hexOf } from './installation.ts'
import { namesOfMask } from './roles.ts'
import { textOfWord, wordOfText } from './texts.ts'
import type { UserDetails, UsersDialect } from './users.ts'
import { view } from './view.ts'

/** The texts of a user in the order of the contract. All but the last must be there. */
const fields = [
  'firstName',
  'surname',
  'organization',
  'street',
  'number',
  'zip',
  'city',
  'country',
  'state',
] as const satisfies readonly (keyof UserDetails)[]

/** Release A: a user is a person with an address, in texts of at most 32 bytes. */
export const usersDialectA: UsersDialect = {
  record(registry, account) {
    const { decode, ...asked } = view(registry, usersAbiA, 'getFullUser', hexOf(account))
    return {
      ...asked,
      decode: data => {
        const [firstName, surname, organization, street, number, zip, city, country, state, mask, exists] =
          decode(data)
        const words = { firstName, surname, organization, street, number, zip, city, country, state }
        const texts = Object.entries(words).map(([name, word]) => [name, textOfWord(word)])
        const details: UserDetails = { organization: '', ...Object.fromEntries(texts) }
        return { account, exists, mask, roles: namesOfMask('A', mask), details }
      },
    }
  },
  setUser(account, details) {
    const missing = fields.filter(name => name !== 'state' && (details[name] ?? '') === '')
    if (missing.length > 0) {
      throw new EnergywebError('argument-invalid', `release A wants more of a user: ${missing.join(', ')}`, {
        hint: 'Its contract refuses a user without them. All of it is public for ever: give what you can answer for.',
      })
    }
    const text = (name: (typeof fields)[number]) => wordOfText(details[name] ?? '')
    return encodeFunctionData({
      abi: usersAbiA,
      functionName: 'setUser',
      args: [
        hexOf(account),
        text('firstName'),
        text('surname'),
        text('organization'),
        text('street'),
        text('number'),
        text('zip'),
        text('city'),
        text('country'),
        text('state'),
      ],
    })
  },
  holds: (kept, given) => fields.every(name => (kept[name] ?? '') === (given[name] ?? '')),
}
