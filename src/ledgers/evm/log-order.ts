import type { EventLog } from './answers.ts'

type LogPlace = Pick<EventLog, 'block' | 'logIndex'>

/** By the chain's own order, whatever the node's was. */
export function inChainOrder(logs: readonly EventLog[]): readonly EventLog[] {
  const ordered = logs.every((log, i) => {
    const before = logs[i - 1]
    return before === undefined || compareLogs(before, log) < 0
  })
  return ordered ? logs : [...logs].sort(compareLogs)
}

/** Below zero when `a` comes first on the chain. */
export function compareLogs(a: LogPlace, b: LogPlace): number {
  return a.block === b.block ? a.logIndex - b.logIndex : a.block < b.block ? -1 : 1
}
