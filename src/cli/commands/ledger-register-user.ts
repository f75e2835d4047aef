import { EnergywebError } from '../../core/errors.ts'
import { defineCommand, flag, text, word } from '../command.ts'
import { openConfig } from '../configuration.ts'
import { accountGiven } from '../configured-accounts.ts'
import { deskOptions, openDesk } from '../registry-desk.ts'
import { printUserChange } from '../user-change.ts'

/** `energyweb ledger register-user` */
export const ledgerRegisterUserCommand = defineCommand({
  name: 'ledger register-user',
  summary: 'Make an account a user of the registry, or end it',
  description:
    'Writes an account into the user registry that belongs to a ledger of Origin, release A or B (which it is is found out), in one transaction that the account of --key signs: it must be UserAdmin there. Roles are given afterwards, with `ledger grant`. A user that is registered so already costs nothing. Release B keeps the organization; release A wants a person with an address, all but the state, in texts of at most 32 bytes. All of it is public for ever. --deactivate ends a user: first its roles, which would work on otherwise.',
  arguments: { account: word('the account: an address, or the name of a key in the configuration') },
  options: {
    ...deskOptions,
    organization: text('text', 'its organization'),
    firstName: text('text', 'of release A: first name'),
    surname: text('text', 'of release A: surname'),
    street: text('text', 'of release A: street'),
    number: text('text', 'of release A: number in the street'),
    zip: text('text', 'of release A: postal code'),
    city: text('text', 'of release A: city'),
    country: text('text', 'of release A: country'),
    state: text('text', 'of release A: state, which may be left out'),
    deactivate: flag('ends the user instead'),
  },
  examples: [
    {
      command: "ledger register-user roof-owner --organization 'Sonne eG' --ledger origin --key admin",
      description: 'registers the account of the key roof-owner in release B',
    },
  ],
  async run(input, { io, printer }) {
    const { deactivate, organization, account: given, config: file, ledger, key, ...person } = input
    const details = Object.fromEntries(Object.entries(person).filter(([, value]) => value !== undefined))
    if (deactivate && (organization !== undefined || Object.keys(details).length > 0)) {
      throw new EnergywebError('argument-invalid', '--deactivate ends a user: it takes no details of it')
    }
    if (!deactivate && organization === undefined) {
      throw new EnergywebError('argument-invalid', 'a user needs an organization', {
        hint: 'Give --organization.',
      })
    }
    const config = await openConfig(file, io)
    const { place, sender } = await openDesk(config, { ledger, key }, { io, printer })
    const account = await accountGiven(config, given, { io, printer })
    const { UserRegistry } = await import('../../ledgers/registries/index.ts')
    const users = UserRegistry.of(place)
    const change = deactivate
      ? await users.deactivate(account, sender)
      : await users.register(account, { organization: organization ?? '', ...details }, sender)
    await printUserChange(printer, change, place)
  },
})
