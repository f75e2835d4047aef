import type { Abi } from 'viem'
import type { Signer } from '../../core/signer.ts'

/** One call of a contract, or its creation, ready to be sent. */
export interface Deed {
  /** Undefined creates a contract. */
  readonly to: string | undefined
  readonly data: string
  /** Wei that go along. */
  readonly value: bigint
  /** For messages: `rent of 0x…`. */
  readonly what: string
  readonly abi: Abi
}

export interface GasOptions {
  /** Gas limit. Default: what the node estimates and 30 % on top, at most `gasCap`. */
  readonly gas?: bigint
  /** Most gas that an estimate may come to, default 10,000,000. */
  readonly gasCap?: bigint
}

export interface DeedOptions extends GasOptions {
  /** Wei that go along, default none. */
  readonly value?: bigint
  readonly signal?: AbortSignal
}

export interface SendOptions extends DeedOptions {
  /** An account that the node holds the key of, and that is unlocked there. */
  readonly from: string
}

export interface SendRawOptions extends DeedOptions {
  readonly signer: Signer
  readonly log?: undefined
}
