import type { AssetReport, LedgerReport, StatusReport } from '../gateway/control-status.ts'
import { shownEnergy } from './energy-argument.ts'
import { printable } from './printable.ts'
import type { Style } from './style.ts'
import { formatTable } from './table.ts'

/** The status for people: a table of assets, one of report lines, and what is wrong. */
export function formatStatus(report: StatusReport, style: Style): string {
  const lines = report.ledgers.flatMap(ledger => ledger.lines)
  const parts = [
    formatTable(
      ['asset', 'total', 'held', 'counted until', 'entries', 'polls', 'failed'],
      report.assets.map(assetRow),
      {
        right: [1, 2, 4, 5, 6],
        heading: style.bold,
      },
    ),
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
    [
      ...report.assets.flatMap(assetTroubles),
      ...report.ledgers.flatMap(ledgerTroubles),
      ...logTroubles(report),
    ]
      .map(trouble => `${style.yellow('!')} ${printable(trouble)}`)
      .join('\n'),
  ]
  return parts.filter(part => part !== '').join('\n\n')
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

function assetTroubles({ asset, register, outage }: AssetReport): readonly string[] {
  return [
    ...(register !== null && register.heldReadings > 0
      ? [
          `${asset}: ${register.heldReadings} ${register.heldReadings === 1 ? 'reading is' : 'readings are'} held (${register.holdReason}); decide with: energyweb resolve ${asset} --help`,
        ]
      : []),
    ...(register !== null && register.debit !== '0'
      ? [
          `${asset}: ${shownEnergy(register.debit)} were counted and later revised away; new energy pays them off first`,
        ]
      : []),
    ...(outage === null ? [] : [`${asset}: silent since ${outage.since} (${outage.reason})`]),
  ]
}

function ledgerTroubles({ ledger, trouble, lines }: LedgerReport): readonly string[] {
  return [
    ...(trouble === null ? [] : [`${ledger}: ${trouble}`]),
    ...lines.flatMap(line => {
      if (line.stopped !== null) return [`${line.line} has stopped: ${line.stopped}`]
      return line.trouble === null ? [] : [`${line.line}: ${line.trouble}`]
    }),
  ]
}

function logTroubles({ logTrouble }: StatusReport): readonly string[] {
  return logTrouble === null ? [] : [`the log has stopped: ${logTrouble}`]
}
