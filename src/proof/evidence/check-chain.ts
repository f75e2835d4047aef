import type { EvidenceSegment } from './evidence.ts'
import { refutes, stepOf } from './findings.ts'
import type { RebuiltEntry } from './rebuilt-entry.ts'
import type { Finding, VerificationStep } from './verification.ts'

/**
 * Entries within a segment follow one another by their very form. What is left is that segments of one stream have no entry in
 * common, that neighbours go on from one another, and that they stand in the log in the order of their stream.
 */
export function checkChain(
  segments: readonly EvidenceSegment[],
  rebuilt: readonly (readonly RebuiltEntry[])[],
): VerificationStep {
  const sorted = segments
    .map((segment, number) => ({ segment, number, last: segment.first + segment.entries.length - 1 }))
    .sort((a, b) =>
      a.segment.stream === b.segment.stream
        ? a.segment.first - b.segment.first
        : a.segment.stream < b.segment.stream
          ? -1
          : 1,
    )
  const findings = sorted.flatMap((later, i): readonly Finding[] => {
    const place = { segment: later.number, sequence: later.segment.first }
    const earlier = sorted[i - 1]
    if (later.segment.inclusion.index < later.last) {
      const text = `Entry ${later.last} of its stream can't be number ${later.segment.inclusion.index} of the log.`
      return [refutes('segments-contradict', text, place)]
    }
    if (earlier === undefined || earlier.segment.stream !== later.segment.stream) return []
    if (later.segment.first <= earlier.last) {
      return [
        refutes(
          'segments-overlap',
          `Segments ${earlier.number} and ${later.number} both hold entry ${later.segment.first}.`,
          place,
        ),
      ]
    }
    const leaf = rebuilt[earlier.number]?.at(-1)?.leaf
    const joined =
      later.segment.first > earlier.last + 1 || leaf === undefined || leaf === later.segment.previous
    const apart = later.segment.inclusion.index - earlier.segment.inclusion.index >= later.last - earlier.last
    return joined && apart
      ? []
      : [
          refutes(
            'segments-contradict',
            `Segment ${later.number} does not go on from segment ${earlier.number}.`,
            place,
          ),
        ]
  })
  const count = segments.reduce((sum, { entries }) => sum + entries.length, 0)
  return stepOf(
    'chain',
    findings,
    `Each of the ${count} entries carries the hash of the one before it in its stream, in ${segments.length} unbroken ${segments.length === 1 ? 'segment' : 'segments'}.`,
  )
}
