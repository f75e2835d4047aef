import { formatSize } from '../core/size.ts'
import type { DestinationReport, StatusReport } from '../gateway/status-report.ts'
import { doubtful, type Finding, good } from './doctor/finding.ts'

type WithRemoteLog = Pick<StatusReport, 'remoteLog'>

/** How the messages stand that leave the box: a line a destination. */
export function remoteLogLines({ remoteLog }: WithRemoteLog): readonly string[] {
  return (remoteLog?.destinations ?? []).map(destinationLine)
}

function destinationLine(report: DestinationReport): string {
  const { destination, waiting, oldest, delivered, deliveredAt, shed, refused } = report
  const wait = waiting === 0 ? 'none wait' : `${number(waiting)} wait, the oldest of ${oldest}`
  const sent = deliveredAt === null ? 'none sent yet' : `${number(delivered)} sent, the last ${deliveredAt}`
  const lost = [
    ...(shed === 0 ? [] : [`${number(shed)} given up for lack of room`]),
    ...(refused === 0 ? [] : [`${number(refused)} refused there`]),
  ]
  return [`messages to ${destination}: ${wait}; ${sent}`, ...lost].join('; ')
}

/** What is wrong with them. */
export function remoteLogTroubles({ remoteLog }: WithRemoteLog): readonly string[] {
  if (remoteLog === null) return []
  return [
    ...(remoteLog.trouble === null ? [] : [`messages wait in memory, not on the disk: ${remoteLog.trouble}`]),
    ...remoteLog.destinations.flatMap(({ destination, trouble }) =>
      trouble === null ? [] : [`messages do not get to ${destination}: ${trouble}`],
    ),
  ]
}

/**
 * What a doctor says of them: readings don't hang on it, hence nothing of it is more than doubtful.
 * @param with_ - names the configuration in commands that are shown, ` -c roof.yml`
 */
export function examineRemoteLog(report: WithRemoteLog, with_: string): readonly Finding[] {
  const { remoteLog } = report
  if (remoteLog === null) return []
  const { bytes, cap, destinations } = remoteLog
  const isFull = bytes !== null && cap !== null && bytes > cap * 0.9
  return [
    ...remoteLogTroubles(report).map(trouble => doubtful(trouble, `energyweb check --live${with_}`)),
    ...(isFull
      ? [doubtful(`the spool of messages is nearly full: ${formatSize(bytes)} of ${formatSize(cap)}`)]
      : []),
    ...destinations.flatMap(one => (one.trouble === null ? [good(destinationLine(one))] : [])),
  ]
}

function number(value: number): string {
  return value.toLocaleString('en')
}
