import type { Abi } from 'viem'
import { sleep } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { EventCursorStore } from '../../core/event-cursor.ts'
import { logsNear } from '../evm/find-logs.ts'
import { inChainOrder } from '../evm/log-order.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { encodeTopics } from './abi.ts'
import type { EventFilterArgs, EventName, EventOf } from './contract-types.ts'
import { readEvents } from './events-in.ts'
import { FilterCursor, type FilterPlace } from './filter-cursor.ts'

export interface EventFilterOptions<abi extends Abi, name extends EventName<abi>> {
  readonly event: name
  /** Only those with these indexed arguments; a list means any of them. */
  readonly args?: EventFilterArgs<abi, name>
  /** First block; default the one that comes next. Where a cursor is known already, that one counts. */
  readonly from?: bigint
  /**
   * Where it is kept how far one is: a log of `openLog`. An event counts as taken once the next one is asked for, so that one which a
   * crash or a `break` interrupts comes again. Default nowhere.
   */
  readonly cursors?: EventCursorStore
  /** What the cursor is kept under; needed where two loops of one log follow the same events. */
  readonly name?: string
  /** Last block; default: it never ends. */
  readonly to?: bigint
  /**
   * Blocks until an event counts, its own included; default those of the network. What came with fewer may leave the chain
   * again, and nobody would say so.
   */
  readonly confirmations?: number
  /** Milliseconds between two looks, default 1,000. */
  readonly pollEvery?: number
  readonly signal?: AbortSignal
}

/**
 * Events in their order. It searches the logs of blocks, page by page: nothing is kept at the node that could expire there.
 * What the node fails in for the moment is asked again.
 */
export async function* followEvents<abi extends Abi, name extends EventName<abi>>(
  network: EvmNetwork,
  { address, abi }: { address: string; abi: abi },
  options: EventFilterOptions<abi, name>,
): AsyncGenerator<EventOf<abi, name>, void, void> {
  const { event, args, to, confirmations = network.confirmations, pollEvery = 1_000, signal } = options
  const waiting = signal === undefined ? {} : { signal }
  const patience = { network, pollEvery, ...waiting }
  const filter = { address, topics: encodeTopics(abi, event, Object(args ?? {})) }
  const cursor = cursorOf(network, filter, options)
  const known = await cursor?.read()
  let next = known?.block ?? options.from
  for (;;) {
    const { number: head } = await patiently(() => network.ready(waiting), patience)
    let at: bigint = next ?? head + 1n
    const settled = head - BigInt(Math.max(1, confirmations)) + 1n
    const limit = to !== undefined && to < settled ? to : settled
    while (at <= limit) {
      const page = { at, limit, ...waiting }
      const { logs, searched } = await patiently(() => logsNear(network, filter, page), patience)
      // Only events of this name were asked for.
      const events = readEvents(abi, inChainOrder(logs)) as readonly EventOf<abi, name>[]
      for (const found of events) {
        if (isTaken(found, known)) continue
        yield found
        await cursor?.keep({ block: found.block, logIndex: found.logIndex })
      }
      at = searched + 1n
    }
    // Blocks without events were looked through as well.
    if (at !== next) await cursor?.keep({ block: at, logIndex: -1 })
    next = at
    if (to !== undefined && at > to) return
    await sleep(pollEvery, { clock: network.clock, ...waiting })
  }
}

function cursorOf(
  { chainId }: EvmNetwork,
  { address, topics }: { readonly address: string; readonly topics: readonly unknown[] },
  { cursors, name }: { readonly cursors?: EventCursorStore; readonly name?: string },
): FilterCursor | undefined {
  if (cursors === undefined) return undefined
  const filter = `${chainId} ${address.toLowerCase()} ${JSON.stringify(topics)}`
  return new FilterCursor({ store: cursors, name, filter })
}

/** It was taken by an earlier loop. */
function isTaken(
  { block, logIndex }: { readonly block: bigint; readonly logIndex: number },
  known: FilterPlace | undefined,
): boolean {
  if (known === undefined) return false
  return block < known.block || (block === known.block && logIndex <= known.logIndex)
}

interface Patience {
  readonly network: EvmNetwork
  /** Milliseconds. */
  readonly pollEvery: number
  readonly signal?: AbortSignal
}

/** Asks until there is an answer. @throws EnergywebError what asking again does not help against; what ends the signal */
async function patiently<Answer>(
  ask: () => Promise<Answer>,
  { network, pollEvery, ...waiting }: Patience,
): Promise<Answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      waiting.signal?.throwIfAborted()
      if (!(error instanceof EnergywebError) || !error.retryable) throw error
      await sleep(pollEvery, { clock: network.clock, ...waiting })
    }
  }
}
