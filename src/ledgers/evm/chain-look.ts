import { EnergywebError, messageOf } from '../../core/errors.ts'
import type { ChainQuestion, Judgement } from '../records/judgement.ts'
import {
  callOf,
  type EventLog,
  hashOf,
  headOf,
  quantityOf,
  receiptOf,
  type TransactionReceipt,
} from './answers.ts'
import type { NodeSettings } from './node-address.ts'
import { quantity, type RpcAnswer, type RpcCall } from './rpc-calls.ts'
import { openNode, type RpcNode } from './rpc-node.ts'

/** Something that is said to stand on a chain. */
export interface ChainRecord {
  readonly chainId: bigint
  /** 0x and 40 hex digits. */
  readonly contract: string
  /** 0x and 64 hex digits. */
  readonly transaction: string
  readonly block: bigint
  readonly blockHash: string
  /** Place of the expected event's log in its block. */
  readonly logIndex: number
  /** Another contract may speak of it, too: `judge` sees whose log it is. Default false: a log of another one contradicts. */
  readonly ofOthers?: boolean
  /** What is to be thought of the log that stands there. */
  readonly judge: (log: EventLog) => Judgement
}

/** What a chain says of a record. */
export interface ChainLook {
  /** `unknown`: no node was asked that could tell. */
  readonly outcome: 'confirmed' | 'contradicted' | 'unknown'
  /** Why it is not confirmed. */
  readonly why: string
}

type Waiting = { readonly signal?: AbortSignal }

/** Records whose answers are held in memory at a time. */
const portion = 500

/**
 * Asks nodes whether records stand on their chains. Each node says itself which chain it is on, and is asked about the
 * records of that one; what one node does not know the next of its chain may.
 * @returns for each record, in order, what was found
 * @throws EnergywebError `config-invalid` for an address that is none; `aborted`
 */
export async function lookAtChain(
  records: readonly ChainRecord[],
  { nodes, timeout, signal }: { nodes: readonly NodeSettings[]; timeout?: number } & Waiting,
): Promise<readonly ChainLook[]> {
  const waiting = signal === undefined ? {} : { signal }
  const opened = nodes.map(settings =>
    openNode(settings, { network: 'rpc', ...(timeout !== undefined && { timeout }) }),
  )
  const found = await Promise.all(opened.map(node => chainOf(node, waiting)))
  const looks: ChainLook[] = records.map(({ chainId }) => unknown(whyUnasked(chainId, found)))
  for (const { node, chainId } of found) {
    if (chainId === undefined) continue
    const open = records.flatMap((record, i) =>
      record.chainId === chainId && looks[i]?.outcome === 'unknown' ? [i] : [],
    )
    for (let at = 0; at < open.length; at += portion) {
      const places = open.slice(at, at + portion)
      const part = await askNode(
        node,
        places.flatMap(i => records[i] ?? []),
        waiting,
      )
      for (const [place, look] of part.entries()) looks[places[place] ?? -1] = look
    }
  }
  return looks
}

interface FoundNode {
  readonly node: RpcNode
  /** Undefined when it can't be told. */
  readonly chainId: bigint | undefined
  readonly trouble: string
}

async function chainOf(node: RpcNode, waiting: Waiting): Promise<FoundNode> {
  try {
    const [answer] = await node.batch([{ method: 'eth_chainId', params: [] }], waiting)
    return { node, chainId: quantityOf(resultOf(answer), 'chain id'), trouble: '' }
  } catch (error) {
    waiting.signal?.throwIfAborted()
    return { node, chainId: undefined, trouble: messageOf(error) }
  }
}

function whyUnasked(chainId: bigint, found: readonly FoundNode[]): string {
  const troubles = found.filter(one => one.chainId === undefined).map(({ trouble }) => trouble)
  const others = found.flatMap(one =>
    one.chainId === undefined ? [] : [`${one.node.name} is on chain ${one.chainId}`],
  )
  const known = [...others, ...troubles]
  return `no node of chain ${chainId} was asked${known.length === 0 ? '' : `: ${known.join('; ')}`}`
}

async function askNode(
  node: RpcNode,
  records: readonly ChainRecord[],
  waiting: Waiting,
): Promise<readonly ChainLook[]> {
  const blocks = [...new Set(records.map(({ block }) => block))]
  const calls: RpcCall[] = [
    ...blocks.map(block => ({ method: 'eth_getBlockByNumber', params: [quantity(block), false] })),
    ...records.map(({ transaction }) => ({ method: 'eth_getTransactionReceipt', params: [transaction] })),
  ]
  try {
    const answers = await node.batch(calls, waiting)
    const byNumber = new Map(blocks.map((block, i) => [block, blockOf(resultOf(answers[i]))]))
    const found = records.map((record, i) =>
      lookOf(node, record, {
        block: byNumber.get(record.block),
        receipt: receiptOf(resultOf(answers[blocks.length + i]), record.transaction.toLowerCase()),
      }),
    )
    return await askFurther(node, found, waiting)
  } catch (error) {
    waiting.signal?.throwIfAborted()
    return records.map(() => unknown(messageOf(error)))
  }
}

