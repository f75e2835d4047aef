import { tlsPolicy } from '../connections/connection-fields.ts'
import type { ConnectionPolicy } from '../connections/index.ts'
import { carbonOptionsOf, carbonSecretPaths } from './check-carbon.ts'
import { optionsOf, secretPaths } from './check-sources.ts'
import { networkSettings } from './compose-networks.ts'
import { withSecrets } from './compose-options.ts'
import { destinationName } from './compose-remote-logs.ts'
import { carbonSchemaOf, sourceSchemaOf } from './extensions.ts'
import { valueAt } from './issues.ts'
import type { PlainValue } from './read-node.ts'
import type { ResolvedConfig } from './resolve-paths.ts'
import { openTls, type TlsConfig } from './schema-tls.ts'
import { environmentOf, type SecretContext } from './secrets.ts'

/** A connection that a gateway of this configuration will open. */
export interface ConfiguredConnection {
  /** Who opens it, like `roof` or `network volta`; several that want the same share one. */
  readonly users: readonly string[]
  readonly hostname: string
  readonly port: number
  /** True with TLS. */
  readonly secure: boolean
  readonly policy: ConnectionPolicy
}

type Single = Omit<ConfiguredConnection, 'users'> & { readonly user: string }

/**
 * Every connection of a configuration, with its policy; secrets are resolved. One whose secrets can't be had is left out: whoever
 * opens it says so.
 */
export async function configuredConnections(
  config: ResolvedConfig,
  given: SecretContext,
): Promise<readonly ConfiguredConnection[]> {
  const context = { ...given, environment: environmentOf(config, given.environment) }
  const found = await Promise.allSettled([
    ...config.assets.map(asset => ofAsset(asset, config, context)),
    ...Object.keys(config.networks ?? {}).map(name => ofNetwork(name, config, context)),
    ...(config.log?.witnesses ?? []).map(({ url, tls }) => ofAddress('witness', url, { tls, context })),
    ...(config.logging?.remote ?? []).map(remote =>
      ofAddress(
        `log ${destinationName(remote)}`,
        remote.kind === 'syslog' ? syslogUrl(remote.address) : remote.url,
        { tls: remote.tls, context },
      ),
    ),
  ])
  return together(found.flatMap(one => (one.status === 'fulfilled' ? one.value : [])))
}

function together(singles: readonly Single[]): ConfiguredConnection[] {
  const groups = Map.groupBy(singles, ({ user: _, ...rest }) => JSON.stringify(rest))
  return [...groups.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const { user: _, ...rest } = first
    return [{ ...rest, users: [...new Set(group.map(({ user }) => user))] }]
  })
}

async function ofAsset(
  asset: ResolvedConfig['assets'][number],
  { extensions }: ResolvedConfig,
  context: SecretContext,
): Promise<Single[]> {
  const { name, source, carbon } = asset
  const where = { ...context, where: `asset ${name}` }
  const ofSource = await withSecrets(optionsOf(asset), secretPaths(source.kind, extensions), where)
  const schema = sourceSchemaOf(source.kind, extensions)
  const first = ofOptions(name, ofSource, schema)
  if (carbon === undefined) return first
  const paths = carbonSecretPaths(carbon.kind, extensions)
  const options = await withSecrets(carbonOptionsOf(carbon), paths, where)
  return [...first, ...ofOptions(`${name}/carbon`, options, carbonSchemaOf(carbon.kind, extensions))]
}

/** A driver whose address is known by default reads a public service. */
function ofOptions(user: string, options: PlainValue, schema: object): Single[] {
  const known = defaultUrl(schema)
  const url = valueAt(options, ['url']) ?? known
  if (typeof url !== 'string' || !URL.canParse(url)) return []
  const tls = tlsPolicy().safeParse(valueAt(options, ['tls']))
  if (!tls.success) return []
  const policy = { tls: tls.data, ...(known !== undefined && { reach: 'public' as const }) }
  return [{ user, ...placeOf(url), policy }]
}

function defaultUrl(schema: object): string | undefined {
  const properties = 'properties' in schema ? schema.properties : undefined
  if (typeof properties !== 'object' || properties === null || !('url' in properties)) return undefined
  const { url } = properties
  const known = typeof url === 'object' && url !== null && 'default' in url ? url.default : undefined
  return typeof known === 'string' ? known : undefined
}

async function ofNetwork(name: string, config: ResolvedConfig, context: SecretContext): Promise<Single[]> {
  const network = config.networks?.[name]
  if (network === undefined) return []
  const catalogue = await import('../ledgers/index.ts')
  const { rpc, ws, tls = 'required' } = await networkSettings(name, network, { catalogue, secrets: context })
  const user = `network ${name}`
  return [...rpc, ...(ws === undefined ? [] : [{ url: ws }])].map(node => ({
    user,
    ...placeOf(node.url),
    policy: { tls: ('tls' in node ? node.tls : undefined) ?? tls, plainLoopback: true },
  }))
}

async function ofAddress(
  user: string,
  url: string,
  { tls, context }: { tls: TlsConfig; context: SecretContext },
): Promise<Single[]> {
  return [
    { user, ...placeOf(url), policy: { tls: await openTls(tls, { ...context, where: `${user}, tls.key` }) } },
  ]
}

function syslogUrl(address: string): string {
  return `https://${/:\d+$/.test(address) && !address.endsWith(']') ? address : `${address}:6514`}`
}

function placeOf(address: string): Pick<Single, 'hostname' | 'port' | 'secure'> {
  const { protocol, hostname, port } = new URL(address)
  const secure = protocol === 'https:' || protocol === 'wss:'
  return { hostname, port: Number(port || (secure ? 443 : 80)), secure }
}
