import { resolve } from 'node:path'
import { carbonSecretPaths } from './check-carbon.ts'
import { secretPaths } from './check-sources.ts'
import type { Extensions } from './extensions.ts'
import type { SecretReference } from './fields.ts'
import { resolveNetwork } from './network-references.ts'
import { resolveRemote } from './remote-references.ts'
import type { AssetConfig, Config, KeyConfig, LogConfig, LoggingConfig } from './schema.ts'
import { isRemote, type RemoteConfig } from './schema-ipfs.ts'
import { resolveTls } from './schema-tls.ts'

/** A configuration whose paths are absolute and whose modules are loaded. */
export interface ResolvedConfig extends Config {
  readonly data: string
  readonly extensions: Extensions
  /** What stood in plain text in an old configuration, by the variable that stands for it; see `environmentOf`. */
  readonly secrets: ReadonlyMap<string, string>
}

/** The configuration with every relative path counted from its folder, and `data` filled in. */
export function resolvePaths(
  config: Config,
  {
    folder,
    extensions,
    secrets = new Map(),
  }: { folder: string; extensions: Extensions; secrets?: ResolvedConfig['secrets'] },
): ResolvedConfig {
  const { data = './data', log, logging, keys, networks, ledgers, assets } = config
  return {
    ...config,
    data: resolve(folder, data),
    extensions,
    secrets,
    assets: assets.map(asset => resolveAsset(asset, { folder, extensions })),
    ...(log && { log: resolveLog(log, folder) }),
    ...(logging && { logging: resolveLogging(logging, folder) }),
    ...(config.metrics && { metrics: resolveMetrics(config.metrics, folder) }),
    ...(networks && {
      networks: Object.fromEntries(
        Object.entries(networks).map(([name, network]) => [
          name,
          resolveNetwork(network, {
            reference: reference => resolveReference(reference, folder),
            tls: tls => resolveTls(tls, folder),
          }),
        ]),
      ),
    }),
    ...(ledgers && {
      ledgers: Object.fromEntries(
        Object.entries(ledgers).map(([name, ledger]) => [
          name,
          isRemote(ledger) ? resolvePinRemote(ledger, folder) : ledger,
        ]),
      ),
    }),
    ...(keys && {
      keys: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, resolveKey(key, folder)])),
    }),
  }
}

function resolveKey(key: KeyConfig, folder: string): KeyConfig {
  if ('env' in key) return key
  if ('pkcs11' in key) {
    return { ...key, pkcs11: resolve(folder, key.pkcs11), pin: resolveReference(key.pin, folder) }
  }
  return { keystore: resolve(folder, key.keystore), password: resolveReference(key.password, folder) }
}

function resolvePinRemote(remote: RemoteConfig, folder: string): RemoteConfig {
  const { tls, token } = remote
  const own = { ...remote, tls: resolveTls(tls, folder) }
  return token === undefined ? own : { ...own, token: resolveReference(token, folder) }
}

function resolveLog(log: LogConfig, folder: string): LogConfig {
  const { publish, witnesses } = log
  return {
    ...log,
    ...(publish && { publish: { ...publish, folder: resolve(folder, publish.folder) } }),
    ...(witnesses && {
      witnesses: witnesses.map(witness => ({ ...witness, tls: resolveTls(witness.tls, folder) })),
    }),
  }
}

function resolveMetrics(metrics: NonNullable<Config['metrics']>, folder: string): Config['metrics'] {
  const { token, otlp } = metrics
  const headers = Object.entries(otlp?.headers ?? {}).map(
    ([name, secret]) => [name, resolveReference(secret, folder)] as const,
  )
  return {
    ...metrics,
    ...(token && { token: resolveReference(token, folder) }),
    ...(otlp && {
      otlp: { ...otlp, tls: resolveTls(otlp.tls, folder), headers: Object.fromEntries(headers) },
    }),
  }
}

function resolveLogging(logging: LoggingConfig, folder: string): LoggingConfig {
  const { file, remote } = logging
  return {
    ...logging,
    ...(file !== undefined && { file: resolve(folder, file) }),
    ...(remote && {
      remote: remote.map(one => resolveRemote(one, folder, secret => resolveReference(secret, folder))),
    }),
  }
}

function resolveReference(reference: SecretReference, folder: string): SecretReference {
  return 'file' in reference ? { file: resolve(folder, reference.file) } : reference
}

function resolveAsset(
  asset: AssetConfig,
  { folder, extensions }: { folder: string; extensions: Extensions },
): AssetConfig {
  const { source, carbon, report } = asset
  const ofSource = secretPaths(source.kind, extensions)
  const ofCarbon = carbon === undefined ? [] : carbonSecretPaths(carbon.kind, extensions)
  return {
    ...asset,
    source: { ...resolveOptions(source, ofSource, folder), kind: source.kind },
    ...(carbon && { carbon: { ...carbon, ...resolveOptions(carbon, ofCarbon, folder) } }),
    ...(report && {
      report: report.map(line =>
        line.files === undefined ? line : { ...line, files: resolve(folder, line.files) },
      ),
    }),
  }
}

function resolveOptions(
  options: Record<string, unknown>,
  secrets: readonly (readonly string[])[],
  folder: string,
): Record<string, unknown> {
  const paths = [
    ...secrets.map(path => [...path, 'file']),
    ['tls', 'ca'],
    ['tls', 'crl'],
    ['tls', 'certificate'],
  ]
  return paths.reduce((value, path) => resolveAt(value, path, folder), options)
}

function resolveAt(
  value: Record<string, unknown>,
  path: readonly string[],
  folder: string,
): Record<string, unknown> {
  const [step = '', ...rest] = path
  const inner = Object.hasOwn(value, step) ? value[step] : undefined
  if (rest.length === 0)
    return typeof inner === 'string' ? { ...value, [step]: resolve(folder, inner) } : value
  return isRecord(inner) ? { ...value, [step]: resolveAt(inner, rest, folder) } : value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
