import { EnergywebError } from '../core/errors.ts'
import type { ReportLine } from '../core/ledger.ts'
import type { Logger } from '../core/logger.ts'
import type { CursorStore, SubmissionStore } from '../core/submission.ts'
import type { GatewayLedger } from '../gateway/index.ts'
import type { LazySigner } from '../keys/index.ts'
import type { EvmNetwork, networkPresets } from '../ledgers/index.ts'
import type { ResolvedConfig } from './check-config.ts'
import { PatientSigners } from './compose-signers.ts'
import type { NetworkConfig } from './schema.ts'

export interface ComposeLedgersContext {
  readonly log: Logger
  /** The stores; open by the time a ledger is opened. */
  readonly stores: () => CursorStore & SubmissionStore
  /** The signer of a key; opens it at the first call. */
  readonly signer: (key: string) => LazySigner
}

/** The ledgers that any asset reports to, as the gateway takes them. */
export function composeLedgers(config: ResolvedConfig, context: ComposeLedgersContext): GatewayLedger[] {
  const networks = new Map<string, Promise<EvmNetwork>>()
  const networkOf = (name: string): Promise<EvmNetwork> => {
    const known = networks.get(name)
    if (known !== undefined) return known
    const network = openNetwork(config, name, context.log)
    networks.set(name, network)
    network.catch(() => networks.delete(name))
    return network
  }
  return Object.entries(config.ledgers ?? {}).flatMap(([name, ledger]) => {
    const lines = linesOf(config, name)
    if (lines.length === 0) return []
    const { network, producing, consuming, every } = ledger
    return {
      name,
      streams: lines.map(({ stream }) => stream),
      ...(every !== undefined && { every }),
      open: async () => {
        const { openOriginA } = await import('../ledgers/index.ts')
        const keys = new Map(lines.map(({ key }) => [key, context.signer(key)]))
        return openOriginA({
          name,
          network: await networkOf(network),
          signers: new PatientSigners(keys),
          lines,
          stores: context.stores(),
          log: context.log,
          ...(producing !== undefined && { producing }),
          ...(consuming !== undefined && { consuming }),
        })
      },
    }
  })
}

/** The report lines of a ledger. */
export function linesOf({ assets }: ResolvedConfig, ledger: string): ReportLine[] {
  return assets.flatMap(({ name, role, report = [] }) =>
    report
      .filter(line => line.ledger === ledger)
      .map(({ assetId, key }) => ({ name: `${name}/${ledger}`, stream: name, role, assetId, key })),
  )
}

/**
 * Opens a configured network; its nodes are first asked when something is to be done.
 * @throws EnergywebError `config-invalid`
 */
export async function openNetwork(config: ResolvedConfig, name: string, log: Logger): Promise<EvmNetwork> {
  const network = Object.hasOwn(config.networks ?? {}, name) ? config.networks?.[name] : undefined
  if (network === undefined) {
    throw new EnergywebError('config-invalid', `there is no network "${name}" in the configuration`)
  }
  const { EvmNetwork, networkPresets } = await import('../ledgers/index.ts')
  return EvmNetwork.open({ name, log, ...settingsOf(name, network, networkPresets) })
}

function settingsOf(name: string, network: NetworkConfig, presets: typeof networkPresets) {
  const preset = network.preset === undefined ? undefined : presets[network.preset]
  const { confirmations, fees, headAge } = preset ?? presets.energyweb
  const chainId = network.chainId ?? preset?.chainId
  const rpc = network.rpc ?? preset?.rpc
  if (chainId === undefined || rpc === undefined) {
    throw new EnergywebError('config-invalid', `network ${name} needs a preset or its chainId and rpc`)
  }
  return {
    chainId,
    rpc,
    confirmations: network.confirmations ?? confirmations,
    fees: {
      type: network.fees?.type ?? fees.type,
      floor: network.fees?.floor ?? fees.floor,
      cap: network.fees?.cap ?? fees.cap,
      tip: network.fees?.tip ?? fees.tip,
    },
    headAge: network.headAge ?? headAge,
    ...(network.timeout !== undefined && { timeout: network.timeout }),
  }
}
