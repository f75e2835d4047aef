import type { ReportLine } from '../../core/ledger.ts'
import type { Log, StoredEntry } from '../../core/log.ts'
import type { CursorStore, SubmissionStore } from '../../core/submission.ts'
import { countOf } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { KeptCall, Plan, Registry, RegistryCall } from '../evm/registry.ts'
import { quantity } from '../evm/rpc-calls.ts'
import {
  blockOfNonce,
  blocksAtOnce,
  isCall,
  logOfTransaction,
  transactionsBy,
} from './account-transactions.ts'
import { callIn } from './kept-call.ts'

export interface CallsRegistryOptions {
  readonly network: EvmNetwork
  readonly log: Pick<Log, 'entries'>
  readonly stores: CursorStore & SubmissionStore
  /** Lower case. */
  readonly account: string
  readonly gasCap: bigint
}

/** Entries that are looked at for calls which may be on the chain already. */
const window = 128
/** So far back it is looked for a call of which nobody knows since when it was asked for, in blocks. */
const farBack = 20_000n
const nowhere = `0x${'0'.repeat(40)}`
const larger = (a: bigint, b: bigint) => (a > b ? a : b)

/**
 * Any calls of any contracts as a registry: each entry that keeps a call is made once, in order, and its own transaction is
 * the proof, with or without events, reverted ones too. What counts up where others have Wh is how many were made.
 */
export function callsRegistry(options: CallsRegistryOptions): Registry {
  const { network, stores, account, gasCap } = options
  /** No call that is not made yet was asked for before this block; undefined: nothing is looked for. */
  let since: bigint | undefined
  return {
    kind: 'calls',
    gasCap,
    fromBlock: 0n,
    standsAlone: true,
    givesUp: true,
    words: {
      total: value => `${value} calls`,
      item: sequence => `the call of entry ${sequence}`,
      laterIsEnough: sequence => `the call of entry ${sequence} was made`,
    },
    contractOf: () => nowhere,
    // A contract of any kind has nothing that could be looked at before.
    check: async () => undefined,
    conflict: () => undefined,
    linkOf: () => '',
    plan: (_, position, entries) => plan(entries, position.value),
    paymentOf: (line, reading) => paymentOf(options, line, reading),

    async readState(line, { at, signal }) {
      const latest = await newestMade(stores, line)
      since = await searchedSince(options, line, { at, ...(signal && { signal }) })
      // Where something is unknown the two must differ, so that it is looked for.
      return { total: (latest?.value ?? 0n) + (since === undefined ? 0n : 1n), link: '', carbon: 0n }
    },

    async history(_, { at, limit, signal }) {
      // What begins higher than it ends is searched downwards.
      const lowest = since ?? at + 1n
      if (limit < at && at < lowest) return { logs: [], searched: limit }
      const searched =
        limit >= at ? smaller(limit, at + blocksAtOnce) : larger(larger(limit, lowest), at - blocksAtOnce)
      const [from, to] = searched >= at ? [at, searched] : [searched, at]
      const found = await transactionsBy(network, account, { from, to, ...(signal && { signal }) })
      const unknown = await withoutOurs(options, found)
      return { logs: unknown.map(logOfTransaction), searched }
    },

    async totalBefore() {
      return undefined
    },

    async registrationIn(line, call, { logs }) {
      const payment = await paymentOf(options, line, call.reading)
      const log = logs.find(one => isCall(one, call, payment))
      return log && { log, before: undefined, value: call.value }
    },

    registrationOf(_, { to, value }, { transaction, block, blockHash, logs }) {
      const none = { address: to, topics: [], data: '0x', block, blockHash, transaction, logIndex: 0 }
      const log = logs.find(({ address }) => address === to) ?? none
      return { log, before: undefined, value }
    },

    find: (line, call, range) => find(options, line, { call, ...range }),
  }
}

const smaller = (a: bigint, b: bigint) => (a < b ? a : b)

