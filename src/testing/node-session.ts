import { type Clock, sleep } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'

/** What a node says to one call: a result, or its own error. */
export type NodeAnswer =
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }

export interface NodeCall {
  readonly method: string
  readonly params: readonly unknown[]
}

/** A transaction for the node under test; prices are wei per gas. */
export interface NodeTransaction {
  readonly nonce: number
  /** Undefined creates a contract. */
  readonly to?: string
  readonly data: string
  readonly gas: bigint
  readonly price: bigint
  /** With it the transaction is of type 2 (EIP-1559) and `price` its maximum. */
  readonly tip?: bigint
  /** Another chain's; default the node's. */
  readonly chainId?: bigint
  /** The account without coins signs. */
  readonly poor?: boolean
}

/** A node under test, and the client that is to get on with it. */
export interface NodeSubject {
  readonly chainId: bigint
  /** A funded account, lower case, that nobody else uses meanwhile. */
  readonly account: string
  /** All calls in one request, answers in their order. */
  ask(calls: readonly NodeCall[]): Promise<readonly NodeAnswer[]>
  sign(transaction: NodeTransaction): Promise<{ readonly raw: string; readonly hash: string }>
  /** The client's word for what a node's refusal means. */
  classify(error: { code: number; message: string; data: unknown }): string
  /** What a transaction should pay now. */
  price(): Promise<bigint>
  /** The contract that the suite works with. */
  readonly registry: NodeRegistry
  /** Whether blocks may be taken back: never on a chain that somebody else uses. */
  readonly mayRewind: boolean
  readonly clock: Clock
  /** Milliseconds until a transaction must be in a block. */
  readonly patience: number
  readonly signal?: AbortSignal
}

/** A registry as call data. */
export interface NodeRegistry {
  readonly bytecode: string
  /** Calls that make asset 0, owned and written by the account. */
  setUp(account: string): readonly string[]
  /** Registers a total of asset 0, Wh; its event carries `topics`. */
  read(total: bigint): string
  readonly topics: readonly string[]
  /** A call that the registry refuses. */
  readonly refused: string
}

/** A receipt, as far as it is looked at. */
export interface NodeReceipt {
  readonly status: string
  readonly blockNumber: string
  readonly blockHash: string
  readonly gasUsed: string
  readonly contractAddress: string | null
  readonly transactionHash: string
  readonly logs: readonly Record<string, unknown>[]
}

const pollEvery = 250
const plainGas = 21_000n

/** What the cases share: the node, its account's nonces, and the contract once it is there. */
export class NodeSession {
  readonly subject: NodeSubject
  /** The registry's address, once it was deployed. */
  contract: string | undefined
  /** The block of the registry's deployment. */
  deployedAt = 0n
  /** It takes a transaction behind a gap of nonces, and answers. */
  keepsGaps = false
  /** A transaction that is in a block. */
  mined: { readonly raw: string; readonly receipt: NodeReceipt } | undefined

  constructor(subject: NodeSubject) {
    this.subject = subject
  }

  async ask(method: string, params: readonly unknown[] = []): Promise<NodeAnswer> {
    const [answer] = await this.subject.ask([{ method, params }])
    if (answer === undefined) throw new EnergywebError('internal', `no answer to ${method}`)
    return answer
  }

  /** A result that the case can't do without. @throws EnergywebError `network-refused` */
  async need(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const answer = await this.ask(method, params)
    if (answer.error === undefined) return answer.result
    throw new EnergywebError('network-refused', `${method}: ${saidBy(answer)}`)
  }

  /** The next nonce by the newest block. */
  async nonce(): Promise<number> {
    return Number(
      BigInt(String(await this.need('eth_getTransactionCount', [this.subject.account, 'latest']))),
    )
  }

  async head(): Promise<Record<string, unknown>> {
    return recordOf(await this.need('eth_getBlockByNumber', ['latest', false]))
  }

  /** Signs a transfer of nothing to ourselves, or what is given instead. */
  async sign(change: Partial<NodeTransaction> = {}) {
    const { account } = this.subject
    const nonce = change.nonce ?? (await this.nonce())
    const price = change.price ?? (await this.subject.price())
    return this.subject.sign({ to: account, data: '0x', gas: plainGas, ...change, nonce, price })
  }

  /** Creates a contract. */
  async signCreation(data: string, gas: bigint) {
    const { subject } = this
    return subject.sign({ nonce: await this.nonce(), price: await subject.price(), data, gas })
  }

  send(raw: string): Promise<NodeAnswer> {
    return this.ask('eth_sendRawTransaction', [raw])
  }

  async receipt(hash: string): Promise<NodeReceipt | undefined> {
    const found = await this.need('eth_getTransactionReceipt', [hash])
    if (found === null) return undefined
    const receipt = recordOf(found)
    // Some nodes answer before the block is sealed.
    return receipt.blockHash == null ? undefined : (receipt as unknown as NodeReceipt)
  }

  /** Waits for the block of a transaction; undefined when it never came. */
  async settled(hash: string, patience = this.subject.patience): Promise<NodeReceipt | undefined> {
    const { clock, signal } = this.subject
    const began = clock.monotonic()
    for (;;) {
      const receipt = await this.receipt(hash)
      if (receipt !== undefined || clock.monotonic() - began > patience) return receipt
      await sleep(pollEvery, { clock, ...(signal && { signal }) })
    }
  }

  /** The client's word for an answer: `accepted`, or what the refusal means. */
  meaning(answer: NodeAnswer): string {
    if (answer.error === undefined) return 'accepted'
    return this.subject.classify({ data: undefined, ...answer.error })
  }
}

/** A node's own words, with its code. */
export function saidBy(answer: NodeAnswer): string {
  if (answer.error === undefined) return shortly(answer.result)
  const { code, message } = answer.error
  return `${code} ${message}`.slice(0, 300)
}

function shortly(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > 70 ? `${text.slice(0, 67)}...` : text
}

/** @throws EnergywebError `network-refused` for what is no object */
export function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new EnergywebError('network-refused', `expected an object, the node said ${shortly(value)}`)
}
