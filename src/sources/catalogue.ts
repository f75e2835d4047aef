import { EnergywebError } from '../core/errors.ts'
import type { AnySourceDefinition } from './define-source.ts'
import { drivers } from './generated/drivers.ts'

const catalogue: ReadonlyMap<string, () => Promise<AnySourceDefinition>> = new Map(Object.entries(drivers))

/** The kinds of source that come with the package, in alphabetical order. */
export const sourceKinds: readonly string[] = [...catalogue.keys()].sort()

/**
 * Loads the driver of a kind; only this one's file and libraries are read.
 * @throws EnergywebError `config-invalid` for a kind that is not in the catalogue
 */
export async function loadSource(kind: string): Promise<AnySourceDefinition> {
  const load = catalogue.get(kind)
  if (load === undefined) {
    throw new EnergywebError('config-invalid', `there is no source of the kind "${kind.slice(0, 64)}"`, {
      hint: `There are ${sourceKinds.join(', ')}.`,
    })
  }
  return load()
}
