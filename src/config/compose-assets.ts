import type { CarbonSource } from '../core/carbon.ts'
import type { SourceContext } from '../core/source.ts'
import { cron } from '../dispatcher/index.ts'
import type { GatewayAsset } from '../gateway/index.ts'
import type { Proof } from '../sources/index.ts'
import type { ResolvedConfig } from './check-config.ts'
import { optionsOf, secretPaths } from './check-sources.ts'
import { withSecrets } from './compose-options.ts'
import { type Extensions, findSource } from './extensions.ts'
import type { SecretContext } from './secrets.ts'

/** How it was shown that a driver is right, as provenance says it. */
const provenRemarks: Readonly<Record<Proof['level'], string>> = {
  'captured data': 'driver tested with captured data',
  simulator: 'driver tested with a simulator',
  field: 'driver proven in the field',
}

export interface AssetContext extends SecretContext {
  readonly source: SourceContext
  /** Says how far the clock that stamps readings can be trusted; default nothing. */
  readonly clockRemark?: () => string
  /** The configuration's. */
  readonly extensions: Extensions
}

/**
 * The assets as the gateway takes them, with their sources open.
 * @throws EnergywebError `secret-unavailable`, `config-invalid`
 */
export async function composeAssets(
  config: ResolvedConfig,
  context: AssetContext,
): Promise<readonly GatewayAsset[]> {
  const [assets, carbonSources] = await Promise.all([
    Promise.all(config.assets.map(asset => composeAsset(asset, context))),
    carbonSourcesOf(config, context),
  ])
  return assets.map((asset, i) => {
    const source = carbonSources.get(asset.name)
    const { opening, wait } = config.assets[i]?.carbon ?? {}
    if (source === undefined) return asset
    const given = { ...(opening !== undefined && { opening }), ...(wait !== undefined && { wait }) }
    return { ...asset, carbon: { source, ...given } }
  })
}

/** Loaded only where an asset has one. */
async function carbonSourcesOf(
  config: ResolvedConfig,
  context: AssetContext,
): Promise<ReadonlyMap<string, CarbonSource>> {
  if (config.assets.every(({ carbon }) => carbon === undefined)) return new Map()
  const { openCarbonSources } = await import('./compose-carbon.ts')
  return openCarbonSources(config, context)
}

/**
 * An asset as the gateway takes it, with its source open; the source's secrets are resolved here and nowhere kept.
 * @throws EnergywebError `secret-unavailable`, `config-invalid`
 */
export async function composeAsset(
  asset: ResolvedConfig['assets'][number],
  context: AssetContext,
): Promise<GatewayAsset> {
  const {
    name,
    channel,
    every,
    cron: pattern,
    zone,
    aligned,
    deadline,
    commitment,
    capacity,
    resolution,
    opening,
  } = asset
  const [definition, options] = await Promise.all([
    findSource(asset.source.kind, context.extensions),
    withSecrets(optionsOf(asset), secretPaths(asset.source.kind, context.extensions), {
      ...context,
      where: `asset ${asset.name}`,
    }),
  ])
  const tried = provenRemarks[definition.proof.level]
  return {
    name,
    source: definition.open(options, context.source),
    channel,
    provenance: () => [tried, ...(context.clockRemark ? [context.clockRemark()] : [])],
    limits: {
      ...(capacity !== undefined && { capacity }),
      ...(resolution !== undefined && { resolution }),
      ...(opening !== undefined && { opening }),
    },
    ...(every !== undefined && { every }),
    ...(pattern !== undefined && { trigger: cron(pattern, zone === undefined ? {} : { zone }) }),
    ...(aligned !== undefined && { aligned }),
    ...(deadline !== undefined && { deadline }),
    ...(commitment !== undefined && { commitment }),
  }
}
