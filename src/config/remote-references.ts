import type { SecretReference } from './fields.ts'
import type { PathStep } from './problem.ts'
import type { LoggingConfig, RemoteConfig } from './schema-logging.ts'
import { resolveTls, tlsSecrets } from './schema-tls.ts'

type Resolve = (reference: SecretReference) => SecretReference

/** A destination with its files counted from a folder, and its references to secrets read in another way. */
export function resolveRemote(remote: RemoteConfig, folder: string, resolve: Resolve): RemoteConfig {
  const tls = resolveTls(remote.tls, folder)
  if (remote.kind === 'syslog') return { ...remote, tls }
  const { headers, auth } = remote
  return {
    ...remote,
    tls,
    ...(headers && {
      headers: Object.fromEntries(Object.entries(headers).map(([name, secret]) => [name, resolve(secret)])),
    }),
    ...(auth && { auth: resolveAuth(auth, resolve) }),
  }
}

type Auth = NonNullable<Exclude<RemoteConfig, { kind: 'syslog' }>['auth']>

function resolveAuth(auth: Auth, resolve: Resolve): Auth {
  if ('password' in auth) return { ...auth, password: resolve(auth.password) }
  return 'token' in auth ? { token: resolve(auth.token) } : { apiKey: resolve(auth.apiKey) }
}

/** The references to secrets of the destinations of messages, and where they stand. */
export function remoteSecrets({ remote = [] }: LoggingConfig): {
  readonly path: readonly PathStep[]
  readonly reference: SecretReference
}[] {
  return remote.flatMap((one, index) => {
    const at = ['logging', 'remote', index]
    const ofTls = tlsSecrets(one.tls, [...at, 'tls'])
    if (one.kind === 'syslog') return ofTls
    const ofHeaders = Object.entries(one.headers ?? {}).map(([name, reference]) => ({
      path: [...at, 'headers', name],
      reference,
    }))
    const { auth } = one
    if (auth === undefined) return [...ofTls, ...ofHeaders]
    const [name, reference] =
      'password' in auth
        ? (['password', auth.password] as const)
        : 'token' in auth
          ? (['token', auth.token] as const)
          : (['apiKey', auth.apiKey] as const)
    return [...ofTls, ...ofHeaders, { path: [...at, 'auth', name], reference }]
  })
}
