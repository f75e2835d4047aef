import { hash } from 'node:crypto'
import type { EventLog } from '../evm/answers.ts'

/**
 * The keys of logs: chain, transaction, the first 16 bytes of SHA-256 of what the log says, and a number that tells logs of one
 * transaction apart which say the same. So the key of an event stays when its transaction is mined again in another block; when it
 * then says something else, it is another event. Logs must be given in their order, and all of a transaction that match.
 */
export class EventKeys {
  readonly #chainId: bigint
  /**
   * How often it was said, by 32 bits of the digest: small integers, as texts of a transaction with thousands of logs would outlive
   * V8's young generation. Two that share these bits count on together, and are still told apart by what they say.
   */
  readonly #seen = new Map<number, number>()
  #transaction = ''

  constructor(chainId: bigint) {
    this.#chainId = chainId
  }

  /** The key of the log that follows on the one asked about before. */
  next({ address, topics, data, transaction }: EventLog): string {
    if (transaction !== this.#transaction) this.#seen.clear()
    this.#transaction = transaction
    const said = hash('sha256', `${address} ${topics.join(' ')} ${data}`).slice(0, 32)
    const bits = Number.parseInt(said.slice(0, 8), 16) | 0
    const ordinal = this.#seen.get(bits) ?? 0
    this.#seen.set(bits, ordinal + 1)
    return `${this.#chainId}:${transaction}:${said}:${ordinal}`
  }
}
