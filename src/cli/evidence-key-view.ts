import type { StatusReport } from '../gateway/status-report.ts'
import { bad, doubtful, type Finding, good } from './doctor/finding.ts'

type Report = Pick<StatusReport, 'evidenceKey'>

/** How far the evidence key has signed, in a line; undefined where there is none. */
export function evidenceKeyLine({ evidenceKey }: Report): string | undefined {
  if (evidenceKey === null) return undefined
  const { name, size, awaySince, readings } = evidenceKey
  const checkpoint =
    size === null
      ? 'has signed no checkpoint of this run yet'
      : `has signed the checkpoint of ${size} entries`
  const signed = readings === null ? checkpoint : `${checkpoint}${readingsInWords(readings)}`
  return awaySince === null
    ? `the evidence key ${name} ${signed}`
    : `the evidence key ${name} is away since ${awaySince}; it ${signed}`
}

function readingsInWords({ signed, waiting }: { signed: number; waiting: number | null }): string {
  const left = waiting === null || waiting === 0 ? '' : `; ${waiting} wait`
  return ` and ${signed} ${signed === 1 ? 'reading' : 'readings'} one by one${left}`
}

/** Why the evidence key does not sign. */
export function evidenceKeyTroubles({ evidenceKey }: Report): readonly string[] {
  if (evidenceKey === null || evidenceKey.trouble === null) return []
  const { name, trouble, awaySince } = evidenceKey
  return awaySince === null
    ? [`the evidence key ${name} does not sign: ${trouble}`]
    : [`the evidence key ${name} is away since ${awaySince}: ${trouble}`]
}

/** What a doctor says of the evidence key. */
export function examineEvidenceKey(report: Report): readonly Finding[] {
  const line = evidenceKeyLine(report)
  if (line === undefined) return []
  const [trouble] = evidenceKeyTroubles(report)
  if (trouble === undefined) return [good(line)]
  const hint = 'Checkpoints go on under the log key alone; see "Two keys" in docs/hardware-keys.md'
  return [report.evidenceKey?.awaySince === null ? bad(trouble, hint) : doubtful(trouble, hint)]
}
