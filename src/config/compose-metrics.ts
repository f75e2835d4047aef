import { openHttpClient } from '../connections/index.ts'
import { isLoopbackHost } from '../connections/private-addresses.ts'
import type { HttpClient } from '../core/source.ts'
import type { ResolvedConfig } from './check-config.ts'
import { usualMetricsAddress } from './check-metrics.ts'
import type { ListenAddress } from './fields.ts'
import { openTls } from './schema-tls.ts'
import { environmentOf, resolveSecret, type SecretContext } from './secrets.ts'

/** What a configuration says of metrics, secrets still unopened. */
export interface ComposedMetrics {
  readonly assets: 'names' | 'numbers'
  /** Where they are given to whoever scrapes them; undefined where nowhere. */
  readonly served: (ListenAddress & { readonly token?: () => Promise<string> }) | undefined
  /** Where they are sent to; undefined where nowhere. */
  readonly pushed: PushedMetrics | undefined
}

export interface PushedMetrics {
  /** What stands before `/v1/metrics`. */
  readonly url: string
  readonly every: number
  /** Opens the secrets of the headers; asked at every request, so that a changed one is taken up. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  /** Opens the connection, with the private key of a client certificate where one is shown. */
  readonly http: () => Promise<HttpClient>
}

const usualRhythm = 60_000

/** What a configuration says of metrics; undefined where it says nothing. */
export function composeMetrics(
  config: ResolvedConfig,
  given: SecretContext = {},
): ComposedMetrics | undefined {
  const { metrics } = config
  if (metrics === undefined) return undefined
  const context = { ...given, environment: environmentOf(config, given.environment) }
  const { listen, token, otlp, assets = 'names' } = metrics
  const isServed = listen !== undefined || otlp === undefined
  return {
    assets,
    served: isServed
      ? {
          ...(listen ?? usualMetricsAddress),
          ...(token && { token: () => resolveSecret(token, { ...context, where: 'metrics.token' }) }),
        }
      : undefined,
    pushed: otlp && pushed(otlp, context),
  }
}

function pushed(
  {
    url,
    tls,
    headers = {},
    every = usualRhythm,
  }: NonNullable<NonNullable<ResolvedConfig['metrics']>['otlp']>,
  context: SecretContext,
): PushedMetrics {
  const named = Object.entries(headers)
  return {
    url,
    every,
    headers: async () => {
      const opened = named.map(async ([name, reference]) => {
        const where = `metrics.otlp.headers.${name}`
        return [name, await resolveSecret(reference, { ...context, where })] as const
      })
      return Object.fromEntries(await Promise.all(opened))
    },
    // Numbers are no credentials; headers may hold some, and then nothing leaves this machine in plain text.
    http: async () => {
      const policy = await openTls(tls, { ...context, where: 'metrics.otlp.tls.key' })
      const plaintextCredentials = named.length === 0 || isLoopbackHost(new URL(url).hostname)
      return openHttpClient({ tls: policy, plaintextCredentials, plainLoopback: true })
    },
  }
}
