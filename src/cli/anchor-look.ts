import type { ResolvedConfig } from '../config/check-config.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import { gatewayStream } from '../core/log.ts'
import type { NewestAnchor } from '../ledgers/anchor/calls.ts'
import type { EvmNetwork } from '../ledgers/evm/network.ts'
import { anchorLogId } from '../proof/anchor-log.ts'

/** A ledger that the log is anchored in, and where it is. */
export interface PlacedAnchor {
  /** Name of the report line. */
  readonly line: string
  readonly ledger: string
  /** Name of the network. */
  readonly network: string
  readonly contract: string
  readonly key: string
  /** The log's id in the contract. */
  readonly log: string
}

/** What the contract knows of our log. */
export interface AnchorLook extends Omit<PlacedAnchor, 'key'> {
  /** Our account, which anchors. */
  readonly account: string
  /** What the account pays with, in wei. */
  readonly balance: bigint
  readonly newest: NewestAnchor | undefined
  /** What stands in the way; undefined when nothing does. */
  readonly trouble: { readonly message: string; readonly hint: string | undefined } | undefined
}

/** The ledgers that the log is anchored in, all or one. */
export function placedAnchorsOf(
  { ledgers = {}, log }: ResolvedConfig,
  only?: string,
): readonly PlacedAnchor[] {
  return Object.entries(ledgers).flatMap(([name, ledger]) => {
    if (ledger.kind !== 'anchor' || (only !== undefined && only !== name)) return []
    const { network, contract, key } = ledger
    const line = `${gatewayStream}/${name}`
    return [{ line, ledger: name, network, contract, key, log: anchorLogId(log?.origin ?? '') }]
  })
}

/**
 * The same, for a command about them.
 * @throws EnergywebError `argument-invalid` when there is none
 */
export function anchorsNamed(config: ResolvedConfig, only?: string): readonly PlacedAnchor[] {
  const placed = placedAnchorsOf(config, only)
  if (placed.length > 0) return placed
  const which = only === undefined ? 'no ledger' : `no ledger "${only}"`
  throw new EnergywebError('argument-invalid', `the log is anchored in ${which}`, {
    hint: 'A ledger of kind anchor does that: see docs/ledgers/anchor.md.',
  })
}

/**
 * Looks at the contract, at what it has of our log, and at our account's coins. Nothing is sent.
 * @throws EnergywebError `network-unreachable`, `network-refused`, `network-wrong-chain`, `network-not-synced`
 */
export async function lookAtAnchor(
  { key: _, ...placed }: PlacedAnchor,
  { network, account }: { network: EvmNetwork; account: string },
): Promise<AnchorLook> {
  const { checkAnchor } = await import('../ledgers/anchor/check.ts')
  const { quantityOf } = await import('../ledgers/evm/answers.ts')
  await network.ready()
  const balance = quantityOf(await network.request('eth_getBalance', [account, 'latest']), 'balance')
  const common = { ...placed, account, balance }
  try {
    const newest = await checkAnchor({ ...placed, network, account })
    return { ...common, newest, trouble: undefined }
  } catch (error) {
    if (!isEnergywebError(error, 'ledger-not-ready')) throw error
    return { ...common, newest: undefined, trouble: { message: error.message, hint: error.hint } }
  }
}

/** What of our log is anchored, in words. */
export function anchoredWords({ newest }: AnchorLook): string {
  if (newest === undefined || newest.size === 0n) return 'nothing anchored yet'
  return `anchored: the first ${newest.size.toLocaleString('en-US')} entries`
}
