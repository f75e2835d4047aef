import type { ResolvedConfig } from '../config/check-config.ts'
import { registriesOf } from '../config/schema-ledger.ts'
import { isEnergywebError } from '../core/errors.ts'
import type { AssetLine } from '../core/ledger.ts'
import type { EvmNetwork } from '../ledgers/evm/network.ts'
import type { AssetGeneral } from '../ledgers/origin-a/calls.ts'
import { assetNamed } from './configuration.ts'

/** A report line with where it leads to. */
export interface PlacedLine {
  readonly ledger: string
  /** Name of the network. */
  readonly network: string
  readonly contract: string
  readonly line: AssetLine
}

/** What a registry knows of one report line. */
export interface LineLook {
  readonly line: string
  readonly contract: string
  /** Our account, which writes the readings. */
  readonly account: string
  /** What the account pays with, in wei. */
  readonly balance: bigint
  readonly state: AssetGeneral | undefined
  /** What stands in the way of readings; undefined when nothing does. */
  readonly trouble: { readonly message: string; readonly hint: string | undefined } | undefined
}

/** The report lines of an asset, of all its ledgers or of one. */
export function placedLinesOf(config: ResolvedConfig, name: string, only?: string): readonly PlacedLine[] {
  const { role, report = [] } = assetNamed(config, name)
  return report.flatMap(({ ledger, assetId, key }) => {
    const { network } = config.ledgers?.[ledger] ?? {}
    const { producing, consuming } = registriesOf(config.ledgers?.[ledger])
    const contract = role === 'producer' ? producing : consuming
    if (network === undefined || contract === undefined || (only !== undefined && only !== ledger)) return []
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
  { ledger, contract, line }: PlacedLine,
  { network, account }: { network: EvmNetwork; account: string },
): Promise<LineLook> {
  const { checkAsset } = await import('../ledgers/origin-a/check.ts')
  const { quantityOf } = await import('../ledgers/evm/answers.ts')
  await network.ready()
  const balance = quantityOf(await network.request('eth_getBalance', [account, 'latest']), 'balance')
  const common = { line: line.name, contract, account, balance }
  try {
    const state = await checkAsset({ network, ledger, line, contract, account })
    return { ...common, state, trouble: undefined }
  } catch (error) {
    if (!isEnergywebError(error, 'ledger-not-ready')) throw error
    return { ...common, state: undefined, trouble: { message: error.message, hint: error.hint } }
  }
}

/** Wei as the coins that wallets show, rounded down to a millionth; less is not nothing. */
export function coins(wei: bigint): string {
  if (wei > 0n && wei < 10n ** 12n) return 'less than 0.000001 coins'
  const millionths = wei / 10n ** 12n
  return `${millionths / 1_000_000n}.${String(millionths % 1_000_000n).padStart(6, '0')} coins`
}
