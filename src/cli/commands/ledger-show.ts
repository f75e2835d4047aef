import type { ResolvedConfig } from '../../config/check-config.ts'
import { gatewayStream } from '../../core/log.ts'
import { silentLogger } from '../../core/logger.ts'
import { type AnchorLook, anchoredWords, anchorsNamed, lookAtAnchor } from '../anchor-look.ts'
import { defineCommand, optionalWord, parsed, text } from '../command.ts'
import { configOption, openConfig } from '../configuration.ts'
import { openAccount } from '../configured-key.ts'
import { isOrigin, ledgerNamed } from '../configured-registries.ts'
import { parseCount } from '../count-argument.ts'
import { exitCodes } from '../exit-codes.ts'
import type { CommandIo } from '../io.ts'
import { balanceWords, showAsset, showLedger } from '../line-show.ts'
import type { Printer } from '../printer.ts'
import { showRegistries } from '../registry-show.ts'
import { formatFields } from '../table.ts'

/** `energyweb ledger show` */
export const ledgerShowCommand = defineCommand({
  name: 'ledger show',
  summary: 'Show what the registry knows of an asset, or all of it: contracts, assets, users, our keys',
  description:
    'Looks at everything that the registry would refuse without a reason: the code at the address, the asset, its smart meter, its activity; and at the coins of our account, which pays for its readings. Ends with 1 when the registry would not take readings now. Without an asset it shows the registries of Origin that a ledger leads to: release, contracts, the newest assets, users and their roles as far as we know their accounts, and what our keys may do. With --ledger of another kind it shows that ledger: where it is, who decides there on certificates, and all that report to it. Nothing is sent.',
  arguments: {
    asset: optionalWord(
      'name of the asset in the configuration, or `gateway`: the log and its anchors; default the registries of --ledger',
    ),
  },
  options: {
    ...configOption,
    ledger: text(
      'name',
      'only this ledger; default all that the asset reports to, or that lead to registries',
    ),
    limit: parsed(
      'number',
      'without an asset: how many of the newest assets of each registry; default 20',
      parseCount,
    ),
  },
  examples: [
    { command: 'ledger show roof', description: 'shows the state of the asset roof in each of its ledgers' },
    {
      command: 'ledger show --ledger origin',
      description: 'shows contracts, assets, users and what our keys may do',
    },
    {
      command: 'ledger show --ledger certificates',
      description: 'shows an Issuer, who decides on requests, and all plants that ask there',
    },
    { command: 'ledger show gateway', description: 'shows how much of the log is anchored, and where' },
  ],
  async run({ asset: name, ledger, limit, config: given }, { io, printer }) {
    const config = await openConfig(given, io)
    if (name !== undefined && name !== gatewayStream) {
      return showAsset(config, { asset: name, ledger }, { io, printer })
    }
    const named = ledger === undefined ? undefined : ledgerNamed(config, ledger)
    if (name === gatewayStream || named?.kind === 'anchor') {
      return showAnchors(config, { ledger, io, printer })
    }
    if (ledger !== undefined && named?.kind === 'defined' && !isOrigin(named)) {
      const { definition: kind, network } = named
      return showLedger(config, { ledger, kind, network }, { io, printer })
    }
    return showRegistries(config, { ledger, limit, io, printer })
  },
})

async function showAnchors(
  config: ResolvedConfig,
  { ledger, io, printer }: { ledger: string | undefined; io: CommandIo; printer: Printer },
): Promise<number> {
  const { openNetwork } = await import('../../config/compose-ledgers.ts')
  const looks: AnchorLook[] = []
  for (const placed of anchorsNamed(config, ledger)) {
    const { address } = await openAccount(config, placed.key, { io, printer })
    const context = { log: silentLogger, environment: io.env, addSecret: io.hide }
    const network = await openNetwork(config, placed.network, context)
    looks.push(await lookAtAnchor(placed, { network, account: address }))
  }
  await printer.data(
    { asset: gatewayStream, lines: looks.map(plainAnchor) },
    looks.map(anchorForPeople).join('\n\n'),
  )
  return looks.some(({ trouble }) => trouble !== undefined) ? exitCodes.failed : exitCodes.ok
}

function plainAnchor({ newest, trouble, balance, ...rest }: AnchorLook) {
  return {
    ...rest,
    balance: String(balance),
    ready: trouble === undefined,
    state: newest === undefined ? null : { size: String(newest.size), rootStart: newest.root.slice(0, 50) },
    trouble: trouble ?? null,
  }
}

function anchorForPeople(look: AnchorLook): string {
  const { line, contract, account, log, balance, newest, trouble } = look
  return formatFields([
    ['report line', line],
    ['contract', contract],
    ['our account', account],
    ['balance', balanceWords(balance)],
    ['log', log],
    ['newest', newest === undefined ? undefined : anchoredWords(look)],
    ['root', newest === undefined || newest.size === 0n ? undefined : `${newest.root.slice(0, 50)}…`],
    ['ready', trouble === undefined ? 'yes' : `no: ${trouble.message}`],
    ['what to do', trouble?.hint],
  ])
}
