/*
 * The conformance suite of chain nodes, as data: what a client that registers readings needs of a node, one case a need,
 * each with the node's own words in its result. It needs no test runner, and whoever has a node can send the report.
 */
import { messageOf } from '../core/errors.ts'
import { nodeBasicCases } from './node-cases-basic.ts'
import { nodeLogCases } from './node-cases-logs.ts'
import { nodeRefusalCases } from './node-cases-refusals.ts'
import { nodeTransactionCases } from './node-cases-transactions.ts'
import { NodeSession, type NodeSubject } from './node-session.ts'

/** What a case found; `skipped` says why it could not be asked. */
export type NodeFinding =
  | { readonly found: string; readonly said: string; readonly ok: boolean }
  | { readonly skipped: string }

/** One need. */
export interface NodeCase {
  readonly name: string
  /** What must be found, in a few words. */
  readonly expected: string
  run(session: NodeSession): Promise<NodeFinding>
}

export interface NodeResult {
  readonly name: string
  readonly expected: string
  /** What was found, in the client's words; the reason when it was skipped. */
  readonly found: string
  /** The node's own words. */
  readonly said: string
  readonly outcome: 'ok' | 'failed' | 'skipped'
}

/** All cases, in the order in which they build on one another. */
export const nodeCases: readonly NodeCase[] = [
  ...nodeBasicCases,
  ...nodeTransactionCases,
  ...nodeLogCases,
  ...nodeRefusalCases,
]

/**
 * Goes through all cases, one after the other; what fails is told in the results. It sends about twenty transactions and
 * deploys the registry: some 5 million gas.
 * @throws what ends `subject.signal`
 */
export async function runNodeConformance(
  subject: NodeSubject,
  options: { onResult?: (result: NodeResult) => void } = {},
): Promise<readonly NodeResult[]> {
  const session = new NodeSession(subject)
  const results: NodeResult[] = []
  for (const { name, expected, run } of nodeCases) {
    subject.signal?.throwIfAborted()
    const result = { name, expected, ...(await outcomeOf(() => run(session), subject)) }
    results.push(result)
    options.onResult?.(result)
  }
  return results
}

async function outcomeOf(
  run: () => Promise<NodeFinding>,
  { signal }: NodeSubject,
): Promise<Omit<NodeResult, 'name' | 'expected'>> {
  try {
    const finding = await run()
    if ('skipped' in finding) return { found: finding.skipped, said: '', outcome: 'skipped' }
    const { found, said, ok } = finding
    return { found, said, outcome: ok ? 'ok' : 'failed' }
  } catch (error) {
    signal?.throwIfAborted()
    return { found: 'no usable answer', said: messageOf(error), outcome: 'failed' }
  }
}
