import type { Clock } from '../core/clock.ts'
import type { DefinedLine, Ledger } from '../core/ledger.ts'
import type { Signer } from '../core/signer.ts'
import type { CursorStore, SubmissionStore } from '../core/submission.ts'
import type { Anvil } from './anvil.ts'

/** What a suite needs of a kind of ledger: what `defineLedger` answers has it. */
export interface TriedDefinition {
  readonly name: string
  readonly needs: 'absolute' | 'increasing' | 'interval'
  /** Wh that the contract counts as one; default 1. */
  readonly unit?: bigint
  readonly options: { safeParse(given: unknown): { readonly success: boolean } }
  readonly line: { safeParse(given: unknown): { readonly success: boolean } }
}

/** How one ledger is opened at a test chain. */
export interface LedgerTrialOptions {
  readonly url: string
  readonly chainId: bigint
  readonly fetch: typeof globalThis.fetch
  readonly networkClock: Clock
  readonly clock: Clock
  readonly confirmations: number
  readonly signer: Signer
  readonly line: DefinedLine
  readonly stores: CursorStore & SubmissionStore
  readonly options: unknown
  readonly period: 'hour'
  readonly grace: string
}

/** What opens ledgers, and looks at what they did: `ledgerDoors` of `energyweb/ledgers`. */
export interface LedgerDoors<Definition extends TriedDefinition> {
  readonly faultPoints: readonly string[]
  open(definition: Definition, trial: LedgerTrialOptions): Promise<Ledger>
  look(
    definition: Definition,
    trial: LedgerTrialOptions & { readonly account: string },
  ): Promise<{ readonly total: bigint; readonly registered: readonly bigint[] }>
}

/** A place in a contract that holds nothing yet and takes what one account registers. */
export interface TriedPlace {
  /** What stands in a configuration at the ledger, besides `kind` and `network`. */
  readonly options: Readonly<Record<string, unknown>>
  /** What stands at the report line, besides `ledger` and `key`. */
  readonly line: Readonly<Record<string, unknown>>
  /** Default producer. */
  readonly role?: 'producer' | 'consumer'
}

/** A kind of ledger under test, and a chain with its contract on it. */
export interface LedgerSubject<Definition extends TriedDefinition = TriedDefinition> {
  readonly definition: Definition
  readonly doors: LedgerDoors<Definition>
  /**
   * A node of its own that mines when told to: `startAnvil({ noMining: true })`. The suite takes back blocks, drops transactions
   * and changes fees.
   */
  readonly anvil: Anvil
  /** Makes a new place for an account, lower case, and mines what that takes. */
  place(account: string): Promise<TriedPlace>
  /** Makes the contract refuse all readings, with a reason or without, or take them again; mines what that takes. */
  setPaused?(paused: boolean): Promise<void>
  /** Makes it refuse in a certain way; mines what that takes. */
  setRefusal?(how: 'none' | 'with reason' | 'without reason' | 'out of gas'): Promise<void>
  /** True when the contract takes what anybody registers. */
  readonly takesAnybody?: boolean
  /** Signs with a private key of 32 bytes: `secp256k1Signer` of `energyweb/evm`. */
  signer(privateKey: string): Promise<Signer>
  readonly signal?: AbortSignal
}
