import type { DocumentOf } from '../core/document.ts'
import type { Log } from '../core/log.ts'
import type { RegisterSummary } from '../core/register.ts'
import { formatInstant, type Instant } from '../core/time.ts'

import { isLogTrouble } from './log-trouble.ts'

export interface Gap {
  /** An error code, or why else there is nothing. */
  readonly reason: string
  /** In words; no secret. */
  readonly detail: string
  /** The last instant that the log has a reading of. */
  readonly from: Instant | undefined
  /** When it ended; undefined while it lasts. */
  readonly to?: Instant
}

/** An outage that lasts. */
export interface Outage {
  readonly reason: string
  readonly since: Instant
}

const longestDetail = 500
/** How far back a restart looks for the gap or the reading that came last; receipts may stand behind it. */
const lookBack = 64
/** More than this many changes of reason while the log can't write are not kept apart. */
const mostUnwritten = 8

/**
 * The silence of one asset: an outage is one `gap` entry at its beginning, and another only when its reason changes. A gap
 * that the log can't take now is kept and written before any later reading.
 */
export class Silence {
  readonly #log: Log
  readonly #stream: string
  readonly #unwritten: DocumentOf<'gap'>[] = []
  #outage: Outage | undefined

  constructor(log: Log, stream: string, outage: Outage | undefined) {
    this.#log = log
    this.#stream = stream
    this.#outage = outage
  }

  /** Takes up the outage that lasted when the gateway ended: one that goes on is not written twice. */
  static async restore(log: Log, register: RegisterSummary, stream: string): Promise<Silence> {
    const after = Math.max(-1, register.sequence - lookBack)
    const entries = await log.entries(stream, { after, limit: lookBack })
    const last = entries.findLast(({ kind }) => kind === 'gap' || kind === 'reading' || kind === 'revision')
    const { reason, to } = last?.kind === 'gap' ? (last.document ?? {}) : {}
    const lasts = last !== undefined && typeof reason === 'string' && typeof to !== 'string'
    return new Silence(log, stream, lasts ? { reason, since: last.at } : undefined)
  }

  get outage(): Outage | undefined {
    return this.#outage
  }

  /** An outage goes on or begins; answers whether it is new, or has a new reason. */
  async begin(gap: Gap, now: Instant): Promise<boolean> {
    if (this.#outage?.reason === gap.reason) return false
    this.#outage = { reason: gap.reason, since: this.#outage?.since ?? now }
    await this.note(gap)
    return true
  }

  /** Writes a gap that is over already, or of which nothing more is known. */
  async note(gap: Gap): Promise<void> {
    if (this.#unwritten.length < mostUnwritten) this.#unwritten.push(documentOf(gap))
    await this.write()
  }

  /**
   * Writes what could not be written; false when the log still can't.
   * @throws EnergywebError anything but a log that stands still
   */
  async write(): Promise<boolean> {
    for (let next = this.#unwritten[0]; next !== undefined; next = this.#unwritten[0]) {
      try {
        await this.#log.append(this.#stream, 'gap', next)
      } catch (error) {
        if (isLogTrouble(error)) return false
        throw error
      }
      this.#unwritten.shift()
    }
    return true
  }

  /** A reading has come; answers the outage that is over. */
  end(): Outage | undefined {
    const outage = this.#outage
    this.#outage = undefined
    return outage
  }
}

function documentOf(gap: Gap): DocumentOf<'gap'> {
  return {
    detail: gap.detail.slice(0, longestDetail).toWellFormed(),
    from: gap.from === undefined ? null : formatInstant(gap.from),
    reason: gap.reason,
    to: gap.to === undefined ? null : formatInstant(gap.to),
  }
}
