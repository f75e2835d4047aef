import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { type EventLog, type Head, headOf, malformed } from './answers.ts'
import type { EvmNetwork } from './network.ts'
import { PackedLogs } from './packed-logs.ts'
import { quantity } from './rpc-calls.ts'

export interface LogFilter {
  readonly address: string | readonly string[]
  /** Of one place: one, any of several, or (null) whichever. None is null at the end: nodes differ about that. */
  readonly topics: readonly (string | readonly string[] | null)[]
}

export interface BlockRange {
  readonly from: bigint
  readonly to: bigint
  readonly signal?: AbortSignal
}

/**
 * Of a node's logs those that were asked for, each once: some nodes don't look at all of a filter, and one that gives a log
 * twice would make two events of it.
 */
export function logsThatFit(logs: readonly EventLog[], filter: LogFilter): readonly EventLog[] {
  const places = new Set<string>()
  return logs.filter(log => {
    const place = `${log.block} ${log.logIndex}`
    const isNew = !places.has(place)
    places.add(place)
    return isNew && fitsFilter(log, filter)
  })
}

/** Whether a log is one of those that a filter is for. */
export function fitsFilter(log: EventLog, { address, topics }: LogFilter): boolean {
  return (
    isOneOf(address, log.address) &&
    topics.every((topic, i) => topic === null || isOneOf(topic, log.topics[i]))
  )
}

function isOneOf(wanted: string | readonly string[], given: string | undefined): boolean {
  if (given === undefined) return false
  return typeof wanted === 'string'
    ? wanted.toLowerCase() === given
    : wanted.some(one => one.toLowerCase() === given)
}

/**
 * The earliest logs in a range of blocks: what was found first ends the search.
 * @throws EnergywebError as `logsNear`
 */
export async function findFirstLogs(
  network: EvmNetwork,
  filter: LogFilter,
  { from, to, signal }: BlockRange,
): Promise<readonly EventLog[]> {
  for (let at = from; at <= to; ) {
    const { logs, searched } = await logsNear(network, filter, { at, limit: to, ...(signal && { signal }) })
    if (logs.length > 0) return logs
    at = searched + 1n
  }
  return []
}

export interface Search {
  readonly at: bigint
  readonly limit: bigint
  readonly signal?: AbortSignal
  /** False for a log that is not wanted although it was asked for. */
  readonly fits?: (log: EventLog) => boolean
}

/** What a search found; `searched` is the block at the other end, `last` the highest of them. */
export interface FoundLogs<Logs = readonly EventLog[]> {
  readonly logs: Logs
  readonly searched: bigint
  readonly last: Head
}

/**
 * The logs from block `at` on towards `limit`, in as many blocks as the node lets be searched at once; `limit` may lie
 * below `at`. They are in the chain's order.
 * @throws EnergywebError `network-unreachable`; `network-refused`; `network-not-synced` when the node asked does not have
 * the range's last block, as its "nothing" would mean nothing; all retryable.
 */
export async function logsNear(network: EvmNetwork, filter: LogFilter, search: Search): Promise<FoundLogs> {
  const { logs, ...found } = await packedLogsNear(network, filter, search)
  return { ...found, logs: [...logs] }
}

/**
 * The same, for many.
 * @throws EnergywebError as `logsNear`
 */
export async function packedLogsNear(
  network: EvmNetwork,
  filter: LogFilter,
  { at, limit, ...options }: Search,
): Promise<FoundLogs<PackedLogs>> {
  for (;;) {
    const span = network.logRange.size - 1n
    const searched = limit >= at ? smaller(limit, at + span) : larger(limit, at - span)
    const [from, to] = searched >= at ? [at, searched] : [searched, at]
    try {
      const { logs, last } = await logsIn(network, filter, { from, to, ...options })
      network.logRange.succeeded()
      return { logs, searched, last }
    } catch (error) {
      options.signal?.throwIfAborted()
      const isTooMuch = isEnergywebError(error, 'network-refused')
      const shrunk =
        (isTooMuch || isEnergywebError(error, 'network-unreachable')) &&
        network.logRange.refused(to - from + 1n)
      // No answer may mean that it takes too long: the next attempt is smaller, and another turn's.
      if (!isTooMuch || !shrunk) throw error
    }
  }
}

/**
 * The same of several filters that have no log in common, of blocks that all of them were searched in; the logs are in the order of
 * the filters.
 * @throws EnergywebError as `logsNear`
 */
export async function logsNearAny(
  network: EvmNetwork,
  filters: readonly LogFilter[],
  { at, limit, signal }: { at: bigint; limit: bigint; signal?: AbortSignal },
): Promise<{ readonly logs: readonly EventLog[]; readonly searched: bigint }> {
  let searched = limit
  const found: EventLog[] = []
  for (const filter of filters) {
    const near = await logsNear(network, filter, { at, limit: searched, ...(signal && { signal }) })
    found.push(...near.logs)
    searched = near.searched
  }
  // A node may have let the first ones be searched in more blocks than the last.
  const isWithin = ({ block }: EventLog) => (searched >= at ? block <= searched : block >= searched)
  return { logs: found.filter(isWithin), searched }
}

const smaller = (a: bigint, b: bigint) => (a < b ? a : b)
const larger = (a: bigint, b: bigint) => (a > b ? a : b)

async function logsIn(
  network: EvmNetwork,
  filter: LogFilter,
  { from, to, signal, fits = () => true }: BlockRange & Pick<Search, 'fits'>,
): Promise<{ readonly logs: PackedLogs; readonly last: Head }> {
  const query = { ...filter, fromBlock: quantity(from), toBlock: quantity(to) }
  const isWanted = (log: EventLog) =>
    log.block >= from && log.block <= to && fitsFilter(log, filter) && fits(log)
  const [block, logs] = await network.results(
    [
      { method: 'eth_getBlockByNumber', params: [quantity(to), false] },
      { method: 'eth_getLogs', params: [query] },
    ],
    { newList: () => new PackedLogs(isWanted), ...(signal && { signal }) },
  )
  const last = headOf(block)
  if (last !== undefined) return { logs: packedLogsOf(logs), last }
  throw new EnergywebError('network-not-synced', `the node asked for logs has no block ${to} yet`, {
    retryable: true,
  })
}

/** @throws EnergywebError `network-unreachable`, retryable, when a node's answer is no list of logs */
export function packedLogsOf(value: unknown): PackedLogs {
  if (value instanceof PackedLogs) return value.finish()
  throw malformed('list of logs', value)
}
