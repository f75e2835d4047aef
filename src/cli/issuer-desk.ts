import { z } from 'zod'
import type { ResolvedConfig } from '../config/check-config.ts'
import { EnergywebError } from '../core/errors.ts'
import { silentLogger } from '../core/logger.ts'
import type { ChainView } from '../ledgers/defined/define-ledger.ts'
import type { EvmNetwork } from '../ledgers/index.ts'
import type { Desk, DeskTransaction } from '../ledgers/issuer/desk.ts'
import { issuerOptions } from '../ledgers/issuer/line.ts'
import type { IssuerPlace } from '../ledgers/issuer/place.ts'
import { openChainAccount } from './chain-access.ts'
import { type ChainAccount, sendTransaction } from './chain-transaction.ts'
import { requiredText, text } from './command.ts'
import { configOption, openConfig } from './configuration.ts'
import { kindOf, ledgerNamed } from './configured-registries.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'

/** The options by which a command finds an Issuer: a ledger of the configuration, or a network of it and an address. */
export const issuerPlaceOptions = {
  ...configOption,
  ledger: text('name', 'a ledger of the kind `issuer` in the configuration; default the only one'),
  network: text('name', 'instead of --ledger: a network of the configuration'),
  issuer: text('address', 'with --network: the Issuer'),
}

/** Those of a command that signs. */
export const deskOptions = {
  ...issuerPlaceOptions,
  key: requiredText('name', 'the key in the configuration whose account signs and pays'),
}

/** What these options hold. */
export interface IssuerPlaceInput {
  readonly config: string | undefined
  readonly ledger: string | undefined
  readonly network: string | undefined
  readonly issuer: string | undefined
}

/** An Issuer as the chain is now. */
export interface OpenedIssuer {
  readonly config: ResolvedConfig
  readonly network: EvmNetwork
  readonly chain: ChainView
  readonly place: IssuerPlace
  /** Nothing is searched for before this block. */
  readonly from: bigint
  /** Its ledger in the configuration; undefined where it was named by address. */
  readonly ledger?: string | undefined
}

type CommandContext = { readonly io: CommandIo; readonly printer: Printer }

/**
 * Opens the Issuer that the options name.
 * @throws EnergywebError `argument-invalid`, `config-invalid`, `ledger-not-ready`, `network-unreachable`
 */
export async function openIssuer(input: IssuerPlaceInput, { io }: CommandContext): Promise<OpenedIssuer> {
  const config = await openConfig(input.config, io)
  return opened(config, issuerNamed(config, input), { io })
}

/**
 * Opens the Issuer of a ledger of the configuration.
 * @throws EnergywebError as `openIssuer`
 */
export async function openNamedIssuer(
  config: ResolvedConfig,
  ledger: string,
  { io }: Pick<CommandContext, 'io'>,
): Promise<OpenedIssuer> {
  return opened(config, issuerNamed(config, { ledger }), { io })
}

async function opened(
  config: ResolvedConfig,
  named: NamedIssuer & { readonly network: string },
  { io }: Pick<CommandContext, 'io'>,
): Promise<OpenedIssuer> {
  const { openNetwork } = await import('../config/compose-ledgers.ts')
  const context = { log: silentLogger, environment: io.env, addSecret: io.hide }
  const network = await openNetwork(config, named.network, context)
  return lookedUp({ ...named, config, network })
}

/** A desk that signs: an account, and the Issuer as the chain is now. */
export interface OpenedDesk extends OpenedIssuer {
  readonly account: ChainAccount
  readonly desk: Desk
}

/**
 * Opens the Issuer that the options name for the account of a key.
 * @throws EnergywebError as `openIssuer` and `openChainAccount`
 */
export async function openDesk(
  input: IssuerPlaceInput & { readonly key: string },
  context: CommandContext,
): Promise<OpenedDesk> {
  const config = await openConfig(input.config, context.io)
  const named = issuerNamed(config, input)
  const account = await openChainAccount(config, { key: input.key, network: named.network }, context)
  const opened = await lookedUp({ ...named, config, network: account.network })
  const { chain, place } = opened
  return { ...opened, account, desk: { chain, place, account: account.address } }
}

