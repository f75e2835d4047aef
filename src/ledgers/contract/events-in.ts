import type { Abi, Hex } from 'viem'
import { decodeEventLog } from 'viem/utils'
import type { EventLog } from '../evm/answers.ts'
import type { EventOf } from './contract-types.ts'

/** The events among these logs that the ABI knows, in their order. What it does not know, or what does not fit it, is left out. */
export function readEvents<abi extends Abi>(abi: abi, logs: readonly EventLog[]): readonly EventOf<abi>[] {
  return logs.flatMap(log => {
    const read = readEvent(abi, log)
    if (read === undefined) return []
    const { address, transaction, block, blockHash, logIndex } = log
    const event = { ...read, address, transaction, block, blockHash, logIndex }
    // What was decoded by the ABI has the types that follow from it.
    return [event as unknown as EventOf<abi>]
  })
}

function readEvent(
  abi: Abi,
  { topics, data }: EventLog,
): { eventName: string; args: Readonly<Record<string, unknown>> } | undefined {
  const [signature, ...indexed] = topics.map(topic => topic as Hex)
  if (signature === undefined) return undefined
  try {
    const decoded = decodeEventLog({ abi, topics: [signature, ...indexed], data: data as Hex })
    const args: unknown = decoded.args ?? {}
    return { eventName: decoded.eventName ?? '', args: { ...Object(args) } }
  } catch {
    // viem throws for an event that the ABI does not have, and for one of the same name with other indexed arguments.
    return undefined
  }
}
