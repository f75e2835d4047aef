import type { ResolvedConfig } from '../config/check-config.ts'
import { onChain } from '../config/schema-ipfs.ts'
import { registriesOf } from '../config/schema-ledger.ts'
import { EnergywebError } from '../core/errors.ts'
import { silentLogger } from '../core/logger.ts'
import type { TlsPolicy } from '../core/tls-policy.ts'
import type { EvmNetwork, RegisteredAsset } from '../ledgers/index.ts'
import { type OptionDefinition, parsed, text } from './command.ts'
import { assetNamed, openConfig } from './configuration.ts'
import { connectionOptions, connectionPolicy } from './connection-options.ts'
import type { CommandIo } from './io.ts'
import { oneOf } from './word-option.ts'

/** An asset in a registry, with the chain that the registry is on. */
export interface AssetOnChain {
  readonly network: EvmNetwork
  readonly asset: RegisteredAsset
  /** Nothing is searched for before this block. */
  readonly fromBlock: bigint
}

/** The options by which a command finds an asset in a registry: through the configuration, or by what an auditor knows. */
export const registeredAssetOptions = {
  asset: text('name', 'name of the asset in the configuration'),
  ledger: text('name', 'one of its ledgers; default the only one'),
  rpc: text('address', 'without configuration: a node of the chain'),
  contract: text('address', 'with --rpc: the registry'),
  assetId: parsed('number', "with --rpc: the asset's id in the registry", parseBig),
  role: parsed('producer|consumer', 'with --rpc: the kind of registry', given => oneOf(given, roles)),
  fromBlock: parsed('number', 'with --rpc: the block of the deployment; default 0', parseBig),
  ...connectionOptions,
} satisfies Readonly<Record<string, OptionDefinition<unknown>>>

const roles = ['producer', 'consumer'] as const

/** What these options hold. */
export type RegisteredAssetInput = {
  readonly [Name in keyof typeof registeredAssetOptions]: ReturnType<
    (typeof registeredAssetOptions)[Name]['read']
  >
}

function parseBig(given: string): bigint {
  if (/^\d{1,78}$/.test(given)) return BigInt(given)
  throw new EnergywebError('argument-invalid', `"${given.slice(0, 80)}" is not a whole number`)
}

/**
 * The asset that the options name; undefined when they name none.
 * @throws EnergywebError `argument-invalid`, `config-invalid`, `network-unreachable`
 */
export async function findRegisteredAsset(
  input: RegisteredAssetInput & { readonly config: string | undefined },
  io: CommandIo,
): Promise<AssetOnChain | undefined> {
  if (input.rpc !== undefined)
    return byAddress({ ...input, rpc: input.rpc, tls: await connectionPolicy(input, io) })
  const { asset: name, ledger, config } = input
  return name === undefined ? undefined : byConfiguration(await openConfig(config, io), { name, ledger, io })
}

async function byAddress({
  rpc,
  contract,
  assetId,
  role,
  fromBlock = 0n,
  tls,
}: RegisteredAssetInput & { readonly rpc: string; readonly tls: TlsPolicy }): Promise<AssetOnChain> {
  if (contract === undefined || assetId === undefined || role === undefined) {
    throw new EnergywebError('argument-invalid', '--rpc needs --contract, --asset-id and --role')
  }
  if (!/^0x[0-9a-fA-F]{40}$/.test(contract)) {
    throw new EnergywebError('argument-invalid', `--contract: "${contract.slice(0, 64)}" is not an address`)
  }
  if (!/^https?:\/\/./.test(rpc)) {
    throw new EnergywebError('argument-invalid', '--rpc is not the address of a node')
  }
  const { askChainId, EvmNetwork, networkPresets } = await import('../ledgers/index.ts')
  const chainId = await askChainId('rpc', { url: rpc, tls })
  const { confirmations, fees } = networkPresets.energyweb
  const network = await EvmNetwork.open({
    name: 'rpc',
    chainId,
    rpc: [{ url: rpc, tls }],
    confirmations,
    fees,
    // What was registered years ago is true on a node that is a day behind, too.
    headAge: 86_400_000,
    log: silentLogger,
  })
  return { network, asset: { contract: contract.toLowerCase(), assetId, role }, fromBlock }
}

async function byConfiguration(
  config: ResolvedConfig,
  { name, ledger, io }: { name: string; ledger: string | undefined; io: CommandIo },
): Promise<AssetOnChain> {
  const { role, report = [] } = assetNamed(config, name)
  const lines = report.filter(line => ledger === undefined || line.ledger === ledger)
  const [line] = lines
  if (line === undefined || lines.length > 1) {
    const known = report.map(one => one.ledger).join(', ')
    throw new EnergywebError(
      'argument-invalid',
      line === undefined ? `${name} reports to no such ledger` : `${name} reports to ${known}: which one?`,
      { hint: known === '' ? 'It has no report line.' : `Give --ledger: it reports to ${known}.` },
    )
  }
  const named = config.ledgers?.[line.ledger]
  const { network = '', fromBlock = 0n } = named === undefined ? {} : onChain(line.ledger, named)
  const { producing, consuming } = registriesOf(config.ledgers?.[line.ledger])
  const { openNetwork } = await import('../config/compose-ledgers.ts')
  const contract = (role === 'producer' ? producing : consuming) ?? ''
  if (line.assetId === undefined) {
    throw new EnergywebError('argument-invalid', `${line.ledger} is no registry of Origin release A`)
  }
  return {
    network: await openNetwork(config, network, {
      log: silentLogger,
      environment: io.env,
      addSecret: io.hide,
    }),
    asset: { contract: contract.toLowerCase(), role, assetId: line.assetId },
    fromBlock: BigInt(fromBlock),
  }
}
