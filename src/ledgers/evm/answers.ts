import { EnergywebError } from '../../core/errors.ts'

/*
 * What a node answers is hostile or wrong input until it was read here. A malformed answer is the node's failure, and
 * another attempt (or another node) may do better: `network-unreachable`, retryable.
 */

export interface Head {
  readonly number: bigint
  readonly hash: string
  /** Seconds since 1970. */
  readonly timestamp: bigint
  /** Wei per gas; undefined before London. */
  readonly baseFee: bigint | undefined
}

export interface EventLog {
  /** Lower case. */
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
  readonly block: bigint
  readonly blockHash: string
  readonly transaction: string
  readonly logIndex: number
  /** Seconds since 1970 by its block, from nodes that tell. */
  readonly time?: number
}

export interface TransactionReceipt {
  readonly transaction: string
  /** Who sent it, lower case; undefined where the node leaves it out. */
  readonly from?: string
  readonly block: bigint
  readonly blockHash: string
  /**
   * Undefined where the receipt does not say: before Byzantium it holds a root of the state instead (EIP-658). One with logs has
   * succeeded, as a failed transaction leaves none; `knowOutcome` finds out about the others.
   */
  readonly succeeded: boolean | undefined
  /** Undefined where the node leaves it out. */
  readonly gasUsed?: bigint
  /** Wei per gas that were paid; undefined where the node leaves it out, as those before London do. */
  readonly gasPrice?: bigint
  /** Wei that were paid besides, on chains that settle on another one. */
  readonly settlementFee?: bigint
  readonly logs: readonly EventLog[]
}

/** The error for an answer that can't be what it should be. */
export function malformed(what: string, value: unknown): EnergywebError {
  const shown = typeof value === 'object' && value !== null ? partsOf(value) : JSON.stringify(value)
  return new EnergywebError(
    'network-unreachable',
    `the node's ${what} is malformed: ${shown?.slice(0, 80) ?? String(value)}`,
    {
      retryable: true,
    },
  )
}

/** A list or an object by its outside: what is in it may be nested deeper than anything that walks it can bear. */
function partsOf(value: object): string {
  const members = Object.entries(value).slice(0, 8)
  const shown = members.map(([name, member]) => {
    const text = typeof member === 'object' && member !== null ? '…' : JSON.stringify(member)
    return Array.isArray(value) ? text : `${JSON.stringify(name)}:${text}`
  })
  return Array.isArray(value) ? `[${shown.join()}]` : `{${shown.join()}}`
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(what, value)
  return value as Record<string, unknown>
}

/** A number like `0x1f`. */
export function quantityOf(value: unknown, what = 'number'): bigint {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) throw malformed(what, value)
  return BigInt(value)
}

/**
 * A number of things, which no chain has so many of that a double could not tell them apart. A larger one is a lie, and would
 * outlast it on our disk.
 */
