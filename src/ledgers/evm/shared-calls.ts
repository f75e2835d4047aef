import { isEnergywebError } from '../../core/errors.ts'
import type { Head } from './answers.ts'
import type { RpcAnswer, RpcCall } from './rpc-calls.ts'

/** The calls of one asker. */
export type Calls = readonly RpcCall[]
export type Ready = { readonly head: Head; readonly results: readonly unknown[] }

/**
 * Calls of many askers, as many together as fit into a request: each has his answers as soon as his own are there. Calls of
 * one asker stay together, in their order; the same question of those who share is asked once, as many keys want to know of
 * the same block.
 */
export function shareBatch(
  lists: readonly Calls[],
  { most, batch }: { most: number; batch: (calls: Calls) => Promise<readonly RpcAnswer[]> },
): readonly Promise<readonly RpcAnswer[]>[] {
  return inGroups(lists, most).flatMap(group => {
    const { calls, places } = together(group)
    const answered = batch(calls)
    return places.map(async list => {
      const answers = await answered
      return list.flatMap(place => answers[place] ?? [])
    })
  })
}

/** Neighbours, so many that their calls are at most `most`; one with more is alone. */
function inGroups(lists: readonly Calls[], most: number): readonly (readonly Calls[])[] {
  const groups: Calls[][] = []
  let room = 0
  for (const list of lists) {
    if (groups.length === 0 || room < list.length) {
      groups.push([])
      room = most
    }
    groups.at(-1)?.push(list)
    room -= list.length
  }
  return groups
}

/** All calls, and where those of each list stand among them. */
function together(lists: readonly Calls[]): { calls: Calls; places: readonly (readonly number[])[] } {
  const calls: RpcCall[] = []
  const known = new Map<string, number>()
  const place = (call: RpcCall): number => {
    // What is said to be sent is sent as often as it is said.
    if (!/^eth_(get|call$)/.test(call.method)) return calls.push(call) - 1
    const key = JSON.stringify(call)
    const at = known.get(key) ?? calls.push(call) - 1
    known.set(key, at)
    return at
  }
  const places = lists.map(list => list.map(place))
  return { calls, places }
}

/**
 * A head for many askers, and the calls of each from the node whose head it is: as many share a request as fit into one, as
 * behind one address there may be many nodes. What the node refuses to one is no reason to keep the others waiting.
 */
export function shareReady(
  lists: readonly Calls[],
  { most, ready }: { most: number; ready: (calls: Calls) => Promise<Ready> },
): readonly Promise<Ready>[] {
  return inGroups(lists, most).flatMap(group => shareHead(group, ready))
}

function shareHead(group: readonly Calls[], ready: (calls: Calls) => Promise<Ready>): Promise<Ready>[] {
  const { calls, places } = together(group)
  const shared = ready(calls)
  return group.map(async (list, i) => {
    try {
      const { head, results } = await shared
      return { head, results: (places[i] ?? []).map(place => results[place]) }
    } catch (error) {
      if (group.length === 1 || !isEnergywebError(error, 'network-refused')) throw error
      return ready(list)
    }
  })
}
