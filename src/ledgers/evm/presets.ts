import { EnergywebError } from '../../core/errors.ts'
import type { FeeSettings } from './fees.ts'
import { type KnownNetwork, knownNetworks } from './generated/networks.ts'

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

/** Of a chain with a market of tips: what half of the transactions of the newest blocks paid, and these at least. */
function market(
  known: KnownNetwork,
  confirmations: number,
  fees: { tip: bigint; cap: bigint },
): NetworkPreset {
  const { chainId, rpc } = known
  return {
    chainId,
    rpc,
    confirmations,
    fees: { type: 'eip1559', floor: 1n, tipPercentile: 50, ...fees },
    headAge: 120_000,
  }
}

const { ethereum, sepolia, hoodi, gnosis, chiado, polygon, amoy, avalanche, fuji, peaq } = knownNetworks

/*
 * Depths of finality: Ethereum and its test networks finalise after two epochs of 32 slots, Gnosis after two of 16;
 * Avalanche's blocks are final when they are accepted; Polygon has seen reorgs of a hundred blocks and more. Prices that
 * nodes ask at least: Polygon 25 gwei of tip, Energy Web Chain and Volta 1 wei. Energy Web Chain and Volta seal a block
 * about every 5.8 s, when they seal; neither has a depth that anybody has verified.
 */
export const networkPresets = {
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
  ethereum: market(ethereum, 64, { tip: gwei / 10n, cap: 100n * gwei }),
  sepolia: market(sepolia, 64, { tip: gwei / 10n, cap: 100n * gwei }),
  hoodi: market(hoodi, 64, { tip: gwei / 10n, cap: 100n * gwei }),
  gnosis: market(gnosis, 32, { tip: 1n, cap: 100n * gwei }),
  chiado: market(chiado, 32, { tip: 1n, cap: 100n * gwei }),
  polygon: market(polygon, 128, { tip: 30n * gwei, cap: 1_000n * gwei }),
  amoy: market(amoy, 128, { tip: 30n * gwei, cap: 1_000n * gwei }),
  avalanche: market(avalanche, 2, { tip: 1n, cap: 300n * gwei }),
  fuji: market(fuji, 2, { tip: 1n, cap: 300n * gwei }),
  peaq: market(peaq, 12, { tip: gwei, cap: 1_000n * gwei }),
} satisfies Readonly<Record<string, NetworkPreset>>

export type NetworkPresetName = keyof typeof networkPresets

/** Networks that old configurations name, and what became of them. */
const gone: Readonly<Record<string, string>> = {
  tobalaba: 'Tobalaba was switched off in 2020: its successors are volta, for tests, and energyweb',
}

/**
 * Reads the name of a preset.
 * @throws EnergywebError `config-invalid` for a name that is none, or that of a network which is no more
 */
export function presetNamed(name: unknown): NetworkPresetName {
  if (typeof name === 'string' && Object.hasOwn(networkPresets, name)) return name as NetworkPresetName
  const why = typeof name === 'string' && Object.hasOwn(gone, name.toLowerCase()) && gone[name.toLowerCase()]
  throw new EnergywebError(
    'config-invalid',
    why ||
      `${typeof name === 'string' ? `there is no preset "${name.slice(0, 40)}": ` : ''}expected one of ${Object.keys(networkPresets).join(', ')}; any other chain by its chainId and rpc`,
  )
}
