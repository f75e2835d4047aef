import type { ResolvedConfig } from '../../config/check-config.ts'
import { formatEnergy, millijoulesPer } from '../../core/energy.ts'
import { isEnergywebError } from '../../core/errors.ts'
import type { ReportLine } from '../../core/ledger.ts'
import { silentLogger } from '../../core/logger.ts'
import type { AssetGeneral } from '../../ledgers/origin-a/calls.ts'
import { defineCommand, text, word } from '../command.ts'
import { assetNamed, configOption, openConfig } from '../configuration.ts'
import { openAccount } from '../configured-key.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatFields } from '../table.ts'

/** What a registry knows of one report line. */
interface Shown {
  readonly line: string
  readonly contract: string
  readonly account: string
  /** What the account pays with, in wei. */
  readonly balance: bigint
  readonly state: AssetGeneral | undefined
  /** What stands in the way of readings; undefined when nothing does. */
  readonly trouble: { readonly message: string; readonly hint: string | undefined } | undefined
}

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
    const lines = linesOf(config, name, ledger)
    if (lines.length === 0) {
      await printer.data(
        { asset: name, lines: [] },
        `${name} reports to no ledger${ledger === undefined ? '' : ` ${ledger}`}`,
      )
      return exitCodes.failed
    }
    const shown: Shown[] = []
    for (const line of lines) {
      const { address } = await openAccount(config, line.line.key, { io, printer })
      shown.push(await look(config, line, address))
    }
    await printer.data(
      { asset: name, lines: shown.map(plain) },
      shown.map(one => forPeople(one)).join('\n\n'),
    )
    return shown.some(({ trouble }) => trouble !== undefined) ? exitCodes.failed : exitCodes.ok
  },
})

interface PlacedLine {
  readonly ledger: string
  readonly network: string
  readonly contract: string
  readonly line: ReportLine
}

function linesOf(config: ResolvedConfig, name: string, only: string | undefined): readonly PlacedLine[] {
  const { role, report = [] } = assetNamed(config, name)
  return report.flatMap(({ ledger, assetId, key }) => {
    const { network, producing, consuming } = config.ledgers?.[ledger] ?? {}
    const contract = role === 'producer' ? producing : consuming
    if (network === undefined || contract === undefined || (only !== undefined && only !== ledger)) return []
    return [
      { ledger, network, contract, line: { name: `${name}/${ledger}`, stream: name, role, assetId, key } },
    ]
  })
}

async function look(
  config: ResolvedConfig,
  { ledger, network: networkName, contract, line }: PlacedLine,
  account: string,
): Promise<Shown> {
  const { openNetwork } = await import('../../config/compose-ledgers.ts')
  const { checkAsset } = await import('../../ledgers/origin-a/check.ts')
  const { quantityOf } = await import('../../ledgers/evm/answers.ts')
  const network = await openNetwork(config, networkName, silentLogger)
  await network.ready()
  const balance = quantityOf(await network.call('eth_getBalance', [account, 'latest']), 'balance')
  const common = { line: line.name, contract, account, balance }
  try {
    const state = await checkAsset({ network, ledger, line, contract, account })
    return { ...common, state, trouble: undefined }
  } catch (error) {
    if (!isEnergywebError(error, 'ledger-not-ready')) throw error
    return { ...common, state: undefined, trouble: { message: error.message, hint: error.hint } }
  }
}

function plain({ state, trouble, balance, ...rest }: Shown) {
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

function forPeople({ line, contract, account, balance, state, trouble }: Shown): string {
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

/** Wei as the coins that wallets show, rounded down to a millionth. */
function coins(wei: bigint): string {
  const millionths = wei / 10n ** 12n
  const whole = millionths / 1_000_000n
  return `${whole}.${String(millionths % 1_000_000n).padStart(6, '0')} coins`
}
