import { parseCid } from '../../core/any-cid.ts'
import type { Clock } from '../../core/clock.ts'
import { isEnergywebError } from '../../core/errors.ts'
import { faultPoint } from '../../core/fault-point.ts'
import type { Ledger, LineStatus } from '../../core/ledger.ts'
import type { Logger } from '../../core/logger.ts'
import type { Pin, PinBook, PinLine, PinNews } from '../../core/pin-book.ts'
import type { Instant } from '../../core/time.ts'
import { contentsAQuestion, type PinRemote } from './remote.ts'

export interface PinLedgerOptions {
  readonly name: string
  readonly kind: 'kubo' | 'ipfs-pinning'
  readonly lines: readonly PinLine[]
  readonly remote: PinRemote
  readonly book: PinBook
  readonly clock: Clock
  readonly log: Logger
}

/** Entries that are looked at together, and pins that are worked on in one turn of a line. */
const [entriesAtOnce, pinsATurn] = [500, 500]
/** Milliseconds until what a remote gave up on is asked for again: doubled each time, up to the longest. */
const [firstWait, longestWait] = [60_000, 3_600_000]

/** Why content is never given to a remote. */
const tooLong = 'longer than 1 MiB: blocks of that size do not travel between nodes of IPFS'

interface Wait {
  readonly until: Instant
  readonly length: number
  readonly why: string
}

/**
 * Gives content to a remote of IPFS: the entries behind a line's cursor are its outbox, and the identifier of content is its key,
 * so that what was given before a crash is given again without harm. What was erased here is taken back.
 */
export class PinLedger implements Ledger {
  readonly name: string
  readonly kind: string
  readonly #options: PinLedgerOptions
  readonly #waits = new Map<string, Wait>()
  /** By line, up to which entry it was looked after what the remote was asked for. */
  readonly #looked = new Map<string, number>()
  /** By line, how many contents it was told of that are never given. */
  readonly #passedOver = new Map<string, number>()
  #opened = false

  constructor(options: PinLedgerOptions) {
    this.name = options.name
    this.kind = options.kind
    this.#options = options
  }

