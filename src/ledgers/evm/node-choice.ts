import type { RpcNode } from './rpc-node.ts'

/** A node named earlier takes over again only after it was good for so long, or the gateway would go to and fro. */
const settledAfter = 120_000
/** What a node showed longer ago says nothing about another one. */
const remembered = 600_000
/** A newest block so many seconds older than that of another node: one of the two is behind. */
const mostBehind = 30n

/**
 * In which order nodes are asked: the one in use while it is good, else those that are good as they were named; then, as
 * nobody must be left without anyone to ask, those that were not, the one whose time comes first in front, and at the
 * end those that want no requests.
 */
export function inOrder(
  nodes: readonly RpcNode[],
  { current, now }: { current: RpcNode | undefined; now: number },
): readonly RpcNode[] {
  const good = nodes.filter(node => isGood(node, now))
  const rest = nodes
    .filter(node => !good.includes(node))
    .sort((a, b) => Number(a.limitedUntil > now) - Number(b.limitedUntil > now) || againAt(a) - againAt(b))
  if (current === undefined || !good.includes(current)) return [...good, ...rest]
  const before = good.slice(0, good.indexOf(current))
  const first = before.find(node => now - (node.goodSince ?? now) >= settledAfter) ?? current
  return [first, ...good.filter(node => node !== first), ...rest]
}

function isGood({ circuit, fault, limitedUntil }: RpcNode, now: number): boolean {
  // A circuit whose time is over is tested by a probe before anything hangs on it.
  return limitedUntil <= now && circuit.until === undefined && (fault === undefined || now >= fault.until)
}

/** Monotonic milliseconds when a node may be asked again; in the past where it may be asked now. */
export function againAt({ circuit, fault, limitedUntil }: RpcNode): number {
  return Math.max(circuit.until ?? 0, fault?.until ?? 0, limitedUntil)
}

/** How many seconds a node's newest block is older than the newest that another one has shown; undefined: not behind. */
export function secondsBehind(node: RpcNode, nodes: readonly RpcNode[], now: number): bigint | undefined {
  const { head } = node
  if (head === undefined) return undefined
  let most = 0n
  for (const other of nodes) {
    if (other === node || other.head === undefined || now - other.head.at > remembered) continue
    if (other.fault?.kind === 'wrong-chain' || other.head.number <= head.number) continue
    const behind = other.head.timestamp - head.timestamp
    if (behind > most) most = behind
  }
  return most > mostBehind ? most : undefined
}
