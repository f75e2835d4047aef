import type { EventLog } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { FoundRegistries } from './find-registries.ts'
import type { Hex } from './view.ts'

/** One installation of Origin on a chain, as its clients see it. */
export interface Installation {
  readonly network: EvmNetwork
  readonly found: FoundRegistries
  /** Accounts to look at when a role is missing: whoever holds it can be named. Those who own lookups are looked at anyway. */
  readonly acquaintances: readonly string[]
  /** No event of its contracts is older. */
  readonly fromBlock: bigint
}

/** One call of a registry that changes it. */
export interface RegistryTransaction {
  /** For people: `create the asset`. */
  readonly what: string
  readonly to: Hex
  readonly data: Hex
}

/** Whoever administers: an account that signs. */
export interface RegistrySender {
  /** 0x and 40 hex digits. */
  readonly address: string
  /**
   * Sends exactly one transaction and waits until it is in a block.
   * @throws EnergywebError `transaction-refused` when it would revert, `transaction-reverted` when it did
   */
  send(
    transaction: RegistryTransaction,
  ): Promise<{ readonly transaction: string; readonly logs: readonly EventLog[] }>
}

/** For questions that may take a while. */
export type WithSignal = { readonly signal?: AbortSignal }

/** Whether two addresses are one, however they are written. */
export function isSameAccount(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** An address as viem's encoder takes it. */
export function hexOf(address: string): Hex {
  return `0x${address.replace(/^0x/, '').toLowerCase()}`
}
