import type { Abi } from 'viem'
import type { ZodType, z } from 'zod'
import type { Certificate } from '../../core/certificate.ts'
import type { Clock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { DefinedLine } from '../../core/ledger.ts'
import type { Logger } from '../../core/logger.ts'
import type { Instant } from '../../core/time.ts'
import type { EventName, EventOf, Outputs, ViewName } from '../contract/contract-types.ts'
import type { Content } from './published-content.ts'
import type { RegisteredNames } from './registered-names.ts'

/**
 * What a kind of ledger wants to be told: `absolute`: each new total of the register, equal ones too; `increasing`: only
 * totals that are higher than the last, in whole Wh; `interval`: at the end of each period what the register rose by in it.
 */
export type LedgerNeeds = 'absolute' | 'increasing' | 'interval'

/** The lengths that a period of an `interval` ledger can have; they begin at whole ones of UTC. */
export type PeriodLength = 'hour' | 'day' | 'month'

/** What a line shall register next. */
export interface Registering {
  /**
   * Wh that the register holds with it, in whole units of the contract; of an `interval` ledger all that was ever asked for,
   * this included.
   */
  readonly total: bigint
  /** What `total` was before: at first 0. */
  readonly before: bigint
  /** True for a silent meter: `total` is the one before. Only `absolute` ledgers are told. */
  readonly meterDown: boolean
  /** The entry that is registered, and the one that the call before registered; undefined at first. Leaf hashes: 0x and 64 hex digits. */
  readonly entry: RegisteredEntry
  readonly previous: RegisteredEntry | undefined
  /** Sequences of all that the call stands for. */
  readonly first: number
  readonly last: number
  /** Of an `interval` ledger. */
  readonly period?: RegisteredPeriod
  /** Names of the entry that is registered, and of its content where {@link LedgerDefinition.publishes} says so. */
  readonly names: RegisteredNames
}

export interface RegisteredEntry {
  readonly sequence: number
  readonly leafHash: string
}

export interface RegisteredPeriod {
  /** Start included, end not. */
  readonly from: Instant
  readonly to: Instant
  /** Merkle root (RFC 9162) over the leaf hashes of the stream's entries `first` to `last`, 0x and 64 hex digits. */
  readonly root: string
}

/** A call of the contract, in the words of its ABI. */
export interface ContractCall {
  readonly functionName: string
  readonly args: readonly unknown[]
}

/** An event of the contract, read by its ABI. */
export interface ContractEvent {
  readonly eventName: string
  /** By name. */
  readonly args: Readonly<Record<string, unknown>>
  readonly address: string
  readonly transaction: string
  readonly block: bigint
  readonly blockHash: string
  readonly logIndex: number
}

/** What an event says was registered. */
export interface Registered {
  /** Wh, as {@link Registering.total}. */
  readonly total: bigint
  /** What the contract held before; undefined where its events don't tell. */
  readonly before?: bigint
  /** What ties it to the entry, where the contract keeps such a thing: must equal {@link LedgerContract.linkOf}. */
  readonly link?: string
}

/** What an event says: of nothing, of one registration, or of several. */
export type RegisteredBy = Registered | readonly Registered[] | undefined

/** What a view answers by its ABI; unknown where only the running program knows which view or ABI it is. */
export type ViewAnswer<abi extends Abi, name extends string> =
  name extends ViewName<abi> ? Outputs<abi, name> : unknown

/** An event by its ABI. */
export type SeenEvent<abi extends Abi, name extends string> =
  name extends EventName<abi> ? EventOf<abi, name> : ContractEvent

/** Reading the chain, always as it is in one block. */
export interface ChainView {
  readonly chainId: bigint
  /** The block that is looked at. */
  readonly block: bigint
  /**
   * What a view function answers; several outputs as an object by their names.
   * @throws EnergywebError `ledger-not-ready` when it reverts, `network-unreachable`, `abi-invalid`
   */
  read<const abi extends Abi, const name extends string>(
    contract: { address: string; abi: abi },
    call: ContractCall & { readonly functionName: name },
  ): Promise<ViewAnswer<abi, name>>
  /** False for an address without code: that one would take every call in silence. */
  hasCode(address: string): Promise<boolean>
  /** A transaction's call, in whatever block it is: what an event does not tell. Undefined where the node has none. */
  transaction(hash: string): Promise<TransactionCall | undefined>
  /** Events of one kind from block `from` on, oldest first, in as many requests as it takes. */
  events<const abi extends Abi, const name extends string>(
    contract: { address: string; abi: abi },
    query: { eventName: name; args?: Readonly<Record<string, unknown>>; from: bigint },
  ): AsyncIterable<SeenEvent<abi, name>>
}

/** What a transaction called. */
export interface TransactionCall {
  /** 0x and 40 hex digits, lower case; undefined where a contract was made. */
  readonly to: string | undefined
  readonly data: string
}

/** What a ledger of a defined kind gets besides its options. */
export interface LedgerContext {
  /** Its name in the configuration. */
  readonly name: string
  /** Origin line of the log's checkpoints, where the log has one. */
  readonly origin: string | undefined
  /** No event of its contracts is older. */
  readonly fromBlock: bigint
  readonly clock: Clock
  readonly log: Logger
}

type WithSignal = { readonly signal?: AbortSignal }

/** One contract as a ledger: what to call, and how to know that it worked. All that is hard is done around it. */
export interface LedgerContract<Target> {
  readonly abi: Abi
  /** Most gas that one call may be given. */
  readonly gasCap: bigint
  /** The contract that a line's calls go to, 0x and 40 hex digits. */
  addressOf(line: DefinedLine<Target>): string
  /**
   * Asks the chain where that contract is, where the configuration names only one that knows: before each {@link check}. Until
   * then {@link addressOf} may throw.
   * @throws EnergywebError `ledger-not-ready`, retryable
   */
  locate?(line: DefinedLine<Target>, options: { readonly chain: ChainView } & WithSignal): Promise<void>
  /**
   * Looks at all that the contract would refuse. `account` is who would write, here and below in lower case.
   * @throws EnergywebError `ledger-not-ready`, retryable, saying what to ask of whom
   */
  check(line: DefinedLine<Target>, options: { account: string; chain: ChainView } & WithSignal): Promise<void>
  /** What the contract holds for the line, Wh; 0 at first. Of an `interval` ledger the sum of all that was asked for. */
  readTotal(
    line: DefinedLine<Target>,
    options: { account: string; chain: ChainView } & WithSignal,
  ): Promise<{ readonly total: bigint; readonly link?: string }>
  /** The call that registers. It depends on nothing but what is given: after a restart it must come out the same. */
  call(line: DefinedLine<Target>, registering: Registering): ContractCall
  /** The event that proves a registration; several where the contract tells of it in several ways. */
  readonly event: string | readonly string[]
  /** By which indexed arguments those of a line are found; a list means any of them. */
  eventArgs(
    line: DefinedLine<Target>,
    options: { account: string; eventName: string },
  ): Readonly<Record<string, unknown>>
  /**
   * What an event says; undefined for one that is not of this line, and a list where one tells of several registrations, always
   * in the same order. Written as `(line, event: EventOf<typeof abi, 'Counted'>)` the event's arguments have their types.
   */
  registered(
    line: DefinedLine<Target>,
    event: ContractEvent,
    options: { chain: ChainView; account: string } & WithSignal,
  ): RegisteredBy | Promise<RegisteredBy>
  /** What ties a call to its entry, where the contract keeps such a thing. */
  linkOf?(call: ContractCall): string
  /** The period that a call is about: what {@link call} was given. Every `interval` ledger has it. */
  periodOf?(call: ContractCall): Pick<RegisteredPeriod, 'from' | 'to'>
  /** True when each registration asks for a certificate, and somebody decides on it: the status tells how many have none. */
  readonly asksForCertificates?: boolean
  /**
   * Certificates that came of final registrations, asked for now and then; only those of blocks `since` to `upTo`, which are
   * final, count. What is known already may be given again.
   */
  certificates?(
    line: DefinedLine<Target>,
    options: {
      readonly account: string
      /** Final registrations, oldest first, whose certificate is not known: new ones, and the newest again; empty when all are. */
      readonly open: readonly FinalRegistration[]
      readonly known: readonly Certificate[]
      /** Events of blocks before this one were looked at already: what they say is among `known`. */
      /** True when blocks that were looked at are gone, by a reorganisation deeper than finality: what was read of them is read again. */
      readonly isAnew?: boolean
      readonly since: bigint
      readonly upTo: bigint
      readonly chain: ChainView
    } & WithSignal,
  ): Promise<readonly Certificate[]>
}

/** A registration that is final. */
export interface FinalRegistration {
  /** True when it is given for the first time: later its own transaction has nothing new to say. */
  readonly isNew: boolean
  readonly first: number
  readonly last: number
  readonly total: bigint
  /** Wh that it added to the one before. */
  readonly energy: bigint
  readonly transaction: string
  readonly block: bigint
  readonly blockHash: string
  readonly logIndex: number
  /** All that its transaction logged, of whatever contract. */
  logs(options?: WithSignal): Promise<readonly RawLog[]>
}

export interface RawLog {
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
  readonly logIndex: number
}

/** Everything about a kind of ledger: what a documentation page, a configuration check and the gateway need. */
export interface LedgerDefinition<Options extends ZodType = ZodType, Line extends ZodType = ZodType> {
  /** The word in a configuration's `kind`, like `my-registry`. */
  readonly name: string
  readonly title: string
  /** What it is and what one must know about it; Markdown. */
  readonly description: string
  /** How it was shown to work. */
  readonly proof: string
  /** What can't be made good later: `energyweb check` says it of every line that reports to it. */
  readonly caution?: string
  readonly needs: LedgerNeeds
  /** Wh that the contract counts as one: 1000n where it counts kWh; default 1n. All totals are whole ones of it, in Wh. */
  readonly unit?: bigint
  /** What a ledger's configuration has of its own, besides `kind`, `network`, `every` and `fromBlock`; `period` comes with `interval`. */
  readonly options: Options
  /** What a report line has of its own, besides `ledger` and `key`. */
  readonly line: Line
  /**
   * What of a reading the calls of such a line name by CID, or by a UUID made of one: it is public for ever then. An asset whose
   * lines do must say `publish: cid`. Without it a call gets no name of content. Default nothing.
   */
  publishes?(line: z.output<Line>, options: z.output<Options>): readonly Content[]
  /** A ledger of a configuration that works, and a report line to it, as YAML. */
  readonly example: { readonly ledger: string; readonly report: string }
  create(options: z.output<Options>, context: LedgerContext): LedgerContract<z.output<Line>>
}

/** A definition whose options nobody has looked at yet. */
export interface AnyLedgerDefinition extends Omit<LedgerDefinition, 'create' | 'publishes'> {
  /** @throws EnergywebError `config-invalid` when the options don't fit; no value is quoted */
  open(options: unknown, context: LedgerContext): LedgerContract<unknown>
  /** A report line's own part, checked. @throws EnergywebError `config-invalid` */
  target(line: unknown): unknown
  /**
   * What of a reading calls name by CID, of a line as {@link target} answers it.
   * @throws EnergywebError `config-invalid` when the options don't fit
   */
  published(target: unknown, options: unknown): readonly Content[]
}

/**
 * Declares a kind of ledger. A module that a configuration names exports the answer as `ledger`.
 *
 * @example
 * export const ledger = defineLedger({ name: 'my-registry', needs: 'increasing', …, create: (options, context) => … })
 */
export function defineLedger<const Options extends ZodType, const Line extends ZodType>(
  definition: LedgerDefinition<Options, Line>,
): AnyLedgerDefinition {
  const { create, publishes, ...rest } = definition
  const { name, options, line, example, unit } = definition
  if (unit !== undefined && !(typeof unit === 'bigint' && unit > 0n)) {
    throw new EnergywebError('config-invalid', `${name}: unit ${unit} is no whole number of Wh`, {
      hint: 'Write it as 1000n where the contract counts kWh, or leave it out where it counts Wh.',
    })
  }
  return {
    ...rest,
    open(given, context) {
      const contract = create(fitting(options, given, { name, example: example.ledger }), context)
      // What a target is was checked by `target`: the line's own schema made it.
      return contract as LedgerContract<unknown>
    },
    target: given => fitting(line, given, { name: `report line to ${name}`, example: example.report }),
    published(target, given) {
      if (publishes === undefined) return []
      // As above: the line's own schema made it.
      return publishes(target as z.output<Line>, fitting(options, given, { name, example: example.ledger }))
    },
  }
}

function fitting<Schema extends ZodType>(
  schema: Schema,
  given: unknown,
  { name, example }: { readonly name: string; readonly example: string },
): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') || 'options'
  throw new EnergywebError('config-invalid', `${name}: ${field}: ${issue?.message}`, {
    hint: `One that works:\n${example}`,
  })
}