  async work({ signal }: { signal: AbortSignal }): Promise<void> {
    const { book, lines } = this.#options
    if (!this.#opened) for (const line of lines) await book.openPins(line)
    this.#opened = true
    for (const line of lines) {
      for (let looked = entriesAtOnce; looked === entriesAtOnce; ) {
        looked = await book.gatherPins(line.line, entriesAtOnce)
        signal.throwIfAborted()
      }
      await this.#workOn(line.line, signal)
    }
  }

  async #workOn(line: string, signal: AbortSignal): Promise<void> {
    const { book, clock } = this.#options
    const now = clock.now()
    const underWay = await book.pinsUnderWay(line, pinsATurn, this.#looked.get(line))
    const pins = underWay.filter(({ cid }) => (this.#waits.get(`${line} ${cid}`)?.until ?? now) <= now)
    const last = underWay.findLast(({ state }) => state === 'asked' || state === 'failed')
    if (last !== undefined) this.#looked.set(line, last.sequence)
    for (let from = 0; from < pins.length; from += contentsAQuestion) {
      const some = pins.slice(from, from + contentsAQuestion)
      const news: PinNews[] = []
      try {
        await this.#ask(line, some, { news, signal })
      } finally {
        // What the remote said before it failed is kept.
        if (news.length > 0) await book.recordPins(line, news)
      }
      signal.throwIfAborted()
    }
    // Entries without content move the cursor, too.
    const { cursor, gathered, counts } = await book.pinLine(line)
    this.#tellPassedOver(line, counts['too-long'] ?? 0)
    if (cursor < gathered) await book.settlePins(line)
  }

  /** Once each time that there is more of it. */
  #tellPassedOver(line: string, contents: number): void {
    const told = this.#passedOver.get(line) ?? 0
    this.#passedOver.set(line, contents)
    if (contents <= told) return
    this.#options.log.warn({ line, contents }, `${line}: ${contents} contents are not given, ${tooLong}`)
  }

  async #ask(
    line: string,
    pins: readonly Pin[],
    { news, signal }: { readonly news: PinNews[]; readonly signal: AbortSignal },
  ): Promise<void> {
    const { remote } = this.#options
    const wanted = pins.filter(({ state }) => state !== 'leaving')
    const cids = wanted.map(({ cid }) => parseCid(cid))
    const known = cids.length === 0 ? new Map() : await remote.known(cids, { signal })
    for (const pin of pins) {
      const said = known.get(pin.cid)
      if (pin.state === 'leaving') news.push(...(await this.#takeBack(line, pin, signal)))
      else if (said === undefined || (said === 'failed' && this.#isToBeAskedAgain(line, pin))) {
        news.push(...(await this.#give(line, pin, signal)))
      } else {
        news.push({ cid: pin.cid, state: said })
        if (said === 'failed') this.#wait(line, pin.cid, 'the remote could not pin it')
        else this.#waits.delete(`${line} ${pin.cid}`)
      }
    }
  }

  /** A failure that was told before, and whose wait is over. */
  #isToBeAskedAgain(line: string, { cid }: Pin): boolean {
    return this.#waits.has(`${line} ${cid}`)
  }

  async #give(line: string, { cid, state }: Pin, signal: AbortSignal): Promise<readonly PinNews[]> {
    const { book, remote } = this.#options
    const bytes = await book.pinBytes(line, cid)
    // Erased since it was looked at: it comes as one that leaves.
    if (bytes === undefined) return []
    faultPoint('ipfs/before-put')
    try {
      if (state === 'failed') await remote.remove(parseCid(cid), { signal })
      const said = await remote.put({ cid: parseCid(cid), bytes }, { signal })
      faultPoint('ipfs/after-put')
      if (said === 'failed') this.#wait(line, cid, 'the remote could not pin it')
      else this.#waits.delete(`${line} ${cid}`)
      return [{ cid, state: said }]
    } catch (error) {
      // One content that a remote refuses must not hold up the others.
      if (!isEnergywebError(error, 'network-refused')) throw error
      this.#wait(line, cid, error.message)
      return [{ cid, state: 'failed' }]
    }
  }

  async #takeBack(line: string, { cid }: Pin, signal: AbortSignal): Promise<readonly PinNews[]> {
    const { book, remote } = this.#options
    try {
      if (!(await book.pinShared(line, cid))) await remote.remove(parseCid(cid), { signal })
    } catch (error) {
      // What a remote does not let go of must not hold up the rest; it is not forgotten here before it is gone there.
      if (!isEnergywebError(error, 'network-refused')) throw error
      this.#wait(line, cid, error.message)
      return []
    }
    this.#waits.delete(`${line} ${cid}`)
    return [{ cid, state: 'gone' }]
  }

  #wait(line: string, cid: string, why: string): void {
    const key = `${line} ${cid}`
    const before = this.#waits.get(key)
    const length = Math.min(longestWait, before === undefined ? firstWait : before.length * 2)
    this.#waits.set(key, { until: this.#options.clock.now() + length, length, why })
    if (before === undefined) this.#options.log.warn({ line }, `${line}: tried again later: ${why}`)
  }

  async status(): Promise<readonly LineStatus[]> {
    if (!this.#opened) return []
    return Promise.all(
      this.#options.lines.map(async ({ line }) => {
        const { cursor, end, counts } = await this.#options.book.pinLine(line)
        const contents = counts['too-long'] ?? 0
        const wait = [...this.#waits].find(([key]) => key.startsWith(`${line} `))?.[1]
        return {
          ...{ line, cursor, backlog: end - cursor, pending: {} },
          ...{ stopped: undefined, trouble: wait?.why },
          ...(contents > 0 && { passedOver: { contents, reason: tooLong } }),
        }
      }),
    )
  }

  async close(): Promise<void> {
    await this.#options.remote.close()
  }
}
