import type { Abi } from 'viem'
import { sleep } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import { logsNear } from '../evm/find-logs.ts'
import { inChainOrder } from '../evm/log-order.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { encodeTopics } from './abi.ts'
import type { EventFilterArgs, EventName, EventOf } from './contract-types.ts'
import { readEvents } from './events-in.ts'

export interface EventFilterOptions<abi extends Abi, name extends EventName<abi>> {
  readonly event: name
  /** Only those with these indexed arguments; a list means any of them. */
  readonly args?: EventFilterArgs<abi, name>
  /** First block; default the one that comes next. */
  readonly from?: bigint
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
  let next = options.from
  for (;;) {
    const { number: head } = await patiently(() => network.ready(waiting), patience)
    let at: bigint = next ?? head + 1n
    const settled = head - BigInt(Math.max(1, confirmations)) + 1n
    const limit = to !== undefined && to < settled ? to : settled
    while (at <= limit) {
      const page = { at, limit, ...waiting }
      const { logs, searched } = await patiently(() => logsNear(network, filter, page), patience)
      // Only events of this name were asked for.
      yield* readEvents(abi, inChainOrder(logs)) as readonly EventOf<abi, name>[]
      at = searched + 1n
    }
    next = at
    if (to !== undefined && at > to) return
    await sleep(pollEvery, { clock: network.clock, ...waiting })
  }
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
