import type { FeeSettings } from './fees.ts'

/** What is known of a network, so that a configuration need not say it. */
export interface NetworkPreset {
  readonly chainId: bigint
  /** Default nodes. */
  readonly rpc: readonly string[]
  /** Blocks until a registration counts as final, its own included. */
  readonly confirmations: number
  readonly fees: FeeSettings
  /** Oldest head, in milliseconds, that counts as synced. */
  readonly headAge: number
}

const gwei = 1_000_000_000n

/** Energy Web Chain and Volta seal a block about every 5.8 s, when they seal; their nodes ask 1 wei at least. */
export const networkPresets: Readonly<Record<'energyweb' | 'volta' | 'local', NetworkPreset>> = {
  energyweb: {
    chainId: 246n,
    rpc: ['https://rpc.energyweb.org'],
    confirmations: 12,
    fees: { type: 'legacy', floor: 1n, cap: 100n * gwei, tip: 1n },
    headAge: 120_000,
  },
  volta: {
    chainId: 73799n,
    rpc: ['https://volta-rpc.energyweb.org'],
    confirmations: 12,
    fees: { type: 'legacy', floor: 1n, cap: 100n * gwei, tip: 1n },
    headAge: 120_000,
  },
  local: {
    chainId: 31337n,
    rpc: ['http://127.0.0.1:8545'],
    confirmations: 2,
    fees: { type: 'legacy', floor: 1n, cap: 1_000n * gwei, tip: 1n },
    headAge: 60_000,
  },
}
