import { formatMass } from '../core/mass.ts'
import type { AssetReport, LedgerReport, StatusReport } from '../gateway/status-report.ts'
import { stoppedLog } from '../gateway/stopped-log.ts'
import { shownEnergy } from './energy-argument.ts'
import { evidenceKeyLine, evidenceKeyTroubles } from './evidence-key-view.ts'
import { networkLine } from './network-view.ts'
import { printable } from './printable.ts'
import { remoteLogLines, remoteLogTroubles } from './remote-log-view.ts'
import { shellWord } from './shell-word.ts'
import { isSilentByLog } from './silent-by-log.ts'
import { outlookLines } from './status-outlook.ts'
import type { Style } from './style.ts'
import { formatTable } from './table.ts'
import { witnessLine, witnessTroubles } from './witness-view.ts'
import { wrapped } from './wrapped.ts'

export interface StatusView {
  readonly style: Style
  /** The configuration as it was named on the command line: the commands that are shown name it too. */
  readonly config: string | undefined
  /** Characters in a line, where a person looks on; undefined leaves lines as long as they are. */
  readonly columns?: number | undefined
}

/** The status for people: a table of assets, one of report lines, and what is wrong. */
export function formatStatus(report: StatusReport, { style, config, columns }: StatusView): string {
  const lines = report.ledgers.flatMap(ledger => ledger.lines)
  const parts = [
    assetTable(report.assets, style),
    lines.length === 0
      ? ''
      : formatTable(
          ['report line', 'waiting', 'under way', 'state'],
          lines.map(({ line, backlog, pending, stopped, trouble }) => [
            line,
            String(backlog),
            Object.entries(pending)
              .map(([state, count]) => `${count} ${state}`)
              .join(', ') || '-',
            stopped === null ? (trouble === null ? 'ok' : 'retrying') : 'stopped',
          ]),
          { right: [1], heading: style.bold },
        ),
    report.networks.map(network => folded(printable(networkLine(network)), columns)).join('\n'),
    [
      ...outlookLines(report),
      ...remoteLogLines(report).map(printable),
      ...[evidenceKeyLine(report) ?? []].flat(),
      ...[witnessLine(report) ?? []].flat(),
    ]
      .map(line => folded(line, columns))
      .join('\n'),
    [
      ...logTroubles(report),
      ...report.assets.filter(asset => !isSilentByLog(asset, report)).flatMap(assetTroubles),
      ...report.ledgers.flatMap(ledger => ledgerTroubles(ledger, config)),
      ...evidenceKeyTroubles(report),
      ...keyTroubles(report),
      ...witnessTroubles(report),
      ...remoteLogTroubles(report),
    ]
      .map(trouble => `${style.yellow('!')} ${folded(printable(trouble), columns)}`)
      .join('\n'),
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

/** On a terminal a sentence goes on below its beginning; one with a command stays whole, so that it can be copied. */
function folded(sentence: string, columns: number | undefined): string {
  if (columns === undefined || sentence.includes('energyweb ')) return sentence
  return wrapped(sentence, columns - 2).join('\n  ')
}

/** The column of CO2 is there when any asset counts it. */
function assetTable(assets: readonly AssetReport[], style: Style): string {
  const withCarbon = assets.some(({ carbon }) => carbon !== null)
  const heads = ['asset', 'total', 'held', 'counted until', 'entries', 'polls', 'failed']
  return formatTable(
    withCarbon ? [...heads, 'CO2'] : heads,
    assets.map(asset => (withCarbon ? [...assetRow(asset), carbonCell(asset)] : assetRow(asset))),
    { right: withCarbon ? [1, 2, 4, 5, 6, 7] : [1, 2, 4, 5, 6], heading: style.bold },
  )
}

function carbonCell({ carbon }: AssetReport): string {
  if (carbon === null || carbon.total === null) return '-'
  return `${formatMass(BigInt(carbon.total))} ${carbon.basis}`
}

function assetRow({ asset, register, polls, failures }: AssetReport): readonly string[] {
  return [
    asset,
    register === null ? '-' : shownEnergy(register.total),
    register === null || register.heldReadings === 0 ? '-' : shownEnergy(register.held),
    register?.since ?? '-',
    String(register?.entries ?? 0),
    polls === null ? '-' : String(polls),
    failures === null ? '-' : String(failures),
  ]
}

function assetTroubles({ asset, register, outage, carbon }: AssetReport): readonly string[] {
  return [
    ...(register !== null && register.heldReadings > 0
      ? [
          `${asset}: ${register.heldReadings} ${register.heldReadings === 1 ? 'reading is' : 'readings are'} held (${register.holdReason}); decide with: energyweb resolve ${shellWord(asset)} --help`,
        ]
      : []),
    ...(register !== null && register.debit !== '0'
      ? [
          `${asset}: ${shownEnergy(register.debit)} were counted and later revised away; new energy pays them off first`,
        ]
      : []),
    ...(outage === null ? [] : [`${asset}: silent since ${outage.since} (${outage.reason})`]),
    ...(carbon === null || carbon.trouble === null ? [] : [`${asset}: CO2: ${carbon.trouble}`]),
    ...(carbon === null || carbon.missing === 0
      ? []
      : [
          `${asset}: the CO2 of ${carbon.missing} ${carbon.missing === 1 ? 'entry is' : 'entries is'} missing; it is filled in when the factor is there`,
        ]),
  ]
}

function ledgerTroubles(
  { ledger, trouble, lines }: LedgerReport,
  config: string | undefined,
): readonly string[] {
  return [
    ...(trouble === null ? [] : [`${ledger}: ${trouble}`]),
    ...lines.flatMap(line => {
      if (line.stopped !== null) {
        const command = resumeCommand(line.line, ledger, config)
        return [
          `${line.line} has stopped: ${line.stopped}\n  when the cause is removed, let it go on with: ${command}`,
        ]
      }
      return line.trouble === null ? [] : [`${line.line}: ${line.trouble}`]
    }),
  ]
}

const keyWords = { away: 'can not sign now', refused: 'can not sign until somebody mends it' } as const

/** A key that waits only for its first use is no trouble; the evidence key has a line of its own, once it was to sign. */
function keyTroubles({ keys, evidenceKey }: StatusReport): readonly string[] {
  const told = evidenceKey?.trouble == null ? undefined : evidenceKey.name
  return keys.flatMap(({ key, state, since, trouble, exchanged }) => [
    ...(key !== told && (state === 'away' || state === 'refused')
      ? [`key ${key} ${keyWords[state]}, since ${since}: ${trouble ?? 'it does not say why'}`]
      : []),
    ...(exchanged === null ? [] : [exchanged]),
  ])
}

/** Ready to be typed: a line is `<asset>/<ledger>`, and the name of an asset may have spaces. */
function resumeCommand(line: string, ledger: string, config: string | undefined): string {
  const asset = line.slice(0, -ledger.length - 1)
  const words = ['energyweb', 'ledger', 'resume', asset, '--ledger', ledger]
  return [...words, ...(config === undefined ? [] : ['-c', config])].map(shellWord).join(' ')
}

function logTroubles({ logTrouble, clockTrouble, disk }: StatusReport): readonly string[] {
  const diskTrouble = disk?.trouble ?? null
  return [
    ...(logTrouble === null ? [] : [stoppedLog(logTrouble)]),
    ...(clockTrouble === null ? [] : [clockTrouble]),
    ...(diskTrouble === null ? [] : [`disk: ${diskTrouble}; see docs/operations.md`]),
  ]
}
