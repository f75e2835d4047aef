import type { DefinedLine } from '../../core/ledger.ts'
import type { EventLog } from '../evm/answers.ts'
import { logsNearAny } from '../evm/find-logs.ts'
import { inChainOrder } from '../evm/log-order.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { AskedAt, KeptCall, Registration, Registry } from '../evm/registry.ts'
import type { AbiCodec } from './abi-codec.ts'
import { chainView } from './chain-view.ts'
import type { LedgerContract, Registered, TransactionCall } from './define-ledger.ts'
import { type EventsOf, LineEvents } from './line-events.ts'

export interface LineRegistrationsOptions {
  readonly contract: LedgerContract<unknown>
  readonly network: EvmNetwork
  readonly codec: AbiCodec
  /** Who signs, lower case. */
  readonly account: string
  readonly fromBlock: bigint
}

/** The call that made an event, where that is known. */
interface MadeBy {
  readonly made?: TransactionCall
}

/** What a chain has of lines: which event is whose registration, and where it stands. */
export class LineRegistrations {
  readonly #options: LineRegistrationsOptions
  readonly #events: LineEvents

  constructor(options: LineRegistrationsOptions) {
    this.#options = options
    this.#events = new LineEvents(options.contract, options.codec)
  }

  /** The contract that a line reports to, lower case. */
  contractOf(line: DefinedLine): string {
    return this.#options.contract.addressOf(line).toLowerCase()
  }

  /** The link that a call carries; empty where the contract keeps none. */
  linkOf(data: string): string {
    const { contract, codec } = this.#options
    return contract.linkOf?.(codec.decodeCall(contract.abi, data)) ?? ''
  }

  /** The call's own registration among these logs. */
  async among(
    line: DefinedLine,
    call: KeptCall,
    { logs, isOwn = false, isTaken = () => false, ...asked }: Parameters<Registry['registrationIn']>[2],
  ): Promise<Registration | undefined> {
    const link = this.#options.contract.linkOf === undefined ? undefined : this.linkOf(call.data)
    const made = isOwn ? { made: { to: call.to.toLowerCase(), data: call.data } } : {}
    const own = this.#eventsOf(line, call)
    for (const log of logs) {
      const all = await this.#registeredBy(own, log, { ...asked, ...made })
      const place = all.findIndex(
        (one, i) =>
          one.total === call.value && (one.link === undefined || one.link === link) && !isTaken(log, i),
      )
      const found = all[place]
      if (found === undefined) continue
      return { log, part: { place, of: all.length }, before: found.before, value: found.total }
    }
    return undefined
  }

  /** The call's own registration, wherever it stands; the earliest from block `from` on. */
  async find(
    line: DefinedLine,
    call: KeptCall,
    { from, to, ...rest }: Parameters<Registry['find']>[2],
  ): Promise<Registration | undefined> {
    const { network, fromBlock } = this.#options
    const filters = this.#events.filters(this.#eventsOf(line, call))
    for (let at = from > fromBlock ? from : fromBlock; at <= to; ) {
      const { logs, searched } = await logsNearAny(network, filters, { at, limit: to, ...rest })
      const found = await this.among(line, call, { logs: inChainOrder(logs), at: to, ...rest })
      if (found !== undefined) return found
      at = searched + 1n
    }
    return undefined
  }

  /** All events of the line near a block. */
  near(line: DefinedLine, range: Parameters<Registry['history']>[1]): ReturnType<Registry['history']> {
    return logsNearAny(this.#options.network, this.#events.filters(this.#eventsOf(line)), range)
  }

  /** What the contract held before an event at most; undefined for one that is none of the line. */
  async totalBefore(line: DefinedLine, log: EventLog, asked: AskedAt): Promise<bigint | undefined> {
    const found = await this.#registeredBy(this.#eventsOf(line), log, asked)
    // Where events don't tell what was before, it was at most what is there after.
    const befores = found.map(({ before, total }) => before ?? total)
    return befores.length === 0 ? undefined : befores.reduce((least, one) => (one < least ? one : least))
  }

  /** Those of a line, told by whoever made a call, or by us. */
  #eventsOf(
    line: DefinedLine,
    { to, account: by = this.#options.account }: Partial<KeptCall> = {},
  ): EventsOf {
    return { line, address: to ?? this.contractOf(line), by }
  }

  /** All that a log registers for the line; the call that made it is given where it is known. */
  #registeredBy(
    of: EventsOf,
    log: EventLog,
    { at, made, ...rest }: AskedAt & MadeBy,
  ): Promise<readonly Registered[]> {
    const { network, codec } = this.#options
    // A receipt may be a block newer than the head that is known.
    const seen = chainView(network, codec, { at: at > log.block ? at : log.block, ...rest })
    const chain = made === undefined ? seen : { ...seen, transaction: async () => made }
    return this.#events.registeredBy(of, log, { chain, ...rest })
  }
}
