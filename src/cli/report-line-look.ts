import type { ResolvedConfig } from '../config/check-config.ts'
import { definedLinesOf } from '../config/compose-defined-ledger.ts'
import type { Extensions } from '../config/extensions.ts'
import { isRemote } from '../config/schema-ipfs.ts'
import { type DefinedLedgerConfig, registriesOf } from '../config/schema-ledger.ts'
import { isEnergywebError } from '../core/errors.ts'
import type { AssetLine, DefinedLine } from '../core/ledger.ts'
import type { EvmNetwork } from '../ledgers/evm/network.ts'
import type { AssetGeneral } from '../ledgers/origin-a/calls.ts'
import { assetNamed } from './configuration.ts'

/** A report line with where it leads to: a registry of release A, or a ledger of a defined kind. */
export type PlacedLine = {
  readonly ledger: string
  /** Name of the network. */
  readonly network: string
} & (
  | { readonly contract: string; readonly line: AssetLine }
  | { readonly defined: DefinedLedgerConfig; readonly line: DefinedLine; readonly extensions: Extensions }
)

/** What a registry knows of one report line. */
export interface LineLook {
  readonly line: string
  /** Undefined while it can't be told. */
  readonly contract: string | undefined
  /** Our account, which writes the readings. */
  readonly account: string
  /** What the account pays with, in wei. */
  readonly balance: bigint
  /** Wh that are registered; undefined while something stands in the way. */
  readonly registered: bigint | undefined
  /** The link that the newest registration carried, where the contract keeps one. */
  readonly link: string | undefined
  /** Of release A. */
  readonly state: AssetGeneral | undefined
  /** What stands in the way of readings; undefined when nothing does. */
  readonly trouble: { readonly message: string; readonly hint: string | undefined } | undefined
}

/** The report lines of an asset, of all its ledgers or of one. */
export function placedLinesOf(config: ResolvedConfig, name: string, only?: string): readonly PlacedLine[] {
  const { role, report = [] } = assetNamed(config, name)
  return report.flatMap(({ ledger, assetId, key }): PlacedLine[] => {
    const configured = config.ledgers?.[ledger]
    if (configured === undefined || (only !== undefined && only !== ledger)) return []
    if (isRemote(configured) || key === undefined) return []
    const { network } = configured
    if (configured.kind === 'defined') {
      const { extensions } = config
      const lines = definedLinesOf(config, ledger).filter(({ stream }) => stream === name)
      return lines.map(line => ({ ledger, network, defined: configured, extensions, line }))
    }
    const { producing, consuming } = registriesOf(configured)
    const contract = role === 'producer' ? producing : consuming
    if (contract === undefined || assetId === undefined) return []
    return [
      { ledger, network, contract, line: { name: `${name}/${ledger}`, stream: name, role, assetId, key } },
    ]
  })
}

/**
 * Looks at everything that the registry would refuse without a reason, and at our account's coins. Nothing is sent.
 * @throws EnergywebError `network-unreachable`, `network-refused`, `network-wrong-chain`, `network-not-synced`
 */
export async function lookAtLine(
  placed: PlacedLine,
  { network, account }: { network: EvmNetwork; account: string },
): Promise<LineLook> {
  const { quantityOf } = await import('../ledgers/evm/answers.ts')
  await network.ready()
  const balance = quantityOf(await network.request('eth_getBalance', [account, 'latest']), 'balance')
  const common = { line: placed.line.name, account, balance }
  try {
    return { ...common, ...(await foundAt(placed, { network, account })), trouble: undefined }
  } catch (error) {
    if (!isEnergywebError(error, 'ledger-not-ready')) throw error
    const contract = 'contract' in placed ? placed.contract : undefined
    const nothing = { contract, registered: undefined, link: undefined, state: undefined }
    return { ...common, ...nothing, trouble: { message: error.message, hint: error.hint } }
  }
}

async function foundAt(
  placed: PlacedLine,
  { network, account }: { network: EvmNetwork; account: string },
): Promise<Pick<LineLook, 'contract' | 'registered' | 'link' | 'state'>> {
  const { ledger } = placed
  if ('contract' in placed) {
    const { checkAsset } = await import('../ledgers/origin-a/check.ts')
    const { contract, line } = placed
    const state = await checkAsset({ network, ledger, line, contract, account })
    return { contract, registered: state.lastRead, link: state.link, state }
  }
  const [{ lookAtDefinedLine }, { findLedger }] = await Promise.all([
    import('../ledgers/index.ts'),
    import('../config/extensions.ts'),
  ])
  const { defined, line, extensions } = placed
  const definition = await findLedger(defined.definition, extensions)
  const asked = { name: ledger, options: defined.options, line }
  const { contract, total, link } = await lookAtDefinedLine(definition, asked, { network, account })
  return { contract, registered: total, link, state: undefined }
}

/** Wei as the coins that wallets show, rounded down to a millionth; less is not nothing. */
export function coins(wei: bigint): string {
  if (wei > 0n && wei < 10n ** 12n) return 'less than 0.000001 coins'
  const millionths = wei / 10n ** 12n
  return `${millionths / 1_000_000n}.${String(millionths % 1_000_000n).padStart(6, '0')} coins`
}
