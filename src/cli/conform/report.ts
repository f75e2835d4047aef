import type { NodeResult } from '../../testing/node-conformance.ts'
import { printable } from '../printable.ts'
import { formatTable } from '../table.ts'

/** What a run of the suite found. It holds nothing secret: no address of the node, no key, no account. */
export interface ConformReport {
  readonly energyweb: string
  /** What the node calls itself. */
  readonly client: string
  readonly chainId: string
  readonly at: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly results: readonly NodeResult[]
}

const count = (results: readonly NodeResult[], outcome: NodeResult['outcome']) =>
  results.filter(result => result.outcome === outcome).length

export function conformReport(
  face: Pick<ConformReport, 'energyweb' | 'client' | 'chainId' | 'at'>,
  results: readonly NodeResult[],
  hidden: readonly string[],
): ConformReport {
  return {
    ...face,
    passed: count(results, 'ok'),
    failed: count(results, 'failed'),
    skipped: count(results, 'skipped'),
    results: results.map(result => ({ ...result, said: withoutAll(result.said, hidden) })),
  }
}

/** A node, or what stands before it, may repeat its own address in an error. */
function withoutAll(text: string, hidden: readonly string[]): string {
  return hidden.reduce((left, part) => left.replaceAll(part, '…'), text)
}

/** The parts of an address that must not go into a report; short ones would blot out words. */
export function partsOf(address: string): readonly string[] {
  const { href, host, hostname, pathname, search, username, password } = new URL(address)
  const parts = [href, host, hostname, username, password, search, ...pathname.split('/'), pathname]
  return parts.filter(part => part.length >= 6).sort((a, b) => b.length - a.length)
}

const marks = { ok: 'ok', failed: 'FAILED', skipped: 'skipped' } as const

export function formatReport({ client, chainId, results, passed, failed, skipped }: ConformReport): string {
  const rows = results.map(({ name, expected, found, said, outcome }) => [
    marks[outcome],
    name,
    outcome === 'failed' ? `${found} (expected: ${expected})` : found,
    printable(said).replaceAll('\n', ' '),
  ])
  return [
    `${client} on chain ${chainId}`,
    '',
    formatTable(['', 'case', 'found', 'the node said'], rows),
    '',
    `${passed} ok, ${failed} failed, ${skipped} skipped`,
  ].join('\n')
}
