import { EnergywebError } from '../core/errors.ts'
import type { AnyCarbonSourceDefinition } from './define-carbon-source.ts'
import type { AnySourceDefinition } from './define-source.ts'
import { carbonDrivers } from './generated/carbon-drivers.ts'
import { drivers } from './generated/drivers.ts'

type Catalogue<Definition> = Readonly<Record<string, () => Promise<Definition>>>

/** The kinds of source that come with the package, in alphabetical order. */
export const sourceKinds: readonly string[] = Object.keys(drivers).sort()

/** The kinds of carbon source that come with the package, in alphabetical order. */
export const carbonKinds: readonly string[] = Object.keys(carbonDrivers).sort()

/**
 * Loads the driver of a kind; only this one's file and libraries are read.
 * @throws EnergywebError `config-invalid` for a kind that is not in the catalogue
 */
export async function loadSource(kind: string): Promise<AnySourceDefinition> {
  return loadFrom(drivers, 'source', kind)
}

/**
 * Loads the driver of a kind of carbon source, like {@link loadSource}.
 * @throws EnergywebError `config-invalid` for a kind that is not in the catalogue
 */
export async function loadCarbonSource(kind: string): Promise<AnyCarbonSourceDefinition> {
  return loadFrom(carbonDrivers, 'carbon source', kind)
}

function loadFrom<Definition>(
  catalogue: Catalogue<Definition>,
  what: string,
  kind: string,
): Promise<Definition> {
  const load = Object.hasOwn(catalogue, kind) ? catalogue[kind] : undefined
  if (load === undefined) {
    throw new EnergywebError('config-invalid', `there is no ${what} of the kind "${kind.slice(0, 64)}"`, {
      hint: `There are ${Object.keys(catalogue).sort().join(', ')}.`,
    })
  }
  return load()
}
