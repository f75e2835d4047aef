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
import { isRemote } from './schema-ipfs.ts'
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
  /** True where nothing else that `check --live` does would find out that the server is away. */
  readonly isUntried: boolean
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
    ...addressesOf(config).map(one => ofAddress(one, context)),
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

/** Every option that is an address; one that is known by default is that of a public service. */
function ofOptions(user: string, options: PlainValue, schema: object): Single[] {
  const tls = tlsPolicy().safeParse(valueAt(options, ['tls']))
  if (!tls.success) return []
  const known = defaultAddresses(schema)
  const given = typeof options === 'object' && options !== null && !Array.isArray(options) ? options : {}
  return Object.entries({ ...Object.fromEntries(known), ...given }).flatMap(([name, address]) => {
    if (!isAddress(address)) return []
    const policy = { tls: tls.data, ...(known.has(name) && { reach: 'public' as const }) }
    return [{ user, ...placeOf(address), policy, isUntried: false }]
  })
}

/** Addresses that a driver knows by itself, by the names of their options. */
function defaultAddresses(schema: object): ReadonlyMap<string, string> {
  const properties = 'properties' in schema ? schema.properties : undefined
  if (typeof properties !== 'object' || properties === null) return new Map()
  const known = Object.entries(properties).flatMap(([name, property]): [string, string][] => {
    const found: unknown =
      typeof property === 'object' && property !== null && 'default' in property
        ? property.default
        : undefined
    return isAddress(found) ? [[name, found]] : []
  })
  return new Map(known)
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^(https?|wss?):\/\//i.test(value) && URL.canParse(value)
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
    isUntried: false,
  }))
}

interface Address {
  readonly user: string
  readonly url: string
  readonly tls: TlsConfig
  readonly plainLoopback?: boolean
  readonly isUntried?: boolean
}

/** What stands in a configuration as one address with its policy. */
function addressesOf({ log, logging, metrics, ledgers = {} }: ResolvedConfig): Address[] {
  const { otlp } = metrics ?? {}
  return [
    ...(log?.witnesses ?? []).map(({ url, tls }) => ({ user: 'witness', url, tls })),
    ...(logging?.remote ?? []).map(remote => ({
      user: `log ${destinationName(remote)}`,
      url: remote.kind === 'syslog' ? syslogUrl(remote.address) : remote.url,
      tls: remote.tls,
      plainLoopback: true,
    })),
    ...(otlp === undefined
      ? []
      : [{ user: 'metrics', url: otlp.url, tls: otlp.tls, plainLoopback: true, isUntried: true }]),
    ...Object.entries(ledgers).flatMap(([name, ledger]) =>
      isRemote(ledger)
        ? [{ user: `ledger ${name}`, url: ledger.url, tls: ledger.tls, plainLoopback: true, isUntried: true }]
        : [],
    ),
  ]
}

async function ofAddress(
  { user, url, tls, isUntried = false, ...rest }: Address,
  context: SecretContext,
): Promise<Single[]> {
  const opened = await openTls(tls, { ...context, where: `${user}, tls.key` })
  return [{ user, ...placeOf(url), policy: { tls: opened, ...rest }, isUntried }]
}

function syslogUrl(address: string): string {
  return `https://${/:\d+$/.test(address) && !address.endsWith(']') ? address : `${address}:6514`}`
}

function placeOf(address: string): Pick<Single, 'hostname' | 'port' | 'secure'> {
  const { protocol, hostname, port } = new URL(address)
  const secure = protocol === 'https:' || protocol === 'wss:'
  return { hostname, port: Number(port || (secure ? 443 : 80)), secure }
}
