import { defineCommand, flag, word } from '../command.ts'
import { openConfig } from '../configuration.ts'
import { accountGiven } from '../configured-accounts.ts'
import { deskOptions, openDesk } from '../registry-desk.ts'
import { rolesGiven } from '../role-argument.ts'
import { printUserChange } from '../user-change.ts'

/** `energyweb ledger grant` */
export const ledgerGrantCommand = defineCommand({
  name: 'ledger grant',
  summary: 'Give a user of the registry roles, or take them away',
  description:
    'Gives a user roles by name, beside those that it has, in one transaction that the account of --key signs: it must be UserAdmin. The releases of Origin number their roles differently: which release it is is found out, and the number with it. Roles: UserAdmin, AssetAdmin, AgreementAdmin, AssetManager, Trader, Matcher; release A has TopAdmin too. Whoever shall own assets needs AssetManager, whoever registers them AssetAdmin. What the user has already costs nothing.',
  arguments: {
    account: word('the user: an address, or the name of a key in the configuration'),
    roles: word('names of roles, with commas between them'),
  },
  options: { ...deskOptions, revoke: flag('takes these roles away instead') },
  examples: [
    {
      command: 'ledger grant roof-owner AssetManager,Trader --ledger origin --key admin',
      description: 'lets the account of the key roof-owner own assets, and hold their certificates',
    },
    {
      command:
        'ledger grant 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 Matcher --revoke --ledger origin --key admin',
      description: 'takes a role away',
    },
  ],
  async run({ account: given, roles: names, revoke, config: file, ledger, key }, { io, printer }) {
    const config = await openConfig(file, io)
    const { place, sender } = await openDesk(config, { ledger, key }, { io, printer })
    const account = await accountGiven(config, given, { io, printer })
    const { maskOf, rolesOf, UserRegistry } = await import('../../ledgers/registries/index.ts')
    const { release } = place.found
    const users = UserRegistry.of(place)
    const mask = maskOf(rolesGiven(names, release, rolesOf(release)))
    const { mask: held } = await users.read(account)
    const change = await users.setRoles(account, revoke ? held & ~mask : held | mask, sender)
    await printUserChange(printer, change, place)
  },
})