function plan(entries: readonly StoredEntry[], made: bigint): Plan {
  const calls: RegistryCall[] = []
  let covered = 0
  for (const [i, entry] of entries.entries()) {
    const note = callIn(entry)
    const first = entries[covered]?.sequence
    if (note === undefined || first === undefined) continue
    const { to, data, value: payment } = note
    const { sequence, leafHash } = entry
    const value = made + BigInt(calls.length + 1)
    calls.push({ first, last: sequence, reading: sequence, leafHash, to, data, payment, value })
    covered = i + 1
  }
  return { calls, covered }
}

async function newestMade(stores: SubmissionStore, { name }: ReportLine) {
  for (let limit = 64; ; limit *= 4) {
    const found = await stores.ofLine(name, limit)
    const made = found.find(({ state }) => state === 'final' || state === 'mined')
    if (made !== undefined || found.length < limit) return made
  }
}

/**
 * From which block on transactions of the account must be looked through, because one that this log does not know may have
 * made a call which waits (it was restored from a backup, or the key is used elsewhere, too). Undefined when there is none.
 */
async function searchedSince(
  { network, stores, account }: CallsRegistryOptions,
  { name }: ReportLine,
  { at, signal }: { at: bigint; signal?: AbortSignal },
): Promise<bigint | undefined> {
  const waiting = (await stores.unplanned(name, window)).flatMap(entry => callIn(entry) ?? [])
  const [first] = waiting
  if (first === undefined) return undefined
  const params = [account, quantity(at)]
  const [counted] = await network.results(
    [{ method: 'eth_getTransactionCount', params }],
    signal === undefined ? {} : { signal },
  )
  const count = countOf(counted, 'transaction count')
  if (count === 0) return undefined
  // Ours come without gaps: a newest one that is ours leaves no room for unknown ones behind it.
  const newest = await stores.withNonces(network.chainId, account, { from: count - 1, to: count - 1 })
  if (newest.length > 0) return undefined
  return first.since ?? larger(0n, at - farBack)
}

/** Without transactions that this log knows as its own, of whatever line. */
async function withoutOurs<Found extends { readonly nonce: number; readonly hash: string }>(
  { network, stores, account }: CallsRegistryOptions,
  found: readonly Found[],
): Promise<readonly Found[]> {
  const nonces = found.map(({ nonce }) => nonce)
  if (nonces.length === 0) return []
  const range = { from: Math.min(...nonces), to: Math.max(...nonces) }
  const ours = await stores.withNonces(network.chainId, account, range)
  const hashes = new Set(ours.flatMap(({ variants }) => variants.map(({ hash }) => hash)))
  return found.filter(({ hash }) => !hashes.has(hash))
}

/** The entry says it for ever; a submission has no place for it. */
async function paymentOf(
  { log }: CallsRegistryOptions,
  { stream }: ReportLine,
  reading: number | undefined,
): Promise<bigint> {
  if (reading === undefined) return 0n
  const [entry] = await log.entries(stream, { after: reading - 1, limit: 1 })
  return (entry && callIn(entry)?.value) ?? 0n
}

/** Whether the transaction that used up a call's nonce is the call itself: an earlier life may have signed it otherwise. */
async function find(
  options: CallsRegistryOptions,
  line: ReportLine,
  { call, from, to, signal }: { call: KeptCall; from: bigint; to: bigint; signal?: AbortSignal },
) {
  const { network, account } = options
  if (call.nonce === undefined) return undefined
  const waiting = signal === undefined ? {} : { signal }
  const asked = { nonce: call.nonce, from, to, ...waiting }
  const block = await blockOfNonce(network, account, asked)
  if (block === undefined) return undefined
  const found = await transactionsBy(network, account, { from: block, to: block, ...waiting })
  const payment = await paymentOf(options, line, call.reading)
  const log = found.filter(({ nonce }) => nonce === call.nonce).map(logOfTransaction)[0]
  return log && isCall(log, call, payment) ? { log, before: undefined, value: call.value } : undefined
}
