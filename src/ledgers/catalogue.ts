import { EnergywebError } from '../core/errors.ts'
import type { AnyLedgerDefinition } from './defined/define-ledger.ts'
import { kinds } from './generated/kinds.ts'

/** The defined kinds of ledger that come with the package, in alphabetical order. */
export const ledgerKinds: readonly string[] = Object.keys(kinds).sort()

/**
 * Loads the definition of a kind; only this one's files and libraries are read.
 * @throws EnergywebError `config-invalid` for a kind that is not in the catalogue
 */
export async function loadLedgerKind(kind: string): Promise<AnyLedgerDefinition> {
  const load = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (load !== undefined) return load()
  throw new EnergywebError('config-invalid', `there is no ledger of the kind "${kind.slice(0, 64)}"`, {
    hint: `There are ${['anchor', 'ipfs-pinning', 'kubo', 'origin-a', ...ledgerKinds].sort().join(', ')}.`,
  })
}