export function countOf(value: unknown, what: string): number {
  const count = quantityOf(value, what)
  if (count > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(what, value)
  return Number(count)
}

const heightOf = (value: unknown, what: string) => BigInt(countOf(value, what))

/** The last second that a date can have (ECMAScript, 21.4.1.1). */
const lastSecond = 8_640_000_000_000

/** Seconds since 1970. */
function secondsOf(value: unknown, what: string): number {
  const seconds = countOf(value, what)
  if (seconds > lastSecond) throw malformed(what, value)
  return seconds
}

/** Bytes like `0x00ff`, lower case. */
export function hexOf(value: unknown, what = 'data'): string {
  if (typeof value !== 'string' || value.length % 2 === 1) throw malformed(what, value)
  if (/^0x[0-9a-f]*$/.test(value)) return value
  if (!/^0x[0-9a-fA-F]*$/.test(value)) throw malformed(what, value)
  return value.toLowerCase()
}

function fixedHex(value: unknown, bytes: number, what: string): string {
  const text = hexOf(value, what)
  if (text.length !== 2 + 2 * bytes) throw malformed(what, value)
  return text
}

/** A 32-byte hash. */
export function hashOf(value: unknown, what = 'hash'): string {
  return fixedHex(value, 32, what)
}

/** A block's header; undefined for null. */
export function headOf(value: unknown): Head | undefined {
  if (value === null) return undefined
  const block = record(value, 'block')
  return {
    number: heightOf(block.number, 'block number'),
    hash: hashOf(block.hash, 'block hash'),
    timestamp: BigInt(secondsOf(block.timestamp, 'block time')),
    baseFee: block.baseFeePerGas == null ? undefined : quantityOf(block.baseFeePerGas, 'base fee'),
  }
}

/** Logs in the order given; those marked as removed by a reorg are left out. */
export function logsOf(value: unknown): readonly EventLog[] {
  if (!Array.isArray(value)) throw malformed('list of logs', value)
  const logs: EventLog[] = []
  for (const item of value) {
    const log = logOf(item, logs.at(-1))
    if (log !== undefined) logs.push(log)
  }
  return logs
}

/**
 * One log; undefined when it is marked as removed by a reorg. Much is as in the log before: it is read, and held in memory, once.
 */
export function logOf(item: unknown, before: EventLog | undefined): EventLog | undefined {
  const raw = record(item, 'log')
  if (raw.removed === true) return undefined
  if (!Array.isArray(raw.topics)) throw malformed('log', raw)
  const [topic, ...others] = raw.topics
  const time = raw.blockTimestamp == null ? undefined : secondsOf(raw.blockTimestamp, 'log time')
  return {
    address: same(before?.address, raw.address) ?? fixedHex(raw.address, 20, 'log address'),
    topics:
      raw.topics.length === 0
        ? []
        : [
            same(before?.topics[0], topic) ?? hashOf(topic, 'topic'),
            ...others.map(other => hashOf(other, 'topic')),
          ],
    data: hexOf(raw.data, 'log data'),
    block: heightOf(raw.blockNumber, 'log block'),
    blockHash: same(before?.blockHash, raw.blockHash) ?? hashOf(raw.blockHash, 'log block hash'),
    transaction:
      same(before?.transaction, raw.transactionHash) ?? hashOf(raw.transactionHash, 'log transaction'),
    logIndex: countOf(raw.logIndex, 'log index'),
    ...(time !== undefined && { time }),
  }
}

/** What was read before, when this is the same text. */
const same = (read: string | undefined, value: unknown) => (read === value ? read : undefined)

/** A receipt of the transaction that was asked for; undefined while there is none. */
export function receiptOf(value: unknown, transaction: string): TransactionReceipt | undefined {
  if (value === null) return undefined
  const receipt = record(value, 'receipt')
  // Some nodes answer before the block is sealed.
  if (receipt.blockHash === null || receipt.blockNumber === null) return undefined
  if (hashOf(receipt.transactionHash, 'receipt transaction') !== transaction) {
    throw malformed('receipt (of another transaction)', receipt.transactionHash)
  }
  const block = heightOf(receipt.blockNumber, 'receipt block')
  const blockHash = hashOf(receipt.blockHash, 'receipt block hash')
  const logs = logsOf(receipt.logs)
  // What is proven by a log is kept with the log's own place.
  const stray = logs.find(
    log => log.transaction !== transaction || log.blockHash !== blockHash || log.block !== block,
  )
  if (stray !== undefined)
    throw malformed('receipt (with a log of another transaction or block)', stray.transaction)
  return {
    transaction,
    block,
    blockHash,
    succeeded: succeededOf(receipt),
    ...(typeof receipt.from === 'string' && { from: receipt.from.toLowerCase() }),
    ...(receipt.gasUsed != null && { gasUsed: quantityOf(receipt.gasUsed, 'gas used') }),
    ...pricesOf(receipt),
    logs,
  }
}

/** Only counted, never relied upon: a node that has them in another form is no worse for that. */
function pricesOf({ effectiveGasPrice, l1Fee }: Record<string, unknown>) {
  const [gasPrice, settlementFee] = [effectiveGasPrice, l1Fee].map(value =>
    typeof value === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(value) ? BigInt(value) : undefined,
  )
  return {
    ...(gasPrice !== undefined && { gasPrice }),
    ...(settlementFee !== undefined && { settlementFee }),
  }
}

function succeededOf({ status, root, logs }: Record<string, unknown>): boolean | undefined {
  // Some nodes have both, or one of them as null: what has a status is of Byzantium or later.
  if (status != null || root == null) return quantityOf(status, 'receipt status') === 1n
  hashOf(root, 'receipt root')
  return logsOf(logs).length > 0 ? true : undefined
}

/** What the transaction that was asked for calls; undefined where there is none. */
export function callOf(
  value: unknown,
  transaction: string,
): { readonly to: string | undefined; readonly data: string } | undefined {
  if (value === null) return undefined
  const found = record(value, 'transaction')
  if (hashOf(found.hash, 'transaction hash') !== transaction.toLowerCase()) {
    throw malformed('transaction (another one)', found.hash)
  }
  return {
    to: found.to === null ? undefined : fixedHex(found.to, 20, 'transaction target'),
    data: hexOf(found.input, 'transaction data'),
  }
}
