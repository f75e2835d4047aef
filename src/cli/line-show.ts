import type { ResolvedConfig } from '../config/check-config.ts'
import { formatEnergy, millijoulesPer } from '../core/energy.ts'
import { silentLogger } from '../core/logger.ts'
import { certificateSums, certificatesInWords, knownCertificates } from './certificate-view.ts'
import { openAccount } from './configured-key.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'
import { coins, type LineLook, lookAtLine, type PlacedLine, placedLinesOf } from './report-line-look.ts'
import { formatFields } from './table.ts'

interface ShowContext {
  readonly io: CommandIo
  readonly printer: Printer
}

/** Shows what the ledgers know of an asset, of all that it reports to or of one. Ends with 1 when one would not take readings. */
export async function showAsset(
  config: ResolvedConfig,
  { asset, ledger }: { readonly asset: string; readonly ledger: string | undefined },
  context: ShowContext,
): Promise<number> {
  const lines = placedLinesOf(config, asset, ledger)
  if (lines.length === 0) {
    const where = ledger === undefined ? '' : ` ${ledger}`
    await context.printer.data(
      { asset, lines: [] },
      `${asset} reports to no ledger${where}: give it a line under \`report:\` (\`energyweb ledger register-asset\` shows one)`,
    )
    return exitCodes.failed
  }
  const shown = await shownLines(config, lines, context)
  await context.printer.data({ asset, lines: shown.map(({ data }) => data) }, words(shown))
  return shown.every(({ isReady }) => isReady) ? exitCodes.ok : exitCodes.failed
}

/**
 * Shows a ledger whose kind was defined: where it is, and what it knows of all that report to it. Ends as `showAsset`.
 * @throws EnergywebError `ledger-not-ready` when an Issuer is none, `network-unreachable`
 */
export async function showLedger(
  config: ResolvedConfig,
  { ledger, kind, network }: { readonly ledger: string; readonly kind: string; readonly network: string },
  context: ShowContext,
): Promise<number> {
  const issuer = kind === 'issuer' ? await issuerOf(config, ledger, context) : {}
  const lines = config.assets.flatMap(({ name }) => placedLinesOf(config, name, ledger))
  const shown = await shownLines(config, lines, context)
  const head = formatFields([
    ['ledger', ledger],
    ['kind', kind],
    ['network', network],
    ...Object.entries(issuer),
    ['report lines', lines.length === 0 ? 'none' : String(lines.length)],
  ])
  const data = { ledger, kind, network, ...issuer, lines: shown.map(one => one.data) }
  await context.printer.data(data, [head, ...(shown.length === 0 ? [] : [words(shown)])].join('\n\n'))
  return shown.every(({ isReady }) => isReady) ? exitCodes.ok : exitCodes.failed
}

/** Where certificates come from, and who decides on them. */
async function issuerOf(
  config: ResolvedConfig,
  ledger: string,
  { io }: ShowContext,
): Promise<Readonly<Record<string, string>>> {
  const { openNamedIssuer } = await import('./issuer-desk.ts')
  const { place } = await openNamedIssuer(config, ledger, { io })
  const { issuer, registry, topic, owner } = place
  return { issuer, registry, topic: String(topic), decides: owner }
}

interface ShownLine {
  readonly data: object
  readonly text: string
  readonly isReady: boolean
}

const words = (shown: readonly ShownLine[]) => shown.map(({ text }) => text).join('\n\n')

async function shownLines(
  config: ResolvedConfig,
  lines: readonly PlacedLine[],
  { io, printer }: ShowContext,
): Promise<readonly ShownLine[]> {
  const { openNetwork } = await import('../config/compose-ledgers.ts')
  const known = await knownCertificates(config.data)
  const shown: ShownLine[] = []
  for (const line of lines) {
    const { address } = await openAccount(config, line.line.key, { io, printer })
    const context = { log: silentLogger, environment: io.env, addSecret: io.hide }
    const network = await openNetwork(config, line.network, context)
    const look = await lookAtLine(line, { network, account: address })
    const certificates = known(look.line)
    shown.push({
      data: { ...plain(look), certificates: certificateSums(certificates) },
      text: forPeople(look, certificatesInWords(certificates)),
      isReady: look.trouble === undefined,
    })
  }
  return shown
}

/** An account's coins, and what it means that there are none. */
export function balanceWords(balance: bigint): string {
  return balance === 0n ? 'none: where gas has a price, the account needs coins' : coins(balance)
}

function plain({ contract, state, registered, link, trouble, balance, ...rest }: LineLook) {
  const { smartMeter, owner, active } = state ?? {}
  return {
    ...rest,
    contract: contract ?? null,
    balance: String(balance),
    ready: trouble === undefined,
    state:
      registered === undefined ? null : { smartMeter, owner, active, link, wattHours: String(registered) },
    trouble: trouble ?? null,
  }
}

function forPeople(look: LineLook, certificates: string | undefined): string {
  const { line, contract, account, balance, state, registered, link, trouble } = look
  return formatFields([
    ['report line', line],
    ['contract', contract],
    ['our account', account],
    ['balance', balanceWords(balance)],
    ['asset owner', state?.owner],
    ['registered', registered === undefined ? undefined : formatEnergy(registered * millijoulesPer.Wh)],
    ['last link', link],
    ['certificates', certificates],
    ['ready', trouble === undefined ? 'yes' : `no: ${trouble.message}`],
    ['what to do', trouble?.hint],
  ])
}
