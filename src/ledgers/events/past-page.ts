import type { EventLog } from '../evm/answers.ts'
import type { PackedLogs } from '../evm/packed-logs.ts'
import type { Place } from './cursor-text.ts'
import { EventKeys } from './event-key.ts'

/** An event of a block that no reorg reaches, as it is to be offered. */
export interface PastEvent {
  readonly log: EventLog
  readonly key: string
}

/** Events of the far past, in the order of the chain: they stay packed until they are taken, one by one. */
export class PastPage {
  readonly #logs: PackedLogs
  readonly #keys: EventKeys
  #next = 0

  /** @param after - what stands up to here was offered before */
  constructor(logs: PackedLogs, { chainId, after }: { chainId: bigint; after: Place | undefined }) {
    this.#logs = logs
    this.#keys = new EventKeys(chainId)
    if (after !== undefined) this.#skip(after)
    if (this.size === 0) this.#release()
  }

  #skip(after: Place): void {
    for (let log = this.#logs.at(0); log !== undefined && isUpTo(log, after); ) {
      // Another log of the same transaction may say the same: it has the next number.
      this.#keys.next(log)
      this.#next += 1
      log = this.#logs.at(this.#next)
    }
  }

  /** How many there are to be taken. */
  get size(): number {
    return this.#logs.size - this.#next
  }

  /** Where the next one stands. */
  get place(): Place | undefined {
    return this.#logs.at(this.#next)
  }

  take(): PastEvent | undefined {
    const log = this.#logs.at(this.#next)
    if (log === undefined) return undefined
    this.#next += 1
    const event = { log, key: this.#keys.next(log) }
    if (this.size === 0) this.#release()
    return event
  }

  #release(): void {
    this.#logs.release()
    this.#next = 0
  }
}

function isUpTo({ block, logIndex }: EventLog, place: Place): boolean {
  return block === place.block && logIndex <= place.logIndex
}
