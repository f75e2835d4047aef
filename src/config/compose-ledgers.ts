import { type CarbonBook, carbonStream } from '../core/carbon-log.ts'
import type { CertificateBook } from '../core/certificate.ts'
import type { CheckpointBook } from '../core/checkpoint-book.ts'
import type { Clock } from '../core/clock.ts'
import { parseDuration } from '../core/duration.ts'
import { EnergywebError } from '../core/errors.ts'
import type { EventCursorStore } from '../core/event-cursor.ts'
import type { AssetLine } from '../core/ledger.ts'
import type { Log } from '../core/log.ts'
import type { Logger } from '../core/logger.ts'
import type { PinBook } from '../core/pin-book.ts'
import type { CursorStore, SubmissionStore } from '../core/submission.ts'
import { defaultCarbonWait, type GatewayLedger } from '../gateway/index.ts'
import type { LazySigner } from '../keys/index.ts'
import type { EvmNetwork } from '../ledgers/index.ts'
import type { ResolvedConfig } from './check-config.ts'
import { composeAnchor } from './compose-anchor.ts'
import { composeDefinedLedger } from './compose-defined-ledger.ts'
import { networkSettings } from './compose-networks.ts'
import { composeRemote } from './compose-remote.ts'
import { PatientSigners } from './compose-signers.ts'
import { isRemote } from './schema-ipfs.ts'
import { environmentOf, type SecretContext } from './secrets.ts'

export interface ComposeLedgersContext extends SecretContext {
  readonly log: Logger
  /** Stamps the entries. */
  readonly clock: Clock
  /** The stores; open by the time a ledger is opened. */
  readonly stores: () => CursorStore &
    SubmissionStore &
    CarbonBook &
    CheckpointBook &
    CertificateBook &
    EventCursorStore &
    PinBook &
    Pick<Log, 'entries'>
  /** The signer of a key; opens it at the first call. */
  readonly signer: (key: string) => LazySigner
  /** Opens each network once. */
  readonly networkOf: (name: string) => Promise<EvmNetwork>
}

/** The ledgers that any asset reports to, as the gateway takes them. */
export function composeLedgers(config: ResolvedConfig, context: ComposeLedgersContext): GatewayLedger[] {
  const { networkOf } = context
  const waits = carbonWaits(config)
  return Object.entries(config.ledgers ?? {}).flatMap(([name, ledger]) => {
    if (ledger.kind === 'anchor') return [composeAnchor(config, { name, ledger }, context)]
    if (ledger.kind === 'defined') {
      return composeDefinedLedger(config, { name, ledger }, context) ?? []
    }
    if (isRemote(ledger)) return composeRemote(config, { name, ledger }, context) ?? []
    const lines = linesOf(config, name)
    if (lines.length === 0) return []
    const folders = foldersOf(config, name)
    const { network, producing, consuming, every, fromBlock } = ledger
    return {
      name,
      // A carbon register that has priced an entry lets its registration go on.
      streams: lines.flatMap(({ stream }) => (waits.has(stream) ? [stream, carbonStream(stream)] : [stream])),
      ...(every !== undefined && { every }),
      open: async () => {
        const { openOriginA } = await import('../ledgers/index.ts')
        const stores = context.stores()
        const keys = new Map(lines.map(({ key }) => [key, context.signer(key)]))
        return openOriginA({
          name,
          network: await networkOf(network),
          signers: new PatientSigners(keys),
          lines: await withFiles(lines, folders, stores),
          stores,
          log: context.log,
          carbon: { book: context.stores(), waits },
          ...(producing !== undefined && { producing }),
          ...(consuming !== undefined && { consuming }),
          ...(fromBlock !== undefined && { fromBlock }),
        })
      },
    }
  })
}

/** How long an entry waits for its factor, by the asset's stream. */
function carbonWaits({ assets }: ResolvedConfig): ReadonlyMap<string, number> {
  const counted = assets.filter(({ carbon }) => carbon !== undefined)
  return new Map(counted.map(({ name, carbon }) => [name, parseDuration(carbon?.wait ?? defaultCarbonWait)]))
}

/** The report lines of a ledger. */
export function linesOf({ assets }: ResolvedConfig, ledger: string): AssetLine[] {
  return assets.flatMap(({ name, role, report = [] }) =>
    report
      .filter(line => line.ledger === ledger)
      .flatMap(({ assetId, key }) =>
        assetId === undefined || key === undefined
          ? []
          : { name: `${name}/${ledger}`, stream: name, role, assetId, key },
      ),
  )
}

/** Folders of chains of files, by the name of the line. */
function foldersOf({ assets }: ResolvedConfig, ledger: string): ReadonlyMap<string, string> {
  const lines = assets.flatMap(({ name, report = [] }) =>
    report.filter(line => line.ledger === ledger).map(({ files }) => [`${name}/${ledger}`, files] as const),
  )
  return new Map(lines.flatMap(([line, folder]) => (folder === undefined ? [] : [[line, folder]])))
}

async function withFiles(
  lines: readonly AssetLine[],
  folders: ReadonlyMap<string, string>,
  stores: SubmissionStore,
): Promise<readonly AssetLine[]> {
  if (folders.size === 0) return lines
  const { ChainOfFiles } = await import('../storage/index.ts')
  return lines.map(line => {
    const folder = folders.get(line.name)
    return folder === undefined
      ? line
      : { ...line, files: new ChainOfFiles({ folder, line: line.name, stores }) }
  })
}

/**
 * Opens a configured network; its nodes are first asked when something is to be done.
 * @throws EnergywebError `config-invalid`, `secret-unavailable`
 */
export async function openNetwork(
  config: ResolvedConfig,
  name: string,
  { log, ...secrets }: SecretContext & { readonly log: Logger },
): Promise<EvmNetwork> {
  const network = Object.hasOwn(config.networks ?? {}, name) ? config.networks?.[name] : undefined
  if (network === undefined) {
    throw new EnergywebError('config-invalid', `there is no network "${name}" in the configuration`)
  }
  const catalogue = await import('../ledgers/index.ts')
  const { chainId, ...settings } = await networkSettings(name, network, {
    catalogue,
    secrets: { ...secrets, environment: environmentOf(config, secrets.environment) },
  })
  if (chainId !== undefined) return catalogue.EvmNetwork.open({ name, log, chainId, ...settings })
  // Only a configuration of the Python applications may leave it open.
  const [node = { url: '' }] = settings.rpc
  const asked = await catalogue.askChainId(name, { ...(settings.tls && { tls: settings.tls }), ...node })
  log.warn(
    { network: name },
    `network ${name}: its chain is not configured; its node says that it is ${asked}`,
  )
  return catalogue.EvmNetwork.open({ name, log, chainId: asked, ...settings })
}
