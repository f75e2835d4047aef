import { hash } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { fromHex } from '../../src/core/bytes.ts'
import type { Fetch } from '../../src/ledgers/evm/rpc-calls.ts'
import { Looks } from './looks.ts'

/** An event as a transaction of one event: mined again, it is the same. */
export interface FakeEvent {
  readonly transaction: string
  readonly number: number
}

interface Block {
  readonly number: number
  readonly hash: string
  readonly parent: string
  readonly events: readonly FakeEvent[]
}

interface Call {
  readonly id: number
  readonly method: string
  readonly params: readonly [unknown, ...unknown[]]
}

export const fakeAddress = `0x${'ab'.repeat(20)}`
/** keccak256 of Pong(uint256). */
export const pong = `0x${Buffer.from(keccak_256(new TextEncoder().encode('Pong(uint256)'))).toString('hex')}`

const word = (value: number) => `0x${value.toString(16).padStart(64, '0')}`
const quantity = (value: number) => `0x${value.toString(16)}`

/** A chain in memory behind `fetch`, whose node can fail, be behind, and keep logs to itself. */
export class FakeChain {
  readonly blocks: Block[] = []
  #nonce = 0
  /** Called before each request; `behind` blocks the node does not know yet; `hides` logs it has. */
  mood: () => { fails?: boolean; behind?: number; hides?: boolean } = () => ({})
  readonly looks = new Looks()
  /** Logs marked as removed, as some nodes give them beside the others. */
  readonly removed: FakeEvent[] = []
  /** A node that looks at nothing of a filter but the blocks, and not well at those: it gives logs of others, too, and all of them twice. */
  isCareless = false

  constructor() {
    this.mine([])
  }

  mine(events: readonly FakeEvent[]): void {
    const parent = this.blocks.at(-1)?.hash ?? word(0)
    const number = this.blocks.length
    this.#nonce += 1
    this.blocks.push({ number, parent, events, hash: `0x${hash('sha256', `${parent} ${this.#nonce}`)}` })
  }

  /** Takes blocks away; answers their events. */
  drop(depth: number): FakeEvent[] {
    const gone = this.blocks.splice(this.blocks.length - depth, depth).flatMap(({ events }) => events)
    this.removed.push(...gone)
    return gone
  }

  fetch: Fetch = async (_, init) => {
    this.looks.saw(init?.body)
    const { fails = false, behind = 0, hides = false } = this.mood()
    if (fails) throw new TypeError('fetch failed')
    const seen = this.blocks.slice(0, Math.max(1, this.blocks.length - behind))
    const calls: Call | Call[] = JSON.parse(String(init?.body))
    const answer = (call: Call) => ({ jsonrpc: '2.0', id: call.id, ...this.#answer(call, seen, hides) })
    return Response.json(Array.isArray(calls) ? calls.map(answer) : answer(calls))
  }

  #answer({ method, params }: Call, seen: readonly Block[], hides: boolean): object {
    if (method === 'eth_chainId') return { result: '0x7a69' }
    if (method === 'eth_syncing') return { result: false }
    if (method === 'eth_getBlockByNumber') {
      const block = params[0] === 'latest' ? seen.at(-1) : seen[Number(params[0])]
      return { result: block === undefined ? null : blockJson(block) }
    }
    if (method === 'eth_getLogs') return this.#logs(params[0] as Record<string, string>, seen, hides)
    return { error: { code: -32601, message: `no ${method}` } }
  }

  #logs({ blockHash, fromBlock, toBlock }: Record<string, string>, seen: readonly Block[], hides: boolean) {
    if (blockHash !== undefined && !seen.some(block => block.hash === blockHash)) {
      return { error: { code: -32000, message: 'unknown block' } }
    }
    const blocks = seen.filter(({ number, hash }) =>
      blockHash === undefined ? number >= Number(fromBlock) && number <= Number(toBlock) : hash === blockHash,
    )
    const old = this.removed
      .slice(-1)
      .map(event => ({ ...logJson(event, seen[0] as Block, 0), removed: true }))
    const asked = blocks.flatMap(block => block.events.map((event, i) => logJson(event, block, i)))
    const given = this.isCareless ? careless(asked, seen, blockHash) : asked
    return { result: hides ? old : [...old, ...given] }
  }
}

function careless(asked: readonly ReturnType<typeof logJson>[], seen: readonly Block[], blockHash?: string) {
  const strangers = asked.flatMap((log, i) => [
    { ...log, logIndex: quantity(100 + i), address: `0x${'cd'.repeat(20)}` },
    { ...log, logIndex: quantity(200 + i), topics: [word(7), ...log.topics.slice(1)] },
    { ...log, logIndex: quantity(300 + i), topics: log.topics.slice(0, 1) },
  ])
  const others = seen.flatMap(block => block.events.map((event, i) => logJson(event, block, i)))
  const beyond = blockHash === undefined ? others : []
  return [...asked, ...strangers, ...beyond, ...asked].reverse()
}

function blockJson({ number, hash, parent, events }: Block) {
  return {
    number: quantity(number),
    hash,
    parentHash: parent,
    timestamp: quantity(Math.floor(Date.now() / 1_000)),
    logsBloom: bloomOf(
      events.length === 0 ? [] : [fakeAddress, pong, ...events.map(event => word(event.number))],
    ),
  }
}

function logJson({ transaction, number }: FakeEvent, block: Block, index: number) {
  return {
    address: fakeAddress,
    topics: [pong, word(number)],
    data: '0x',
    blockNumber: quantity(block.number),
    blockHash: block.hash,
    transactionHash: transaction,
    logIndex: quantity(index),
  }
}

function bloomOf(values: readonly string[]): string {
  const bloom = new Uint8Array(256)
  for (const value of values) {
    const hashed = keccak_256(fromHex(value))
    for (const i of [0, 2, 4]) {
      const bit = (((hashed[i] ?? 0) << 8) | (hashed[i + 1] ?? 0)) & 2047
      bloom[255 - (bit >> 3)] = (bloom[255 - (bit >> 3)] ?? 0) | (1 << (bit & 7))
    }
  }
  return `0x${Buffer.from(bloom).toString('hex')}`
}
