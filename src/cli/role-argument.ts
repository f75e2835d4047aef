import { didYouMean } from '../config/nearest.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Release, Role } from '../ledgers/registries/index.ts'

/**
 * Roles as they are given on a command line: names of the release with commas between them, in any spelling (`asset-manager`).
 * @throws EnergywebError `argument-invalid` for a role that this release does not know
 */
export function rolesGiven(given: string, release: Release, known: readonly Role[]): readonly Role[] {
  return given.split(',').map(text => {
    const role = known.find(({ name }) => plain(name) === plain(text))
    if (role !== undefined) return role
    const names = known.map(({ name }) => name)
    throw new EnergywebError(
      'argument-invalid',
      `release ${release} has no role "${text.slice(0, 64)}"${didYouMean(text, names)}`,
      { hint: `It has ${names.join(', ')}.` },
    )
  })
}

const plain = (name: string) => name.toLowerCase().replace(/[-_ ]/g, '')
