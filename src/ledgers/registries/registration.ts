import { EnergywebError } from '../../core/errors.ts'
import type { AssetRecord } from './asset-record.ts'
import type { AssetRegistry } from './assets.ts'
import { isSameAccount } from './installation.ts'

/** What registering came to. */
export interface RegisteredAssetOutcome {
  readonly id: bigint
  /** True when the asset was there, whole, and nothing was sent. */
  readonly existed: boolean
  readonly transactions: readonly string[]
}

/** An asset is not given to another account behind its owner's back. @throws EnergywebError `ledger-conflict` */
export function requireOwner(
  registry: AssetRegistry,
  { id, owner }: AssetRecord,
  wanted: { readonly owner: string; readonly smartMeter: string },
): void {
  if (isSameAccount(owner, wanted.owner)) return
  throw new EnergywebError(
    'ledger-conflict',
    `asset ${id} of ${registry.name} has the smart meter ${wanted.smartMeter} already, and belongs to ${owner}`,
    { hint: `Give --owner ${owner} if that is the one, or use another key for the new asset’s readings.` },
  )
}
