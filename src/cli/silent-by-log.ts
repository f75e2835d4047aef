import type { AssetReport, StatusReport } from '../gateway/status-report.ts'

/** True for an asset whose readings only the stopped log refuses: its source is not what is wrong. */
export function isSilentByLog(
  { outage }: AssetReport,
  { logTrouble }: Pick<StatusReport, 'logTrouble'>,
): boolean {
  return logTrouble !== null && outage?.reason === 'log-io'
}
