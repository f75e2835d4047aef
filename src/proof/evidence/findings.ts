import type { FindingCode } from './finding-codes.ts'
import type { Finding, StepName, VerificationStep } from './verification.ts'

/** Where in the file something stands. */
export interface Place {
  readonly segment?: number
  readonly sequence?: number
}

/** Place of an entry. */
export function placeOf({ segment, sequence }: Required<Place>): Place {
  return { segment, sequence }
}

/** Something is false. */
export function refutes(code: FindingCode, text: string, place: Place = {}): Finding {
  return { code, effect: 'refutes', text, ...place }
}

/** Something is not decided, and must be for a proof. */
export function leavesOpen(code: FindingCode, text: string, place: Place = {}): Finding {
  return { code, effect: 'leaves-open', text, ...place }
}

/** Something should be known and changes no verdict. */
export function note(code: FindingCode, text: string, place: Place = {}): Finding {
  return { code, effect: 'note', text, ...place }
}

/** A step that came to these findings; `text` is what it says when nothing speaks against it. */
export function stepOf(name: StepName, findings: readonly Finding[], text: string): VerificationStep {
  const worst =
    findings.find(({ effect }) => effect === 'refutes') ??
    findings.find(({ effect }) => effect === 'leaves-open')
  if (worst === undefined) return { name, state: 'holds', text, findings }
  const others = findings.filter(({ effect }) => effect === worst.effect).length - 1
  const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'finding' : 'findings'})`
  return {
    name,
    state: worst.effect === 'refutes' ? 'false' : 'open',
    text: `${worst.text}${more}`,
    findings,
  }
}

/** A step of which there is nothing in the file, and nothing is needed. */
export function absentStep(name: StepName, text: string): VerificationStep {
  return { name, state: 'absent', text, findings: [] }
}

/** A step that could not be taken. */
export function undecidedStep(name: StepName, why: string): VerificationStep {
  return stepOf(name, [leavesOpen('not-decided', `Not looked at: ${why}.`)], '')
}
