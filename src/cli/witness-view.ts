import type { StatusReport, WitnessReport } from '../gateway/status-report.ts'
import { bad, doubtful, type Finding, good } from './doctor/finding.ts'

/** How many of the witnesses have cosigned the newest checkpoint, in a line; undefined where none are asked. */
export function witnessLine({ witnesses, quorum }: StatusReport): string | undefined {
  if (witnesses.length === 0) return undefined
  const newest = newestOf(witnesses)
  if (newest === undefined) return 'no checkpoint yet for witnesses to cosign'
  const count = witnesses.filter(({ size }) => size === newest).length
  return `the checkpoint of ${newest} entries is cosigned by ${count} of ${witnesses.length} witnesses; ${quorum} needed`
}

/** What is wrong with the witnesses. */
export function witnessTroubles({ witnesses }: Pick<StatusReport, 'witnesses'>): readonly string[] {
  return witnesses.flatMap(({ trouble, isAlarm }) =>
    trouble === null ? [] : [isAlarm ? `ALARM: ${trouble}; see docs/witnesses.md` : trouble],
  )
}

/**
 * What a doctor says of the witnesses.
 * @param with_ - names the configuration in commands that are shown, ` -c roof.yml`
 */
export function examineWitnesses(report: StatusReport, with_: string): readonly Finding[] {
  const { witnesses, quorum } = report
  const line = witnessLine(report)
  if (line === undefined) return []
  const alarms = witnesses.flatMap(({ trouble, isAlarm }) =>
    trouble !== null && isAlarm
      ? [bad(trouble, 'Stop nothing, delete nothing; read "Alarms" in docs/witnesses.md')]
      : [],
  )
  const troubles = witnesses.flatMap(({ trouble, isAlarm, at }) =>
    trouble === null || isAlarm ? [] : [doubtful(trouble, `energyweb check --live${with_}`, at)],
  )
  const willing = witnesses.length - alarms.length - troubles.length
  if (willing < quorum) return [...alarms, ...troubles, bad(line, 'See docs/witnesses.md')]
  return [...alarms, ...troubles, good(line)]
}

function newestOf(witnesses: readonly WitnessReport[]): number | undefined {
  const sizes = witnesses.flatMap(({ newest }) => newest ?? [])
  return sizes.length === 0 ? undefined : Math.max(...sizes)
}
