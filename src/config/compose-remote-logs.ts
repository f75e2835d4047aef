import { isEnergywebError } from '../core/errors.ts'
import type { Destination } from '../logging/remote/destination.ts'
import { facilities } from '../logging/remote/facilities.ts'
import type { ResolvedConfig } from './resolve-paths.ts'
import type { RemoteConfig } from './schema-logging.ts'
import { openTls } from './schema-tls.ts'
import { environmentOf, resolveSecret, type SecretContext } from './secrets.ts'

/** What waits where the configuration doesn't say, bytes. */
export const defaultSpoolCap = 20_000_000

/** What a destination is called. */
export function destinationName(remote: RemoteConfig): string {
  if (remote.name !== undefined) return remote.name
  const where = remote.kind === 'syslog' ? remote.address : new URL(remote.url).host
  return `${remote.kind} ${where}`
}

/** The places that messages of a configuration are sent to, with their secrets in place; one whose secrets are missing waits for them. */
export function composeRemoteLogs(
  config: ResolvedConfig,
  context: SecretContext,
): Promise<readonly Destination[]> {
  const environment = environmentOf(config, context.environment)
  const remotes = config.logging?.remote ?? []
  return Promise.all(remotes.map(remote => composeRemote(remote, { ...context, environment })))
}

async function composeRemote(remote: RemoteConfig, context: SecretContext): Promise<Destination> {
  const name = destinationName(remote)
  const where = `the destination of messages "${name}"`
  try {
    return await opened(remote, { ...context, where })
  } catch (error) {
    if (!isEnergywebError(error, 'secret-unavailable')) throw error
    // Messages are no reason not to read meters: it is said, and what is meant for it waits.
    return { ...plain(remote), tls: 'required', trouble: error.message }
  }
}

async function opened(remote: RemoteConfig, context: SecretContext): Promise<Destination> {
  const [tls, headers] = await Promise.all([openTls(remote.tls, context), headersOf(remote, context)])
  const destination = plain(remote)
  return destination.kind === 'syslog' ? { ...destination, tls } : { ...destination, tls, headers }
}

type Plain = Destination extends infer One ? (One extends Destination ? Omit<One, 'tls'> : never) : never

function plain(remote: RemoteConfig): Plain {
  const { level = 'info', labels = {} } = remote
  const common = { name: destinationName(remote), level, labels }
  switch (remote.kind) {
    case 'otlp': {
      const { kind, url, compression = 'gzip' } = remote
      return { ...common, kind, url, headers: {}, compression }
    }
    case 'loki': {
      const { kind, url, metadata = true } = remote
      return { ...common, kind, url, headers: {}, metadata }
    }
    case 'elasticsearch': {
      const { kind, url, index } = remote
      return { ...common, kind, url, headers: {}, index }
    }
    case 'syslog': {
      const { kind, address, facility = 'local0' } = remote
      return { ...common, kind, ...hostAndPort(address), facility: facilities[facility] ?? 16 }
    }
  }
}

/** RFC 5425 section 4.1 has 6514. */
function hostAndPort(address: string): { host: string; port: number } {
  const [, literal, name, port = '6514'] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(address) ?? []
  return { host: literal ?? name ?? address, port: Number(port) }
}

async function headersOf(remote: RemoteConfig, context: SecretContext): Promise<Record<string, string>> {
  if (remote.kind === 'syslog') return {}
  const { headers = {}, auth } = remote
  const given = await Promise.all(
    Object.entries(headers).map(
      async ([name, secret]) => [name, await resolveSecret(secret, context)] as const,
    ),
  )
  return {
    ...Object.fromEntries(given),
    ...(auth && { authorization: await authorization(auth, context) }),
    ...(remote.kind === 'loki' && remote.tenant !== undefined && { 'x-scope-orgid': remote.tenant }),
  }
}

async function authorization(
  auth: NonNullable<Exclude<RemoteConfig, { kind: 'syslog' }>['auth']>,
  context: SecretContext,
): Promise<string> {
  if ('token' in auth) return `Bearer ${await resolveSecret(auth.token, context)}`
  if ('apiKey' in auth) return `ApiKey ${await resolveSecret(auth.apiKey, context)}`
  const password = await resolveSecret(auth.password, context)
  return `Basic ${Buffer.from(`${auth.user}:${password}`).toString('base64')}`
}
