import type { Clock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Logger } from '../../core/logger.ts'
import type { TlsPolicy } from '../../core/tls-policy.ts'
import type { FeeSettings } from './fees.ts'
import type { NodeSettings } from './node-address.ts'
import { networkPresets } from './presets.ts'
import type { Fetch } from './rpc-calls.ts'
import { findNetwork, type NetworkName, presetOf } from './viem-networks.ts'

export interface EvmNetworkOptions {
  /** A known network; every other option overrides what is known of it. Without one, `chainId` is needed. */
  readonly preset?: NetworkName
  /** Default the preset's. */
  readonly chainId?: bigint
  /** Nodes, the preferred one first; `http` or `https`. Default the preset's public ones. */
  readonly rpc?: readonly (string | NodeSettings)[]
  /**
   * `ws` or `wss` address of a node that tells of new blocks: who follows events then sees them at once. It is only taken for
   * a hint: what there is, the nodes of `rpc` are asked. Default none: they are asked every few seconds.
   */
  readonly ws?: string
  /**
   * What the nodes must prove, and the one behind `ws`, where they say nothing else. Default `required`: TLS with a certificate of
   * a known authority; only to this very machine `http` and `ws` are taken.
   */
  readonly tls?: TlsPolicy
  /** For messages; default the preset's name, else `chain <id>`. */
  readonly name?: string
  /** Blocks until something is final, its own included; at least 1. Default the preset's, else 12. */
  readonly confirmations?: number
  /** How transactions are paid. Default the preset's, else those of Energy Web Chain. */
  readonly fees?: FeeSettings
  /** Oldest head, in milliseconds, that counts as synced. Default the preset's, else 120,000. */
  readonly headAge?: number
  /** Milliseconds for one request, default 15,000. */
  readonly timeout?: number
  /**
   * Chain time is real: a gateway on a scaled clock must not pass that one on. Only tests give another; default the
   * machine's clock.
   */
  readonly realClock?: Clock
  readonly random?: () => number
  readonly log?: Logger
  readonly fetch?: Fetch
}

export type SettledNetworkOptions = EvmNetworkOptions &
  Required<Pick<EvmNetworkOptions, 'name' | 'chainId' | 'rpc' | 'confirmations' | 'fees' | 'headAge'>>

/**
 * Fills in what a preset knows.
 * @throws EnergywebError `config-invalid` without a chain or a node, and for a preset that nobody knows
 */
export async function settleNetworkOptions(options: EvmNetworkOptions): Promise<SettledNetworkOptions> {
  const { preset: wanted } = options
  const known = wanted === undefined ? await byChain(options) : await findNetwork(wanted)
  const chainId = options.chainId ?? known?.chainId
  if (chainId === undefined) {
    throw new EnergywebError('config-invalid', 'a network needs a `preset` or a `chainId`')
  }
  const { confirmations, fees, headAge } = known ?? networkPresets.energyweb
  const name = typeof wanted === 'string' ? wanted : `chain ${chainId}`
  return { name, rpc: known?.rpc ?? [], confirmations, fees, headAge, ...options, chainId }
}

async function byChain({ chainId, rpc }: EvmNetworkOptions) {
  if (chainId === undefined) return undefined
  const ours = presetOf(chainId)
  // Only for the sake of its nodes is it worth to load the large list.
  return ours ?? (rpc === undefined ? findNetwork(chainId) : undefined)
}
