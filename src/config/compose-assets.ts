import type { SourceContext } from '../core/source.ts'
import type { GatewayAsset } from '../gateway/index.ts'
import type { ResolvedConfig } from './check-config.ts'
import { optionsOf, secretPaths } from './check-sources.ts'
import { withSecrets } from './compose-options.ts'
import { type Extensions, findSource } from './extensions.ts'
import type { SecretContext } from './secrets.ts'

export interface AssetContext extends SecretContext {
  readonly source: SourceContext
  /** The configuration's. */
  readonly extensions: Extensions
}

/**
 * An asset as the gateway takes it, with its source open; the source's secrets are resolved here and nowhere kept.
 * @throws EnergywebError `secret-unavailable`, `config-invalid`
 */
export async function composeAsset(
  asset: ResolvedConfig['assets'][number],
  context: AssetContext,
): Promise<GatewayAsset> {
  const { name, channel, every, aligned, deadline, commitment, capacity, resolution, opening } = asset
  const [definition, options] = await Promise.all([
    findSource(asset.source.kind, context.extensions),
    withSecrets(optionsOf(asset), secretPaths(asset.source.kind, context.extensions), {
      ...context,
      where: `asset ${asset.name}`,
    }),
  ])
  return {
    name,
    source: definition.open(options, context.source),
    channel,
    every,
    limits: {
      ...(capacity !== undefined && { capacity }),
      ...(resolution !== undefined && { resolution }),
      ...(opening !== undefined && { opening }),
    },
    ...(aligned !== undefined && { aligned }),
    ...(deadline !== undefined && { deadline }),
    ...(commitment !== undefined && { commitment }),
  }
}
