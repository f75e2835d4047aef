import type { CertificateBook } from '../../core/certificate.ts'
import type { Clock } from '../../core/clock.ts'
import { type Duration, parseDuration } from '../../core/duration.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { EventCursorStore } from '../../core/event-cursor.ts'
import type { DefinedLine } from '../../core/ledger.ts'
import { type Logger, silentLogger } from '../../core/logger.ts'
import type { Signer } from '../../core/signer.ts'
import type { CursorStore, SubmissionStore } from '../../core/submission.ts'
import { EvmLedger } from '../evm/evm-ledger.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { SubmissionSettings } from '../evm/sender.ts'
import { loadAbiCodec } from './abi-codec.ts'
import type { AnyLedgerDefinition, LedgerContract, PeriodLength } from './define-ledger.ts'
import { definedRegistry } from './defined-registry.ts'
import { type Content, unpublished } from './published-content.ts'

export interface DefinedLedgerOptions {
  /** Name of the ledger, as configured. */
  readonly name: string
  readonly network: EvmNetwork
  /** By key name. A key that is still being opened is a promise: its lines wait. */
  readonly signers: ReadonlyMap<string, Signer | Promise<Signer>>
  /** Their targets are checked here. */
  readonly lines: readonly DefinedLine[]
  readonly stores: CursorStore & SubmissionStore
  /** What the definition's own schema describes. */
  readonly options?: unknown
  /** The gateway's clock, by which entries are stamped. */
  readonly clock: Clock
  readonly log?: Logger
  /** The block of the contracts' deployment: nothing is searched for before it. Default 0. */
  readonly fromBlock?: bigint
  /** Origin line of the log's checkpoints, where the log has one. */
  readonly origin?: string
  readonly settings?: Partial<SubmissionSettings>
  /** Where the certificates go that come of registrations, and where it is kept how far they were looked for. */
  readonly certificates?: CertificateBook
  readonly cursors?: EventCursorStore
  /** Of an `interval` ledger: how long its periods are, default a day, */
  readonly period?: PeriodLength
  /** how long one waits for late readings after its end, default 1 hour, */
  readonly grace?: Duration
  /** and how many whole Wh the register of a stream was opened with, which nobody asks for; default 0. */
  readonly opening?: (stream: string) => Promise<bigint>
}

const defaultGrace: Duration = '1h'

/**
 * Opens a ledger of a kind that was declared with `defineLedger`. The chain is first asked by `work`.
 * @throws EnergywebError `config-invalid` for options or a line that the kind refuses, or an unknown key; `duration-invalid`
 */
export async function openDefinedLedger(
  definition: AnyLedgerDefinition,
  options: DefinedLedgerOptions,
): Promise<EvmLedger> {
  const { name, network, signers, stores, clock, settings, fromBlock = 0n, log = silentLogger } = options
  const { name: kind, needs, unit = 1n } = definition
  const lines = options.lines.map(line => ({ ...line, target: definition.target(line.target) }))
  const missing = lines.find(line => signers.get(line.key) === undefined)
  if (missing !== undefined) {
    throw new EnergywebError('config-invalid', `${missing.name}: there is no key "${missing.key}"`)
  }
  const published = publishedBy(definition, lines, options.options)
  const context = { name, origin: options.origin, fromBlock, clock, log }
  const contract = definition.open(options.options ?? {}, context)
  if (contract.locate === undefined) for (const line of lines) requireAddress(contract, line)
  if (needs === 'interval' && contract.periodOf === undefined) {
    throw new EnergywebError('config-invalid', `the kind ${kind} registers periods and has no periodOf`)
  }
  const periods = {
    length: options.period ?? 'day',
    grace: parseDuration(options.grace ?? defaultGrace),
    clock,
    opening: options.opening ?? (async () => 0n),
    submissions: stores,
  }
  const codec = await loadAbiCodec()
  return EvmLedger.open({
    kind,
    name,
    network,
    signers,
    lines,
    stores,
    log,
    ...(settings && { settings }),
    ...(options.certificates && { certificates: { book: options.certificates, cursors: options.cursors } }),
    registry: ({ account }) =>
      definedRegistry({
        kind,
        ledger: name,
        needs,
        unit,
        contract,
        network,
        codec,
        account,
        fromBlock,
        periods,
        published,
      }),
  })
}

/** What each line publishes. @throws EnergywebError `config-invalid` for one whose asset does not say that it may */
function publishedBy(
  definition: AnyLedgerDefinition,
  lines: readonly DefinedLine[],
  options: unknown,
): ReadonlyMap<string, readonly Content[]> {
  const published = lines.map(line => {
    const contents = definition.published(line.target, options ?? {})
    if (contents.length > 0 && line.publish !== 'cid') throw notPublished(line, contents)
    return [line.name, contents] as const
  })
  return new Map(published)
}

function notPublished({ name, stream }: DefinedLine, contents: readonly Content[]): EnergywebError {
  return new EnergywebError('config-invalid', `${name}: ${unpublished(stream, contents)}`, {
    hint: 'Give the line `publish: "cid"`, or let its calls carry something else.',
  })
}

function requireAddress(contract: LedgerContract<unknown>, line: DefinedLine): void {
  const address = contract.addressOf(line)
  if (/^0x[0-9a-fA-F]{40}$/.test(address)) return
  throw new EnergywebError('config-invalid', `${line.name}: "${address}" is not an address`, {
    hint: 'Give 0x and 40 hex digits.',
  })
}
