import type { NetworkReport, NodeReport } from '../gateway/status-report.ts'

/** How a chain's nodes do, in one line: `ewc: 2 of 3 nodes good (rpc.example.org in use, 45 ms, block 1234); …`. */
export function networkLine({ network, nodes }: NetworkReport): string {
  const asked = nodes.filter(({ state }) => state !== 'unknown')
  if (asked.length === 0) return `${network}: no node was asked yet`
  const good = nodes.filter(({ state }) => state === 'good')
  const used = nodes.find(({ inUse }) => inUse)
  const count = `${good.length} of ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'} good`
  const bad = asked.filter(({ state }) => state !== 'good').map(badNode)
  const inUse = used === undefined || used.state !== 'good' ? '' : ` (${usedNode(used)})`
  return [`${network}: ${count}${inUse}`, ...bad].join('; ')
}

function usedNode({ node, latency, head, failures }: NodeReport): string {
  return [
    `${node} in use`,
    ...(latency === null ? [] : [`${latency} ms`]),
    ...(head === null ? [] : [`block ${head}`]),
    ...(failures === null || failures < 0.05 ? [] : [`${Math.round(failures * 100)} % of requests fail`]),
  ].join(', ')
}

const words = {
  good: 'good',
  unknown: 'not asked yet',
  limited: 'too many requests',
  down: 'gives no usable answer',
  syncing: 'is not synced',
  behind: 'is behind another node',
  'wrong-chain': 'is on another chain',
} as const

function badNode({ node, state, detail, again }: NodeReport): string {
  const soon = again === null ? '' : `, again in ${seconds(again)}`
  return `${node}: ${detail ?? words[state]}${soon}`
}

function seconds(milliseconds: number): string {
  const whole = Math.max(1, Math.ceil(milliseconds / 1_000))
  return whole < 120 ? `${whole} s` : `${Math.ceil(whole / 60)} min`
}
