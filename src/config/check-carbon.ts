import { carbonKinds, markedPaths } from '../sources/index.ts'
import { checkOptions } from './check-sources.ts'
import { carbonSchemaOf, type Extensions, findCarbonSource } from './extensions.ts'
import { wrongValue } from './issues.ts'
import type { Finding } from './problem.ts'
import type { PlainValue } from './read-node.ts'
import type { CarbonConfig, Config } from './schema.ts'

/** Checks every asset's carbon source against its driver: options, secrets, TLS. */
export async function checkCarbon({ assets }: Config, extensions: Extensions): Promise<Finding[]> {
  const findings = await Promise.all(
    assets.map(async ({ carbon }, index) => {
      const found = carbon === undefined ? [] : await findingsOfCarbon(carbon, extensions)
      return found.map(finding => ({ ...finding, path: ['assets', index, 'carbon', ...finding.path] }))
    }),
  )
  return findings.flat()
}

async function findingsOfCarbon(carbon: CarbonConfig, extensions: Extensions): Promise<readonly Finding[]> {
  const { kind } = carbon
  const known = [...carbonKinds, ...extensions.carbonSources.keys()]
  if (!known.includes(kind)) return [{ path: ['kind'], message: wrongValue(known, kind) }]
  const definition = await findCarbonSource(kind, extensions)
  const schema = carbonSchemaOf(kind, extensions)
  return checkOptions(carbonOptionsOf(carbon), { definition, schema }).findings
}

/** Where the secrets of a carbon kind's options are. */
export function carbonSecretPaths(kind: string, extensions: Extensions): readonly (readonly string[])[] {
  return markedPaths(carbonSchemaOf(kind, extensions), 'secret')
}

/** The driver's own options. They come from plain YAML values, which is what the cast says. */
export function carbonOptionsOf(carbon: CarbonConfig): PlainValue {
  const { kind: _, opening: __, wait: ___, ...options } = carbon
  return options as { [key: string]: PlainValue }
}
