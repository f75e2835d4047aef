import type { LedgerSpending, LineStatus, NetworkStatus, NodeState, NodeStatus } from '../../core/ledger.ts'
import type { DrainEstimate } from '../drain.ts'
import { hoursToDrain } from '../drain.ts'
import type { GatewayStatus } from '../status.ts'
import type { Snapshot } from './snapshot.ts'
import type { WaitingAges } from './waiting-ages.ts'

const secondsPerHour = 3_600
const joulesPerWattHour = 3_600

interface LedgerContext {
  readonly label: (asset: string) => string
  readonly ages: WaitingAges
}

/** Measures the ledgers and their report lines. */
export function measureLedgers(
  snapshot: Snapshot,
  { ledgers, drainOf, at }: GatewayStatus,
  { label, ages }: LedgerContext,
): void {
  for (const { ledger, lines, trouble, lastTurn, spending } of ledgers) {
    snapshot.flag('ledgerTrouble', [ledger], trouble !== undefined)
    snapshot.instant('ledgerTurn', [ledger], lastTurn)
    if (spending !== undefined) measureSpending(snapshot, ledger, spending)
    for (const status of lines) {
      const [stream] = partsOfLine(status.line)
      const labels = [label(stream), ledger]
      measureLine(snapshot, labels, { ...status, drain: drainOf(status.line) })
      snapshot.add('waitingAge', labels, seconds(ages.ageOf(status, at)))
    }
  }
}

function measureSpending(
  snapshot: Snapshot,
  ledger: string,
  { network, transactions, gas, fees }: LedgerSpending,
): void {
  const outcomes = [
    ['transactions', transactions],
    ['gas', gas],
    ['fees', fees],
  ] as const
  for (const [family, amounts] of outcomes) {
    for (const [outcome, amount] of Object.entries(amounts)) {
      snapshot.add(family, [ledger, network, outcome], Number(amount))
    }
  }
}

/** The stream and the ledger of a line's name. A ledger's name has no slash. */
export function partsOfLine(line: string): readonly [stream: string, ledger: string] {
  const at = line.lastIndexOf('/')
  return [line.slice(0, at), line.slice(at + 1)]
}

function measureLine(
  snapshot: Snapshot,
  labels: readonly string[],
  line: LineStatus & { readonly drain: DrainEstimate },
): void {
  const { backlog, cursor, pending, stopped, trouble, unanswered, drain } = line
  snapshot.add('waiting', labels, backlog)
  snapshot.add('settled', labels, cursor + 1)
  for (const state of ['signed', 'sent', 'mined'] as const) {
    snapshot.add('submissions', [...labels, state], pending[state] ?? 0)
  }
  snapshot.flag('lineStopped', labels, stopped !== undefined)
  snapshot.flag('lineTrouble', labels, trouble !== undefined)
  const hours = hoursToDrain(backlog, drain)
  snapshot.add('lineDrain', labels, hours === undefined ? undefined : hours * secondsPerHour)
  snapshot.add('unanswered', labels, unanswered?.requests)
  snapshot.add('unansweredEnergy', labels, unanswered && joulesPerWattHour * Number(unanswered.energy))
}

const nodeStates: readonly NodeState[] = [
  'good',
  'unknown',
  'limited',
  'down',
  'syncing',
  'behind',
  'wrong-chain',
]

/** Measures the nodes. A node goes by its host: the rest of its address may hold a key. */
export function measureNetworks(snapshot: Snapshot, networks: readonly NetworkStatus[]): void {
  for (const { network, nodes } of networks) {
    const seen = new Map<string, number>()
    for (const node of nodes) {
      const number = (seen.get(node.node) ?? 0) + 1
      seen.set(node.node, number)
      // Two addresses of one host differ in what must not be told.
      measureNode(snapshot, [network, number === 1 ? node.node : `${node.node} #${number}`], node)
    }
  }
}

function measureNode(snapshot: Snapshot, labels: readonly string[], node: NodeStatus): void {
  for (const state of nodeStates) snapshot.flag('nodeState', [...labels, state], state === node.state)
  snapshot.flag('nodeInUse', labels, node.inUse)
  snapshot.add('nodeLatency', labels, seconds(node.latency))
  snapshot.add('nodeFailures', labels, node.failures)
  snapshot.add('nodeHead', labels, node.head === undefined ? undefined : Number(node.head))
  snapshot.add('nodeHeadAge', labels, seconds(node.headAge))
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1_000
}
