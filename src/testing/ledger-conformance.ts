/*
 * The conformance suite of ledgers, as data: what must be true of a contract and its definition, one case each, tried on a real
 * node with what goes wrong on chains. It needs no test runner.
 */

import { messageOf } from '../core/errors.ts'
import { setFaultHandler } from '../core/fault-point.ts'
import { ledgerChainCases } from './ledger-cases-chain.ts'
import { ledgerNodeCases } from './ledger-cases-node.ts'
import { ledgerRefusalCases } from './ledger-cases-refusals.ts'
import { ledgerUsualCases } from './ledger-cases-usual.ts'
import type { LedgerSubject, TriedDefinition } from './ledger-subject.ts'
import { LedgerTrial } from './ledger-trial.ts'

/** One thing that must hold. */
export interface LedgerCase {
  readonly name: string
  /** Why it can't be tried on this subject; undefined when it can. */
  unsuitable?(subject: LedgerSubject): string | undefined
  /** What was wrong; empty when nothing was. */
  run(trial: LedgerTrial): Promise<readonly string[]>
}

export interface LedgerResult {
  readonly name: string
  readonly outcome: 'ok' | 'failed' | 'skipped'
  /** What was wrong, or why it was skipped. */
  readonly detail: string
}

/** All cases of a kind of ledger. */
export function ledgerCases<Definition extends TriedDefinition>({
  doors,
}: Pick<LedgerSubject<Definition>, 'doors'>): readonly LedgerCase[] {
  return [
    ...ledgerUsualCases(doors.faultPoints),
    ...ledgerRefusalCases,
    ...ledgerNodeCases,
    ...ledgerChainCases,
  ]
}

/** Runs one case; what fails is told in the result. @throws what ends `subject.signal` */
export async function runLedgerCase<Definition extends TriedDefinition>(
  { name, unsuitable, run }: LedgerCase,
  given: LedgerSubject<Definition>,
): Promise<LedgerResult> {
  // The suite hands the definition back to the doors that it came with, and looks at nothing else of it.
  const subject = given as unknown as LedgerSubject
  const why = unsuitable?.(subject)
  if (why !== undefined) return { name, outcome: 'skipped', detail: why }
  try {
    const wrong = await run(await LedgerTrial.open(subject))
    return { name, outcome: wrong.length === 0 ? 'ok' : 'failed', detail: wrong.join('; ') }
  } catch (error) {
    given.signal?.throwIfAborted()
    return { name, outcome: 'failed', detail: messageOf(error) }
  } finally {
    setFaultHandler(undefined)
  }
}

/** Runs all cases one after the other: a minute or so. */
export async function runLedgerConformance<Definition extends TriedDefinition>(
  subject: LedgerSubject<Definition>,
  options: { onResult?: (result: LedgerResult) => void } = {},
): Promise<readonly LedgerResult[]> {
  const results: LedgerResult[] = []
  for (const one of ledgerCases(subject)) {
    subject.signal?.throwIfAborted()
    const result = await runLedgerCase(one, subject)
    results.push(result)
    options.onResult?.(result)
  }
  return results
}
