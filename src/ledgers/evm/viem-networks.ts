import { EnergywebError } from '../../core/errors.ts'
import { type NetworkPreset, networkPresets, presetNamed } from './presets.ts'

/** A network by the name of our preset, by a name that viem has for it (`base`, `arbitrum`, …), or by its chain id. */
export type NetworkName = keyof typeof networkPresets | (string & {}) | number | bigint

const gwei = 1_000_000_000n

/*
 * What nobody looked into: a depth that is safe on most chains, and a market of tips under a cap that no chain with a
 * quiet market reaches.
 */
const unstudied = {
  confirmations: 12,
  fees: { type: 'eip1559', floor: 1n, tip: 1n, tipPercentile: 50, cap: 500n * gwei },
  headAge: 120_000,
} as const

/** One of ours by its chain id. */
export function presetOf(chainId: bigint): NetworkPreset | undefined {
  return Object.values(networkPresets).find(preset => preset.chainId === chainId)
}

/**
 * Finds a network: ours first, then viem's list, which is loaded only now, as it is large.
 * @throws EnergywebError `config-invalid` for one that nobody knows
 */
export async function findNetwork(wanted: NetworkName): Promise<NetworkPreset> {
  const ours = typeof wanted === 'string' ? ownPreset(wanted) : presetOf(BigInt(wanted))
  if (ours !== undefined) return ours
  const chains = Object.entries(await import('viem/chains'))
  const found = chains.find(([name, { id }]) =>
    typeof wanted === 'string' ? name === wanted : BigInt(id) === BigInt(wanted),
  )
  // Says what became of it, where that is known.
  if (found === undefined && typeof wanted === 'string') presetNamed(wanted)
  if (found === undefined) {
    throw new EnergywebError('config-invalid', `nobody here knows a network ${wanted}`, {
      hint: 'Give its `chainId` and `rpc`.',
    })
  }
  const [, { id, rpcUrls }] = found
  return { chainId: BigInt(id), rpc: rpcUrls.default.http, ...unstudied }
}

function ownPreset(name: string): NetworkPreset | undefined {
  return Object.hasOwn(networkPresets, name) ? networkPresets[presetNamed(name)] : undefined
}
