import type { DefinedLine } from '../../core/ledger.ts'
import type { EventLog } from '../evm/answers.ts'
import { fitsFilter, type LogFilter } from '../evm/find-logs.ts'
import type { AbiCodec } from './abi-codec.ts'
import type { ChainView, LedgerContract, Registered, RegisteredBy } from './define-ledger.ts'

/** A line of a contract, and whose events are its own. */
export interface EventsOf {
  readonly line: DefinedLine
  /** The contract. */
  readonly address: string
  /** Who registers, lower case. */
  readonly by: string
}

/** The names of the events that prove registrations of a contract. */
export function eventNames({ event }: Pick<LedgerContract<unknown>, 'event'>): readonly string[] {
  return typeof event === 'string' ? [event] : event
}

/** The events that prove registrations of lines: how a node finds them, and what they say. */
export class LineEvents {
  readonly #contract: LedgerContract<unknown>
  readonly #codec: AbiCodec
  /** A contract may have to be asked what an event says: once for each log that is held in memory. */
  readonly #known = new WeakMap<EventLog, Map<string, readonly Registered[]>>()

  constructor(contract: LedgerContract<unknown>, codec: AbiCodec) {
    this.#contract = contract
    this.#codec = codec
  }

  /** A filter for each kind of event. */
  filters(of: EventsOf): readonly LogFilter[] {
    return eventNames(this.#contract).map(eventName => this.#filter(of, eventName))
  }

  /** All that a log registers for the line, in the order of the event; none when it is not of this line. */
  async registeredBy(
    of: EventsOf,
    log: EventLog,
    asked: { readonly chain: ChainView; readonly signal?: AbortSignal },
  ): Promise<readonly Registered[]> {
    const { name } = of.line
    const ofLog = this.#known.get(log) ?? new Map<string, readonly Registered[]>()
    this.#known.set(log, ofLog)
    const known = ofLog.get(name)
    if (known !== undefined) return known
    const found = listed(await this.#read(of, log, asked))
    ofLog.set(name, found)
    return found
  }

  async #read(
    of: EventsOf,
    log: EventLog,
    asked: { readonly chain: ChainView; readonly signal?: AbortSignal },
  ): Promise<RegisteredBy> {
    for (const eventName of eventNames(this.#contract)) {
      if (!fitsFilter(log, this.#filter(of, eventName))) continue
      const event = this.#codec.decodeEvent(this.#contract.abi, eventName, log)
      if (event !== undefined) return this.#contract.registered(of.line, event, { ...asked, account: of.by })
    }
    return undefined
  }

  #filter({ line, address, by }: EventsOf, eventName: string): LogFilter {
    const args = this.#contract.eventArgs(line, { account: by, eventName })
    return { address, topics: this.#codec.topics(this.#contract.abi, { eventName, args }) }
  }
}

/** What an event says, as a list. */
export function listed(said: RegisteredBy): readonly Registered[] {
  if (said === undefined) return []
  return 'total' in said ? [said] : said
}
