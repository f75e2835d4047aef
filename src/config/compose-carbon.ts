import type { CarbonSource } from '../core/carbon.ts'
import { sharedCarbonSource } from '../sources/index.ts'
import { carbonOptionsOf, carbonSecretPaths } from './check-carbon.ts'
import type { ResolvedConfig } from './check-config.ts'
import type { AssetContext } from './compose-assets.ts'
import { withSecrets } from './compose-options.ts'
import { findCarbonSource } from './extensions.ts'
import type { CarbonConfig } from './schema.ts'

/**
 * The carbon source of every asset that has one, by the asset's name. Assets with equal options share one source: close
 * each once. No network is touched.
 * @throws EnergywebError `secret-unavailable`, `config-invalid`
 */
export async function openCarbonSources(
  { assets }: Pick<ResolvedConfig, 'assets'>,
  context: AssetContext,
): Promise<ReadonlyMap<string, CarbonSource>> {
  const opened = new Map<string, Promise<CarbonSource>>()
  const sources = new Map<string, CarbonSource>()
  for (const { name, carbon } of assets) {
    if (carbon === undefined) continue
    const key = optionsKey(carbon)
    const opening = opened.get(key) ?? openShared(carbon, { ...context, where: `carbon of asset ${name}` })
    opened.set(key, opening)
    sources.set(name, await opening)
  }
  return sources
}

async function openShared(carbon: CarbonConfig, context: AssetContext): Promise<CarbonSource> {
  const [definition, options] = await Promise.all([
    findCarbonSource(carbon.kind, context.extensions),
    withSecrets(carbonOptionsOf(carbon), carbonSecretPaths(carbon.kind, context.extensions), context),
  ])
  return sharedCarbonSource(definition.open(options, context.source), { clock: context.source.clock })
}

/** Equal for equal options, in whatever order they are written. */
function optionsKey(carbon: CarbonConfig): string {
  return JSON.stringify([carbon.kind, carbonOptionsOf(carbon)], (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
