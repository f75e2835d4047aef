import { gatewayStream } from '../core/log.ts'
import { formatSize } from '../core/size.ts'
import { spanInWords } from '../core/span-in-words.ts'
import type {
  DiskReport,
  LedgerReport,
  LineReport,
  SelfCheckReport,
  StatusReport,
} from '../gateway/status-report.ts'
import { wattHours } from './issuer-view.ts'
import { shellWord } from './shell-word.ts'

/** A queue this short is every day's business: a reading takes a while until it is final. */
const everyday = 8

/** What lies ahead: how long the disk lasts, how long queues take, and when the log was last looked at. */
export function outlookLines(report: StatusReport): readonly string[] {
  const { disk, selfCheck, ledgers } = report
  return [
    ...(disk === null ? [] : [diskLine(disk)]),
    ...ledgers.flatMap(ledger => ledger.lines.flatMap(line => queueLine(line, ledger))),
    ...ledgers.flatMap(({ ledger, lines }) => lines.flatMap(line => unansweredLine(line, ledger))),
    ...ledgers.flatMap(({ lines }) => lines.flatMap(passedOverLine)),
    ...(selfCheck === null ? [] : [selfCheckLine(selfCheck)]),
  ]
}

/** `disk: 41 days left at 3.2 MB/h (12.4 GB free, 200 MB of them kept free)` */
export function diskLine({ free, keepFree, growth, hoursLeft }: DiskReport): string {
  const room = `${formatSize(free)} free, ${formatSize(keepFree)} of them kept free`
  if (free < keepFree)
    return `disk: ${formatSize(free)} free, less than the ${formatSize(keepFree)} to be kept free`
  if (growth === null || hoursLeft === null) return `disk: ${room}; how long that lasts is known after 5 min`
  if (hoursLeft < 0) return `disk: ${room}; the log does not grow`
  return `disk: ${spanInWords(hoursLeft)} left at ${formatSize(growth)}/h (${room})`
}

/** Says what was there at the check: the log has grown since. */
function selfCheckLine({ at, size, verified }: SelfCheckReport): string {
  if (size === 0) return `log: empty when it was last checked, ${at}`
  if (verified === size) return `log: all ${number(size)} entries were good when last checked, ${at}`
  return `log: the newest ${number(verified)} of ${number(size)} entries were good when last checked, ${at}`
}

function queueLine(
  { line, backlog, stopped, drain }: LineReport,
  { trouble }: LedgerReport,
): readonly string[] {
  if (backlog <= everyday) return []
  // One anchor takes them all at once.
  if (line.startsWith(`${gatewayStream}/`) && stopped === null) return []
  const waiting = `${line}: ${number(backlog)} entries wait`
  if (stopped !== null)
    return [`${waiting} until the line is let go on${timeOf(drain.hours, ', then about ')}`]
  const once = trouble === null ? '' : ' once the chain is back'
  if (drain.hours === null) return [`${waiting}; how long that takes is known when a part is worked off`]
  if (drain.hours < 0) return [`${waiting}, and more come than the chain takes`]
  return [`${waiting}, about ${spanInWords(drain.hours)}${once}`]
}

/** What an issuer has not decided, or has revoked: its own desk tells which. */
function unansweredLine({ line, unanswered }: LineReport, ledger: string): readonly string[] {
  if (unanswered === null || unanswered.requests === 0) return []
  const { requests, energy } = unanswered
  const asked = `${number(requests)} ${requests === 1 ? 'request' : 'requests'} over ${wattHours(BigInt(energy))}`
  const command = `energyweb certificate ls --ledger ${shellWord(ledger)}`
  return [`${line}: no certificate was issued for ${asked}; see: ${command}`]
}

function passedOverLine({ line, passedOver }: LineReport): readonly string[] {
  if (passedOver === null) return []
  const { contents, reason } = passedOver
  return [
    `${line}: ${number(contents)} ${contents === 1 ? 'content is' : 'contents are'} never given: ${reason}`,
  ]
}

function timeOf(hours: number | null, before: string): string {
  return hours === null || hours < 0 ? '' : `${before}${spanInWords(hours)}`
}

function number(count: number): string {
  return count.toLocaleString('en-US')
}
