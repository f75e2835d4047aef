import { type EventLog, logOf } from './answers.ts'
import type { ListReader } from './list-answer.ts'

/** What logs that follow one another mostly have in common. */
type Common = Pick<EventLog, 'address' | 'block' | 'blockHash' | 'time'> & {
  readonly topic: string | undefined
}

const firstSize = 16 * 1024
const firstRows = 256
/** Numbers of a log: what it has in common with others, its index in the block, where its text ends. */
const width = 3

/**
 * Many logs in little memory, outside of V8's heap. As objects a page of them would outlive the young generation, and the old one
 * lets what is dead lie for long.
 */
export class PackedLogs implements ListReader {
  readonly #fits: (log: EventLog) => boolean
  readonly #common: Common[] = []
  #text = Buffer.allocUnsafeSlow(firstSize)
  #textEnd = 0
  #rows = new Float64Array(firstRows * width)
  #size = 0
  #seen = 0
  #last: EventLog | undefined
  #isOrdered = true
  /** Rows by the chain's order, where that is another one. */
  #order: readonly number[] | undefined
  #error: unknown

  /** @param fits - tells the logs that are kept */
  constructor(fits: (log: EventLog) => boolean) {
    this.#fits = fits
  }

  get bytes(): number {
    return this.#text.length + this.#rows.byteLength
  }

  /** How many there are. */
  get size(): number {
    return this.#order?.length ?? this.#size
  }

  /** How many there were, fitting or not. */
  get seen(): number {
    return this.#seen
  }

  push(items: readonly unknown[]): void {
    try {
      if (this.#error === undefined) for (const item of items) this.#read(item)
    } catch (error) {
      this.#error = error
    }
  }

  #read(item: unknown): void {
    this.#seen += 1
    const log = logOf(item, this.#last)
    if (log === undefined || !this.#fits(log)) return
    const { block, logIndex } = this.#last ?? { block: -1n, logIndex: 0 }
    this.#isOrdered &&= log.block === block ? log.logIndex > logIndex : log.block > block
    this.#add(log)
    this.#last = log
  }

  #add(log: EventLog): void {
    const { address, block, blockHash, time, transaction, topics, data, logIndex } = log
    const [topic, ...others] = topics
    const before = this.#common.at(-1)
    const isCommon =
      before?.topic === topic &&
      before?.block === block &&
      before.blockHash === blockHash &&
      before.address === address &&
      before.time === time
    if (!isCommon)
      this.#common.push({ address, topic, block, blockHash, ...(time !== undefined && { time }) })
    const text = others.length === 0 ? `${transaction} ${data}` : `${transaction} ${others.join(' ')} ${data}`
    this.#makeRoom(text.length)
    this.#textEnd += this.#text.write(text, this.#textEnd, 'latin1')
    const row = this.#size * width
    this.#rows[row] = this.#common.length - 1
    this.#rows[row + 1] = logIndex
    this.#rows[row + 2] = this.#textEnd
    this.#size += 1
  }

  #makeRoom(length: number): void {
    const needed = this.#textEnd + length
    // `transfer` gives back what was there at once.
    if (needed > this.#text.length)
      this.#text = Buffer.from(this.#text.buffer.transfer(Math.max(needed, 2 * this.#text.length)))
    if ((this.#size + 1) * width > this.#rows.length)
      this.#rows = new Float64Array(this.#rows.buffer.transfer(2 * this.#rows.byteLength))
  }

  /**
   * All are there: puts them into the chain's order, each once.
   * @throws EnergywebError `network-unreachable`, retryable, when one was malformed
   */
  finish(): this {
    if (this.#error !== undefined) throw this.#error
    this.#last = undefined
    if (!this.#isOrdered) this.#order = this.#ordered()
    return this
  }

  #ordered(): readonly number[] {
    const place = (row: number) => ({
      block: this.#common[this.#rows[row * width] ?? -1]?.block ?? 0n,
      logIndex: this.#rows[row * width + 1] ?? 0,
    })
    const compare = (a: number, b: number) => {
      const [first, second] = [place(a), place(b)]
      if (first.block === second.block) return first.logIndex - second.logIndex
      return first.block < second.block ? -1 : 1
    }
    const rows = Array.from({ length: this.#size }, (_, row) => row).sort(compare)
    return rows.filter((row, i) => i === 0 || compare(rows[i - 1] ?? 0, row) !== 0)
  }

  /** The log at this place in the chain's order. */
  at(place: number): EventLog | undefined {
    const row = this.#order === undefined ? place : this.#order[place]
    if (row === undefined || row < 0 || row >= this.#size) return undefined
    const at = row * width
    const common = this.#common[this.#rows[at] ?? -1]
    if (common === undefined) return undefined
    const { topic, ...shared } = common
    const begin = row === 0 ? 0 : this.#rows[at - 1]
    const text = this.#text.toString('latin1', begin, this.#rows[at + 2])
    const [transaction = '', ...others] = text.split(' ')
    const data = others.pop() ?? ''
    const topics = topic === undefined ? [] : [topic, ...others]
    return { ...shared, topics, data, transaction, logIndex: this.#rows[at + 1] ?? 0 }
  }

  *[Symbol.iterator](): Generator<EventLog> {
    for (let place = 0; place < this.size; place++) {
      const log = this.at(place)
      if (log !== undefined) yield log
    }
  }

  /** Gives the memory back now, not when V8 looks for what is dead: there are no logs in it then. */
  release(): void {
    this.#text.buffer.transfer(0)
    this.#rows.buffer.transfer(0)
    this.#text = Buffer.alloc(0)
    this.#rows = new Float64Array(0)
    this.#order = undefined
    this.#size = 0
  }
}
