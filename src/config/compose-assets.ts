import type { SourceContext } from '../core/source.ts'
import type { GatewayAsset } from '../gateway/index.ts'
import { loadSource } from '../sources/index.ts'
import type { ResolvedConfig } from './check-config.ts'
import { optionsOf, replacedAt, secretPaths } from './check-sources.ts'
import { readSecretReference } from './fields.ts'
import { valueAt } from './issues.ts'
import type { PlainValue } from './read-node.ts'
import type { AssetConfig } from './schema.ts'
import { resolveSecret, type SecretContext } from './secrets.ts'

/**
 * An asset as the gateway takes it, with its source open; the source's secrets are resolved here and nowhere kept.
 * @throws EnergywebError `secret-unavailable`, `config-invalid`
 */
export async function composeAsset(
  asset: ResolvedConfig['assets'][number],
  context: SecretContext & { readonly source: SourceContext },
): Promise<GatewayAsset> {
  const { name, channel, every, aligned, deadline, commitment, capacity, resolution, opening } = asset
  const [definition, options] = await Promise.all([
    loadSource(asset.source.kind),
    withSecrets(asset, context),
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

async function withSecrets(asset: AssetConfig, context: SecretContext): Promise<PlainValue> {
  let options = optionsOf(asset)
  for (const path of secretPaths(asset.source.kind)) {
    const given = valueAt(options, path)
    if (given === undefined) continue
    const where = `asset ${asset.name}, ${path.join('.')}`
    options = replacedAt(
      options,
      path,
      await resolveSecret(readSecretReference(given), { ...context, where }),
    )
  }
  return options
}
