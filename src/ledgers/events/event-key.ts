import { hash } from 'node:crypto'
import type { EventLog } from '../evm/answers.ts'

/**
 * The keys of logs, in their order: chain, transaction, the first 16 bytes of SHA-256 of what the log says, and a number
 * that tells logs of one transaction apart which say the same. So the key of an event stays when its transaction is mined
 * again in another block; when it then says something else, it is another event. All logs of a transaction that match
 * must be among those given.
 */
export function eventKeys(chainId: bigint, logs: readonly EventLog[]): string[] {
  const seen = new Map<string, number>()
  let transaction = ''
  return logs.map(log => {
    if (log.transaction !== transaction) seen.clear()
    transaction = log.transaction
    const said = hash('sha256', `${log.address} ${log.topics.join(' ')} ${log.data}`).slice(0, 32)
    const ordinal = seen.get(said) ?? 0
    seen.set(said, ordinal + 1)
    return `${chainId}:${transaction}:${said}:${ordinal}`
  })
}
