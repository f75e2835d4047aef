import type { AssetReport, LedgerReport, StatusReport } from '../../gateway/status-report.ts'
import { examineEvidenceKey } from '../evidence-key-view.ts'
import { examineRemoteLog } from '../remote-log-view.ts'
import { shellWord } from '../shell-word.ts'
import { isSilentByLog } from '../silent-by-log.ts'
import { diskLine } from '../status-outlook.ts'
import { examineWitnesses } from '../witness-view.ts'
import { bad, doubtful, type Finding, good } from './finding.ts'

export interface GatewaySeen {
  readonly running: boolean
  readonly report: StatusReport
  /** As it was named on the command line, for commands that are shown. */
  readonly config: string | undefined
}

/** More than this many alike are told as one. */
const mostAlike = 5
/** A disk that is full sooner than this needs somebody. */
const fewHours = 7 * 24

/** What the gateway, or its log, tells of itself. */
export function examineGateway({ running, report, config }: GatewaySeen): readonly Finding[] {
  const with_ = config === undefined ? '' : ` -c ${shellWord(config)}`
  const { process: runs } = report
  return [
    running
      ? good(`the gateway runs${runs === null ? '' : `, process ${runs.pid}, since ${runs.since}`}`)
      : doubtful('no gateway runs on this data folder', 'systemctl start energyweb, or: energyweb run'),
    ...(report.logTrouble === null ? [] : [stoppedLog(report.logTrouble, { report, with_ })]),
    ...(report.clockTrouble === null
      ? []
      : [bad(report.clockTrouble, 'timedatectl; see docs/operations.md')]),
    ...disk(report),
    ...alike(
      report.assets.filter(asset => !isSilentByLog(asset, report)).flatMap(asset => silence(asset, with_)),
      'more assets are silent',
      with_,
    ),
    ...alike(
      report.assets.flatMap(asset => held(asset, with_)),
      'more assets have held readings',
      with_,
    ),
    ...report.ledgers.flatMap(ledger => ledgerFindings(ledger, with_)),
    ...examineEvidenceKey(report),
    ...keys(report),
    ...examineWitnesses(report, with_),
    ...examineRemoteLog(report, with_),
  ]
}

function keys({ keys: seen, evidenceKey }: StatusReport): readonly Finding[] {
  return seen.flatMap(({ key, state, since, trouble }) =>
    key !== evidenceKey?.name && (state === 'away' || state === 'refused')
      ? [
          bad(
            `key ${key} can't sign: ${trouble}`,
            'What it has to sign waits; see docs/hardware-keys.md',
            since,
          ),
        ]
      : [],
  )
}

function stoppedLog(trouble: string, { report, with_ }: { report: StatusReport; with_: string }): Finding {
  const [since] = report.assets
    .flatMap(asset => (isSilentByLog(asset, report) ? (asset.outage?.since ?? []) : []))
    .sort()
  return bad(`no reading is kept: ${trouble}`, `Look at the disk; energyweb log check${with_}`, since)
}

function disk({ disk: seen }: StatusReport): readonly Finding[] {
  if (seen === null) return []
  const line = diskLine(seen)
  if (seen.free < seen.keepFree) return [bad(line, 'Make room: see "The disk" in docs/operations.md')]
  const soon = seen.hoursLeft !== null && seen.hoursLeft >= 0 && seen.hoursLeft < fewHours
  return [soon ? doubtful(line, 'Make room, or use a larger disk.') : good(line)]
}

function silence({ asset, outage }: AssetReport, with_: string): readonly Finding[] {
  if (outage === null) return []
  const remedy = `energyweb read ${shellWord(asset)}${with_}`
  return [bad(`${asset} gives no readings (${outage.reason})`, remedy, outage.since)]
}

function held({ asset, register }: AssetReport, with_: string): readonly Finding[] {
  if (register === null || register.heldReadings === 0) return []
  const { heldReadings, holdReason, since } = register
  const what = `${asset}: ${heldReadings} ${heldReadings === 1 ? 'reading is' : 'readings are'} held (${holdReason}); nothing is counted meanwhile`
  const remedy = `energyweb log ls --asset ${shellWord(asset)}${with_}, then energyweb resolve ${shellWord(asset)} --help`
  return [bad(what, remedy, since)]
}

function ledgerFindings(
  { ledger, trouble, lines, lastTurn }: LedgerReport,
  with_: string,
): readonly Finding[] {
  const stopped = lines.flatMap(({ line, stopped: why }) => {
    if (why === null) return []
    const asset = line.slice(0, -ledger.length - 1)
    const remedy = `Remove the cause, then: energyweb ledger resume ${shellWord(asset)} --ledger ${shellWord(ledger)}${with_}`
    return [bad(`${line} has stopped: ${why}`, remedy)]
  })
  const retried = lines.flatMap(({ line, trouble: why, stopped: at }) =>
    why === null || at !== null ? [] : [doubtful(`${line} tries again: ${why}`)],
  )
  const waiting = lines.reduce((sum, { backlog }) => sum + backlog, 0)
  return [
    ...(trouble === null
      ? []
      : [bad(`${ledger} stands still: ${trouble}`, `energyweb check --live${with_}`, lastTurn)]),
    ...alike(stopped, 'more report lines have stopped', with_),
    ...alike(retried, 'more report lines try again', with_),
    ...(trouble === null && stopped.length === 0 && retried.length === 0
      ? [good(`${ledger}: ${lines.length} report lines, ${waiting} entries wait`)]
      : []),
  ]
}

/** The first few, and how many are left out. */
function alike(findings: readonly Finding[], what: string, with_: string): readonly Finding[] {
  const [first] = findings
  const rest = findings.length - mostAlike
  if (first === undefined || rest <= 0) return findings
  const more = { grade: first.grade, what: `${rest} ${what}`, remedy: `energyweb status${with_}` }
  return [...findings.slice(0, mostAlike), more]
}
