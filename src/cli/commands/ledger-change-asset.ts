import type { ResolvedConfig } from '../../config/check-config.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { AssetChange, AssetRegistry, RegistrySender } from '../../ledgers/registries/index.ts'
import { defineCommand, flag, flagOf, text, word } from '../command.ts'
import { assetNamed, openConfig } from '../configuration.ts'
import { accountGiven } from '../configured-accounts.ts'
import { deskOptions, openDesk } from '../registry-desk.ts'

const changes = {
  activate: flag('lets it take readings'),
  deactivate: flag('lets it take no readings'),
  meter: text(
    'account',
    'of release A: the account that writes its readings from now on; an address, or the name of a key',
  ),
  marketLookup: text(
    'address',
    'of release B: the OriginContractLookup, so that each reading mints a certificate',
  ),
  endMarket: flag('of release B: no certificates from now on'),
  addMatcher: text('account', 'of release B: an account that may match it'),
  removeMatcher: text('account', 'of release B: an account that may match it no more'),
}

/** `energyweb ledger change-asset` */
export const ledgerChangeAssetCommand = defineCommand({
  name: 'ledger change-asset',
  summary: 'Switch an asset in the registry, exchange its meter, let it mint certificates',
  description:
    "Changes one thing about an asset in a ledger's registry, in one transaction that the account of --key signs. To switch it and to exchange its meter takes an asset administrator (or the owner of a registry of our own); market lookup and matchers are for the asset's owner alone. Release B knows no exchange of a meter: there an asset keeps its account for life. What is so already costs nothing.",
  arguments: { asset: word('name of the asset in the configuration; it reports to the ledger') },
  options: { ...deskOptions, ...changes },
  examples: [
    {
      command: 'ledger change-asset roof --meter new-roof-key --ledger origin --key admin',
      description: 'lets the account of another key write the readings',
    },
    {
      command:
        'ledger change-asset roof --market-lookup 0x5FbDB2315678afecb367f032d93F642f64180aa3 --ledger origin --key roof-owner',
      description: 'lets each reading mint a certificate for its energy',
    },
  ],
  async run(input, { io, printer }) {
    const config = await openConfig(input.config, io)
    const asset = assetNamed(config, input.asset)
    const id = reportedId(config, input)
    const change = oneChange(input)
    const { place, sender } = await openDesk(config, input, { io, printer })
    const { AssetRegistry } = await import('../../ledgers/registries/index.ts')
    const registry = AssetRegistry.of(place, asset.role)
    const given = change.account && (await accountGiven(config, change.account, { io, printer }))
    const outcome = await changed(registry, { id, ...change, account: given }, sender)
    const { asset: now, transactions } = outcome
    if (transactions.length === 0) await printer.note('That is so already: nothing was sent.')
    await printer.data(
      { asset: asset.name, ledger: input.ledger, contract: registry.address, ...now, transactions },
      `asset ${id} of ${registry.name}: ${now.active ? 'active' : 'not active'}, smart meter ${now.smartMeter}${marketWords(now)}`,
    )
  },
})

type ChangeName = keyof typeof changes
interface Change {
  readonly name: ChangeName
  readonly account: string | undefined
}

function oneChange(input: { readonly [Name in ChangeName]: string | boolean | undefined }): Change {
  const names = Object.keys(changes).filter((name): name is ChangeName => name in changes)
  const [name, other] = names.filter(one => input[one] !== undefined && input[one] !== false)
  if (name === undefined || other !== undefined) {
    const all = names.map(one => flagOf(one)).join(', ')
    throw new EnergywebError(
      'argument-invalid',
      name === undefined ? `what shall be changed? Give one of ${all}` : 'one change at a time',
    )
  }
  const value = input[name]
  return { name, account: typeof value === 'string' ? value : undefined }
}

async function changed(
  registry: AssetRegistry,
  { id, name, account = '' }: Change & { readonly id: bigint },
  sender: RegistrySender,
): Promise<AssetChange> {
  const { setMarketLookup, setMatcher, updateMeter } = await import('../../ledgers/registries/index.ts')
  switch (name) {
    case 'activate':
    case 'deactivate':
      return registry.setActive(id, name === 'activate', sender)
    case 'meter':
      return updateMeter(registry, { id, smartMeter: account }, sender)
    case 'marketLookup':
      return setMarketLookup(registry, { id, lookup: account }, sender)
    case 'endMarket':
      return setMarketLookup(registry, { id, lookup: undefined }, sender)
    case 'addMatcher':
    case 'removeMatcher':
      return setMatcher(registry, { id, matcher: account, allowed: name === 'addMatcher' }, sender)
  }
}

function reportedId(
  config: ResolvedConfig,
  { asset, ledger }: { readonly asset: string; readonly ledger: string },
): bigint {
  const line = assetNamed(config, asset).report?.find(one => one.ledger === ledger)
  if (line?.assetId !== undefined) return line.assetId
  throw new EnergywebError('argument-invalid', `${asset} does not report to ${ledger.slice(0, 64)}`, {
    hint: 'Its report line says which asset of the registry it is: `ledger register-asset` shows it.',
  })
}

function marketWords({ details }: AssetChange['asset']): string {
  if (details.release === 'A') return ''
  return details.marketLookup === undefined
    ? ', mints no certificates'
    : `, mints certificates (${details.marketLookup})`
}
