import { formatEnergy, millijoulesPer } from '../../core/energy.ts'
import { silentLogger } from '../../core/logger.ts'
import { defineCommand, text, word } from '../command.ts'
import { configOption, openConfig } from '../configuration.ts'
import { openAccount } from '../configured-key.ts'
import { exitCodes } from '../exit-codes.ts'
import { coins, type LineLook, lookAtLine, placedLinesOf } from '../report-line-look.ts'
import { formatFields } from '../table.ts'

/** `energyweb ledger show` */
export const ledgerShowCommand = defineCommand({
  name: 'ledger show',
  summary: 'Show what the registry knows of an asset, and what is missing',
  description:
    'Looks at everything that the registry would refuse without a reason: the code at the address, the asset, its smart meter, its activity; and at the coins of our account, which pays for its readings. Nothing is sent. Ends with 1 when the registry would not take readings now.',
  arguments: { asset: word('name of the asset in the configuration') },
  options: {
    ...configOption,
    ledger: text('name', 'only this ledger; default all that the asset reports to'),
  },
  examples: [
    { command: 'ledger show roof', description: 'shows the state of the asset roof in each of its ledgers' },
  ],
  async run({ asset: name, ledger, config: given }, { io, printer }) {
    const config = await openConfig(given, io)
    const lines = placedLinesOf(config, name, ledger)
    if (lines.length === 0) {
      await printer.data(
        { asset: name, lines: [] },
        `${name} reports to no ledger${ledger === undefined ? '' : ` ${ledger}`}`,
      )
      return exitCodes.failed
    }
    const { openNetwork } = await import('../../config/compose-ledgers.ts')
    const shown: LineLook[] = []
    for (const line of lines) {
      const { address } = await openAccount(config, line.line.key, { io, printer })
      const network = await openNetwork(config, line.network, {
        log: silentLogger,
        environment: io.env,
        addSecret: io.hide,
      })
      shown.push(await lookAtLine(line, { network, account: address }))
    }
    await printer.data(
      { asset: name, lines: shown.map(plain) },
      shown.map(one => forPeople(one)).join('\n\n'),
    )
    return shown.some(({ trouble }) => trouble !== undefined) ? exitCodes.failed : exitCodes.ok
  },
})

function plain({ state, trouble, balance, ...rest }: LineLook) {
  const { smartMeter, owner, active, link } = state ?? {}
  return {
    ...rest,
    balance: String(balance),
    ready: trouble === undefined,
    state:
      state === undefined ? null : { smartMeter, owner, active, link, wattHours: String(state.lastRead) },
    trouble: trouble ?? null,
  }
}

function forPeople({ line, contract, account, balance, state, trouble }: LineLook): string {
  return formatFields([
    ['report line', line],
    ['contract', contract],
    ['our account', account],
    ['balance', balance === 0n ? 'none: where gas has a price, the account needs coins' : coins(balance)],
    ['asset owner', state?.owner],
    ['registered', state === undefined ? undefined : formatEnergy(state.lastRead * millijoulesPer.Wh)],
    ['last link', state?.link],
    ['ready', trouble === undefined ? 'yes' : `no: ${trouble.message}`],
    ['what to do', trouble?.hint],
  ])
}
