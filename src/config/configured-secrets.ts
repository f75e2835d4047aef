import { isEnergywebError } from '../core/errors.ts'
import { addressSecrets } from './address-secrets.ts'
import { carbonOptionsOf, carbonSecretPaths } from './check-carbon.ts'
import { optionsOf, secretPaths } from './check-sources.ts'
import { readSecretReference, type SecretReference } from './fields.ts'
import { valueAt } from './issues.ts'
import { networkSecrets } from './network-references.ts'
import { withoutOpeningVariables } from './opening-variables.ts'
import type { PathStep } from './problem.ts'
import type { PlainValue } from './read-node.ts'
import { remoteSecrets } from './remote-references.ts'
import type { ResolvedConfig } from './resolve-paths.ts'
import type { LedgerConfig } from './schema.ts'
import { isRemote } from './schema-ipfs.ts'
import { tlsSecrets } from './schema-tls.ts'
import { referenceOfVariable } from './sealed-secret.ts'
import { environmentOf, resolveSecret, type SecretContext } from './secrets.ts'

/** A reference to a secret, with its place in the configuration. */
export interface PlacedReference {
  readonly path: readonly PathStep[]
  readonly reference: SecretReference
}

/** Every reference to a secret in a configuration. */
export function secretReferences({
  keys = {},
  networks = {},
  log,
  logging = {},
  metrics,
  ledgers = {},
  assets,
  extensions,
}: ResolvedConfig): PlacedReference[] {
  const ofKeys = Object.entries(keys).map(([name, key]) => {
    if ('env' in key) {
      const reference = referenceOfVariable(key.env)
      return { path: ['keys', name, ...Object.keys(reference)], reference }
    }
    if ('pkcs11' in key) return { path: ['keys', name, 'pin'], reference: key.pin }
    return { path: ['keys', name, 'password'], reference: key.password }
  })
  const ofDrivers = assets.flatMap((asset, index) => {
    const { source, carbon } = asset
    const at = ['assets', index]
    const ofSource = referencesIn(optionsOf(asset), secretPaths(source.kind, extensions), [...at, 'source'])
    if (carbon === undefined) return ofSource
    const paths = carbonSecretPaths(carbon.kind, extensions)
    return [...ofSource, ...referencesIn(carbonOptionsOf(carbon), paths, [...at, 'carbon'])]
  })
  const ofWitnesses = (log?.witnesses ?? []).flatMap(({ tls }, index) =>
    tlsSecrets(tls, ['log', 'witnesses', index, 'tls']),
  )
  return [
    ...ofKeys,
    ...ofWitnesses,
    ...remoteSecrets(logging),
    ...secretsOfMetrics(metrics),
    ...Object.entries(ledgers).flatMap(pinRemoteSecrets),
    ...Object.entries(networks).flatMap(networkSecrets),
    ...ofDrivers,
  ]
}

function pinRemoteSecrets([name, ledger]: [string, LedgerConfig]): PlacedReference[] {
  if (!isRemote(ledger)) return []
  const { tls, token } = ledger
  const at = ['ledgers', name]
  return [
    ...(token === undefined ? [] : [{ path: [...at, 'token'], reference: token }]),
    ...tlsSecrets(tls, [...at, 'tls']),
  ]
}

/**
 * The environment without the variables that hold a secret: what code that is not ours may see of it. It may be one of
 * `environmentOf`, which has the secrets of a sealed configuration among its variables.
 */
export function withoutSecrets(
  config: ResolvedConfig,
  environment: NonNullable<SecretContext['environment']> = process.env,
): NonNullable<SecretContext['environment']> {
  const secret = new Set([
    ...secretReferences(config).map(({ reference }) => ('env' in reference ? reference.env : '')),
    ...config.secrets.keys(),
  ])
  const visible = Object.entries(withoutOpeningVariables(environment))
  return Object.fromEntries(visible.filter(([name]) => !secret.has(name)))
}

function secretsOfMetrics({ token, otlp }: NonNullable<ResolvedConfig['metrics']> = {}): PlacedReference[] {
  const headers = Object.entries(otlp?.headers ?? {}).map(([header, reference]) => ({
    path: ['metrics', 'otlp', 'headers', header],
    reference,
  }))
  return [
    ...(token === undefined ? [] : [{ path: ['metrics', 'token'], reference: token }]),
    ...headers,
    ...tlsSecrets(otlp?.tls, ['metrics', 'otlp', 'tls']),
  ]
}

function referencesIn(
  options: PlainValue,
  secrets: readonly (readonly string[])[],
  at: readonly PathStep[],
): PlacedReference[] {
  return secrets.flatMap(path => {
    const given = valueAt(options, path)
    return given === undefined ? [] : [{ path: [...at, ...path], reference: readSecretReference(given) }]
  })
}

/** So many files are open at once, however many secrets there are. */
const atOnce = 64

/**
 * Tells every secret that a configuration names, also those that nothing has used yet: what comes from outside may repeat
 * any of them. One that can't be had now can't be shown either; who needs it says so.
 */
export async function tellSecrets(
  config: ResolvedConfig,
  context: SecretContext & { readonly addSecret: (secret: string) => void },
): Promise<void> {
  for (const secret of addressSecrets(config)) context.addSecret(secret)
  // Also those of a sealed or an old configuration that nothing refers to.
  for (const secret of config.secrets.values()) context.addSecret(secret)
  const environment = environmentOf(config, context.environment)
  const references = secretReferences(config)
  for (let from = 0; from < references.length; from += atOnce) {
    const some = references.slice(from, from + atOnce)
    await Promise.all(some.map(({ reference }) => tell(reference, { ...context, environment })))
  }
}

async function tell(reference: SecretReference, context: SecretContext): Promise<void> {
  try {
    await resolveSecret(reference, context)
  } catch (error) {
    if (!isEnergywebError(error, 'secret-unavailable')) throw error
  }
}