/** Signs, sends and waits. @throws EnergywebError as `sendTransaction` */
export function send(account: ChainAccount, { what, to, data }: DeskTransaction) {
  return sendTransaction(account, { what, to, data })
}

async function lookedUp({
  config,
  network,
  issuer,
  registry,
  ...rest
}: Pick<OpenedIssuer, 'config' | 'network' | 'from'> & NamedIssuer): Promise<OpenedIssuer> {
  const { loadAbiCodec } = await import('../ledgers/defined/abi-codec.ts')
  const { chainView } = await import('../ledgers/defined/chain-view.ts')
  const { resolveIssuer } = await import('../ledgers/issuer/place.ts')
  const { number } = await network.ready()
  const chain = chainView(network, await loadAbiCodec(), { at: number })
  const place = await resolveIssuer(chain, { issuer, ...(registry !== undefined && { registry }) })
  return { config, network, chain, place, ...rest }
}

interface NamedIssuer {
  readonly issuer: string
  readonly registry?: string | undefined
  readonly from: bigint
  readonly ledger?: string
}

const issuerLedger = z.object({
  kind: z.literal('defined'),
  definition: z.literal('issuer'),
  network: z.string(),
  fromBlock: z.union([z.bigint(), z.number()]).optional(),
  options: issuerOptions,
})

function issuerNamed(
  config: ResolvedConfig,
  input: Partial<Omit<IssuerPlaceInput, 'config'>>,
): NamedIssuer & { network: string } {
  const { ledger: name, network, issuer } = input
  if (network !== undefined || issuer !== undefined) {
    if (network === undefined || issuer === undefined || name !== undefined) {
      throw new EnergywebError('argument-invalid', '--network and --issuer go together, without --ledger')
    }
    const { data } = issuerOptions.safeParse({ issuer })
    if (data !== undefined) return { ...data, network, from: 0n }
    throw new EnergywebError('argument-invalid', `--issuer: "${issuer.slice(0, 64)}" is not an address`)
  }
  const { key, options, fromBlock = 0n, ...found } = issuerLedgerOf(config, name)
  return { ...options, network: found.network, from: BigInt(fromBlock), ledger: key }
}

/** The ledger of this name, or the only one that is an Issuer's. */
function issuerLedgerOf(config: ResolvedConfig, name: string | undefined) {
  const found = Object.entries(config.ledgers ?? {}).flatMap(([key, ledger]) => {
    const { data } = issuerLedger.safeParse(ledger)
    return data === undefined ? [] : [{ key, ...data }]
  })
  const [only] = name === undefined ? found : found.filter(({ key }) => key === name)
  if (only !== undefined && (name !== undefined || found.length === 1)) return only
  const keys = found.map(({ key }) => key).join(', ')
  if (name !== undefined) {
    const kind = kindOf(ledgerNamed(config, name))
    throw new EnergywebError(
      'argument-invalid',
      `ledger ${name} is of kind ${kind}, which no desk decides on`,
      {
        hint: `It takes one of kind issuer: ${keys || 'the configuration has none. Add one, or give --network and --issuer'}.`,
      },
    )
  }
  throw new EnergywebError(
    'argument-invalid',
    keys === ''
      ? 'the configuration does not have a ledger of kind issuer'
      : `the configuration has several ledgers of kind issuer: ${keys}`,
    { hint: 'Name one with --ledger, or give --network and --issuer.' },
  )
}

const reportLine = z.object({ ledger: z.string(), own: z.object({ deviceId: z.string() }) })

/** The asset of the configuration that reports for a device to this Issuer; undefined when none does. */
export function assetOfDevice({ config, ledger }: OpenedIssuer, deviceId: string): string | undefined {
  const asset = config.assets.find(({ report = [] }) =>
    report.some(given => {
      const { data } = reportLine.safeParse(given)
      return data?.ledger === ledger && data?.own.deviceId === deviceId
    }),
  )
  return asset?.name
}