interface Block {
  readonly hash: string
  readonly transactions: readonly string[]
}

function blockOf(value: unknown): Block | undefined {
  const head = headOf(value)
  if (head === undefined || typeof value !== 'object' || value === null) return undefined
  const list = 'transactions' in value && Array.isArray(value.transactions) ? value.transactions : []
  return { hash: head.hash, transactions: list.map(hash => hashOf(hash, 'transaction of a block')) }
}

/** What contracts must say before a record can be judged, as they are now, and what transactions called. */
async function askFurther(
  node: RpcNode,
  found: readonly (ChainLook | ChainQuestion)[],
  waiting: Waiting,
): Promise<readonly ChainLook[]> {
  // Records of one event, like those of a batch, ask the same: once is enough.
  const calls = new Map<string, RpcCall>()
  for (const one of found) {
    if ('judge' in one) for (const call of requestsOf(one)) calls.set(keyOf(call), call)
  }
  const answers = calls.size === 0 ? [] : await node.batch([...calls.values()], waiting)
  const byKey = new Map([...calls.keys()].map((key, i) => [key, answers[i]]))
  return found.map(one => {
    if (!('judge' in one)) return one
    const judged = lookFrom(
      judgementOf(
        one,
        requestsOf(one).map(call => byKey.get(keyOf(call))),
      ),
    )
    // One question is enough for all that we know.
    return 'judge' in judged ? unknown('its contract must be asked more') : judged
  })
}

const keyOf = ({ method, params }: RpcCall) => JSON.stringify([method, params])

function requestsOf(question: ChainQuestion): readonly RpcCall[] {
  if ('transaction' in question) {
    return [{ method: 'eth_getTransactionByHash', params: [question.transaction] }]
  }
  const { to } = question
  const calls = 'calls' in question ? question.calls : [question.data]
  return calls.map(data => ({ method: 'eth_call', params: [{ to, data }, 'latest'] }))
}

function judgementOf(question: ChainQuestion, answers: readonly (RpcAnswer | undefined)[]): Judgement {
  const [first] = answers
  if ('transaction' in question) {
    const call = callOf(resultOf(first) ?? null, question.transaction)
    if (call !== undefined) return question.judge(call)
    return { unknown: `the node does not have the transaction ${question.transaction}` }
  }
  const results = answers.map(answer => answer?.result).filter(result => typeof result === 'string')
  if (results.length < answers.length) {
    const failed = answers.find(answer => typeof answer?.result !== 'string')
    const why = failed?.error?.message.slice(0, 200) ?? 'no result'
    return { unknown: `the contract ${question.to} does not answer: ${why}` }
  }
  if ('calls' in question) return question.judge(results)
  return question.judge(results[0] ?? '')
}

function lookFrom(judgement: Judgement): ChainLook | ChainQuestion {
  if (judgement === undefined) return { outcome: 'confirmed', why: '' }
  if (typeof judgement === 'string') return contradicted(judgement)
  return 'unknown' in judgement ? unknown(judgement.unknown) : judgement
}

function lookOf(
  { name }: RpcNode,
  record: ChainRecord,
  { block, receipt }: { block: Block | undefined; receipt: TransactionReceipt | undefined },
): ChainLook | ChainQuestion {
  const transaction = record.transaction.toLowerCase()
  if (block === undefined) return unknown(`${name} does not have block ${record.block}`)
  if (block.hash !== record.blockHash.toLowerCase()) {
    return contradicted(`block ${record.block} of the chain is ${block.hash}, not ${record.blockHash}`)
  }
  // The block's own list decides: that a node has no receipt may mean that it keeps none.
  if (!block.transactions.includes(transaction)) {
    return contradicted(`block ${record.block} of the chain has no transaction ${record.transaction}`)
  }
  if (receipt === undefined) return unknown(`${name} has no receipt of ${record.transaction}`)
  // One that does not say whether it succeeded has no log, so it is contradicted below.
  if (receipt.succeeded === false) return contradicted(`the transaction ${record.transaction} failed`)
  const log = receipt.logs.find(({ logIndex }) => logIndex === record.logIndex)
  const isTheirs = record.ofOthers === true || log?.address === record.contract.toLowerCase()
  if (log === undefined || !isTheirs) {
    return contradicted(
      `the transaction ${record.transaction} made no log ${record.logIndex} of ${record.contract}`,
    )
  }
  return lookFrom(record.judge(log))
}

function resultOf(answer: RpcAnswer | undefined): unknown {
  if (answer?.error === undefined) return answer?.result
  const { message } = answer.error
  throw new EnergywebError('network-refused', `the node refuses to answer: ${message.slice(0, 200)}`, {
    retryable: true,
  })
}

function unknown(why: string): ChainLook {
  return { outcome: 'unknown', why }
}

function contradicted(why: string): ChainLook {
  return { outcome: 'contradicted', why }
}
