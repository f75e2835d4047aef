import type { ResolvedConfig } from '../config/check-config.ts'
import { didYouMean } from '../config/nearest.ts'
import { onChain } from '../config/schema-ipfs.ts'
import { EnergywebError } from '../core/errors.ts'
import { silentLogger } from '../core/logger.ts'
import type { EvmNetwork } from '../ledgers/index.ts'
import type { GivenContract, Installation } from '../ledgers/registries/index.ts'
import type { CommandIo } from './io.ts'

/** One of `ledgers` in a configuration. */
type LedgerConfig = NonNullable<ResolvedConfig['ledgers']>[string]

/**
 * A ledger of the configuration.
 * @throws EnergywebError `argument-invalid`, naming those that there are
 */
export function ledgerNamed(config: ResolvedConfig, name: string): LedgerConfig {
  const ledgers = config.ledgers ?? {}
  const ledger = Object.hasOwn(ledgers, name) ? ledgers[name] : undefined
  if (ledger !== undefined) return ledger
  const known = Object.keys(ledgers)
  throw new EnergywebError(
    'argument-invalid',
    `the configuration has no ledger "${name.slice(0, 64)}"${didYouMean(name, known)}`,
    { hint: `It has ${known.join(', ') || 'none: add one under `ledgers`'}.` },
  )
}

/**
 * The contracts that a ledger's configuration names, whatever its kind calls them.
 * @throws EnergywebError `argument-invalid` for one that names none
 */
function contractsOf(name: string, ledger: LedgerConfig): readonly GivenContract[] {
  const options: object = ledger.kind === 'defined' ? ledger.options : ledger
  const contracts = Object.entries(options).flatMap(([option, value]): readonly GivenContract[] => {
    if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(value)) return []
    return option === 'producing' || option === 'consuming'
      ? [{ address: value, as: option }]
      : [{ address: value }]
  })
  if (contracts.length > 0) return contracts
  throw new EnergywebError('argument-invalid', `ledger ${name} names no contract`)
}

/** What a configuration calls the kind of a ledger. */
export function kindOf(ledger: LedgerConfig): string {
  return ledger.kind === 'defined' ? ledger.definition : ledger.kind
}

/** Whether a ledger is of one of Origin's kinds, whose contracts name users and assets. */
export function isOrigin(ledger: LedgerConfig): boolean {
  return ledger.kind === 'defined' ? ledger.definition === 'origin-b' : ledger.kind === 'origin-a'
}

/** @throws EnergywebError `argument-invalid` for a ledger of another kind, which has no users and assets */
function requireOrigin({ ledgers = {} }: ResolvedConfig, name: string, ledger: LedgerConfig): void {
  if (isOrigin(ledger)) return
  const kind = kindOf(ledger)
  const fit = Object.keys(ledgers).filter(other => ledgers[other] !== undefined && isOrigin(ledgers[other]))
  throw new EnergywebError(
    'argument-invalid',
    `ledger ${name} is of kind ${kind}, which has no users and assets`,
    { hint: `It takes one of kind origin-a or origin-b: ${fit.join(', ') || 'the configuration has none'}.` },
  )
}

/** A ledger's registries, with the chain that they are on. */
export interface LedgerRegistries {
  readonly name: string
  /** The network's name in the configuration. */
  readonly network: string
  readonly place: Installation
}

/**
 * The registries that a ledger of the configuration leads to.
 * @throws EnergywebError `argument-invalid`, `ledger-not-ready`, `network-unreachable` …
 */
export async function openLedgerRegistries(
  config: ResolvedConfig,
  name: string,
  { io, network, acquaintances }: { io: CommandIo; network?: EvmNetwork; acquaintances?: readonly string[] },
): Promise<LedgerRegistries> {
  const ledger = onChain(name, ledgerNamed(config, name))
  requireOrigin(config, name, ledger)
  const given = contractsOf(name, ledger)
  const { openRegistries } = await import('../ledgers/registries/index.ts')
  const { openNetwork } = await import('../config/compose-ledgers.ts')
  const context = { log: silentLogger, environment: io.env, addSecret: io.hide }
  const chain = network ?? (await openNetwork(config, ledger.network, context))
  const place = await openRegistries(chain, given, {
    fromBlock: BigInt(ledger.fromBlock ?? 0),
    ...(acquaintances && { acquaintances }),
  })
  return { name, network: ledger.network, place }
}
