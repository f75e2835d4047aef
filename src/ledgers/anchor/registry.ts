import { fromHex, toBase64url, toHex } from '../../core/bytes.ts'
import type { CheckpointBook } from '../../core/checkpoint-book.ts'
import type { ReportLine } from '../../core/ledger.ts'
import { type EventLog, hexOf } from '../evm/answers.ts'
import { findFirstLogs, logsNear } from '../evm/find-logs.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { Comparison, KeptCall, Registration, Registry, RegistryWords } from '../evm/registry.ts'
import { quantity } from '../evm/rpc-calls.ts'
import {
  anchoredTopics,
  decodeAnchor,
  decodeAnchored,
  decodeNewest,
  encodeNewest,
  rootStart,
} from './calls.ts'
import { checkAnchor } from './check.ts'
import { type AnchorPlanOptions, planAnchor } from './plan.ts'

export interface AnchorContract extends AnchorPlanOptions {
  readonly ledger: string
  readonly network: EvmNetwork
  /** Who anchors, lower case. */
  readonly account: string
  /** The block of the contract's deployment; default 0. */
  readonly fromBlock?: bigint
}

/** The first anchor of a log costs 48,000 gas, a later one 31,000. */
const gasCap = 150_000n

const words: RegistryWords = {
  total: value => `a log of ${value} entries`,
  item: sequence => (sequence === undefined ? 'a checkpoint' : `the checkpoint of ${sequence + 1} entries`),
  laterIsEnough: sequence =>
    `a later checkpoint (of ${sequence + 1} entries) is anchored: it covers all entries before`,
}

/** What must stop the line: the contract has what our log is not. */
async function conflict(book: CheckpointBook, { chain }: Comparison): Promise<string | undefined> {
  if (chain.total === 0n) return undefined
  const root = await book.rootAt(Number(chain.total))
  if (root === undefined) {
    return `the contract holds ${words.total(chain.total)} of this account, and ours is shorter: it was restored from an older backup, begun anew under the same origin, or another gateway anchors with this key. A log that was begun anew needs an origin or a key of its own.`
  }
  if (rootStart(`0x${toHex(root)}`) !== chain.link) {
    return `the contract holds another root of the first ${chain.total} entries than our log: they are not the entries that were anchored. Was the log restored from an older backup and written on, or does another gateway anchor under the same origin? A log that was begun anew needs an origin or a key of its own.`
  }
  // Below what was final (the chain has lost it for good): the next checkpoint makes up for it.
  return undefined
}

/** A `CheckpointAnchor` as a registry: sizes of the log, each with its root. */
export function anchorRegistry(options: AnchorContract): Registry {
  const { network, contract, account, log, fromBlock = 0n } = options

  async function registrationIn(
    _line: ReportLine,
    call: KeptCall,
    { logs }: { readonly logs: readonly EventLog[] },
  ): Promise<Registration | undefined> {
    const wanted = decodeAnchor(call.data)
    const by = call.account ?? account
    for (const event of logs) {
      if (event.address !== call.to.toLowerCase()) continue
      const anchored = decodeAnchored(event)
      if (anchored === undefined || anchored.account !== by || anchored.log !== wanted.log) continue
      if (anchored.size !== wanted.size || anchored.root !== wanted.root) continue
      const anchor = { account: by, log: anchored.log, root: toBase64url(fromHex(anchored.root)) }
      return { log: event, before: anchored.previous, value: anchored.size, anchor }
    }
    return undefined
  }

  return {
    kind: 'anchor',
    words,
    gasCap,
    fromBlock,
    contractOf: () => contract,
    registrationIn,
    linkOf: data => rootStart(decodeAnchor(data).root),
    conflict: (_line, comparison) => conflict(options.book, comparison),
    isHere: ({ chainId, to, account: by }) =>
      chainId === network.chainId && to.toLowerCase() === contract && by === account,
    async check(_line, _account, given) {
      await checkAnchor(options, given)
    },
    async readState(_line, { at, signal }) {
      const call = { to: contract, data: encodeNewest(account, log) }
      const [newest] = await network.results(
        [{ method: 'eth_call', params: [call, quantity(at)] }],
        signal === undefined ? {} : { signal },
      )
      const { size, root } = decodeNewest(hexOf(newest))
      return { total: size, link: root, carbon: 0n }
    },
    plan: (_line, position, entries, request = {}) => planAnchor(options, position, { entries, request }),
    history(_line, range) {
      return logsNear(network, { address: contract, topics: anchoredTopics({ account, log }) }, range)
    },
    totalBefore: async (_line, event) => decodeAnchored(event)?.previous,
    async find(line, call, range) {
      const { size } = decodeAnchor(call.data)
      const topics = anchoredTopics({ account: call.account ?? account, log, size })
      const from = range.from > fromBlock ? range.from : fromBlock
      const logs = await findFirstLogs(network, { address: call.to, topics }, { ...range, from })
      return registrationIn(line, call, { logs })
    },
  }
}
