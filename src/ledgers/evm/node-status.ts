import type { NodeState, NodeStatus } from '../../core/ledger.ts'
import { againAt } from './node-choice.ts'
import type { RpcNode } from './rpc-node.ts'

/** How a node does, for people and programs. */
export function statusOf(
  node: RpcNode,
  { now, wall, inUse }: { now: number; wall: number; inUse: boolean },
): NodeStatus {
  const { name, latency, head, circuit, fault } = node
  const again = againAt(node) - now
  const state = stateOf(node, now)
  return {
    node: name,
    state,
    inUse,
    detail: fault !== undefined && state === fault.kind ? fault.text : undefined,
    again: state !== 'good' && state !== 'unknown' && again > 0 ? again : undefined,
    latency,
    failures: circuit.failures,
    head: head?.number,
    headAge: head === undefined ? undefined : Math.max(0, wall - Number(head.timestamp) * 1_000),
  }
}

function stateOf({ limitedUntil, circuit, fault, goodSince }: RpcNode, now: number): NodeState {
  if (limitedUntil > now) return 'limited'
  if (circuit.until !== undefined) return 'down'
  if (fault !== undefined) return fault.kind
  if (goodSince !== undefined) return 'good'
  return circuit.failures === undefined ? 'unknown' : 'down'
}
