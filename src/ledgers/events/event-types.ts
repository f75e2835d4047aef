import type { Abi, ContractEventName, GetEventArgs, ParseAbi } from 'viem'
import type { Instant } from '../../core/time.ts'

export type AnyAbi = Abi | readonly string[] | undefined
export type AnyEvent = string | readonly string[] | undefined
type Declared<Text> = Text extends `event ${string}` ? Text : Text extends string ? `event ${Text}` : never

type DeclaredAll<Texts extends readonly string[]> = Texts extends readonly [
  infer First,
  ...infer Rest extends readonly string[],
]
  ? readonly [Declared<First>, ...DeclaredAll<Rest>]
  : readonly []

type AbiOf<A extends AnyAbi, E extends AnyEvent> = A extends Abi
  ? A
  : A extends readonly string[]
    ? ParseAbi<A>
    : E extends string
      ? ParseAbi<readonly [Declared<E>]>
      : E extends readonly string[]
        ? ParseAbi<DeclaredAll<E>>
        : Abi

type NameIn<Text> = Text extends `event ${infer Rest}`
  ? NameIn<Rest>
  : Text extends `${infer Name}(${string}`
    ? Name
    : Text

type NameOf<A extends AnyAbi, E extends AnyEvent> = E extends string
  ? NameIn<E>
  : E extends readonly string[]
    ? NameIn<E[number]>
    : ContractEventName<AbiOf<A, E>>

type ArgsOf<TheAbi extends Abi, Name> =
  Name extends ContractEventName<TheAbi>
    ? GetEventArgs<TheAbi, Name, { EnableUnion: false; IndexedOnly: false; Required: true }>
    : Readonly<Record<string, unknown>>

/** What arguments can be filtered by: those that are indexed; a list is any of these. */
export type FilterOf<A extends AnyAbi, E extends AnyEvent> =
  NameOf<A, E> extends ContractEventName<AbiOf<A, E>>
    ? GetEventArgs<AbiOf<A, E>, NameOf<A, E>>
    : Readonly<Record<string, unknown>>

/** An event of a contract, as a task gets it: `item.event` is its name, `item.args` what it says. */
export interface ContractEventItem<Name extends string = string, Args = Readonly<Record<string, unknown>>> {
  readonly event: Name
  readonly args: Args
  /**
   * True: this event was offered before, and its chain has taken it back for good. Undo what can be undone.
   */
  readonly reverted: boolean
  /** One event has one key, whenever and wherever its transaction is mined again; two have two. */
  readonly key: string
  /** 1; higher when an event comes again after it was announced as reverted. */
  readonly occurrence: number
  readonly chainId: bigint
  /** The contract, lower case. */
  readonly address: string
  readonly block: bigint
  readonly blockHash: string
  /** Its block's, where the node tells. */
  readonly time: Instant | undefined
  readonly transaction: string
  readonly logIndex: number
}

/** The items of a choice of events: `event` tells them apart. */
export type ItemOf<A extends AnyAbi, E extends AnyEvent> =
  NameOf<A, E> extends infer Name
    ? Name extends string
      ? ContractEventItem<Name, ArgsOf<AbiOf<A, E>, Name>>
      : never
    : never
