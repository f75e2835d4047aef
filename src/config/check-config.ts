import { dirname, resolve } from 'node:path'
import { checkCarbon } from './check-carbon.ts'
import { checkEvents } from './check-events.ts'
import { checkLedgerKinds, ledgerCautions, publishedCautions } from './check-ledgers.ts'
import { checkSources } from './check-sources.ts'
import { checkTasks } from './check-tasks.ts'
import { checkVerifierKeys } from './check-witnesses.ts'
import { type ConfigSource, readConfigSource } from './config-source.ts'
import { secretReferences } from './configured-secrets.ts'
import { crossErrors } from './cross-checks.ts'
import { crossWarnings } from './cross-warnings.ts'
import { noExtensions } from './extensions.ts'
import { givenConfig } from './given-config.ts'
import { findingsOf } from './issues.ts'
import { configJsonSchema } from './json-schema.ts'
import type { LoadedModules } from './modules/load-modules.ts'
import { isJsonName, parseText } from './parse-text.ts'
import { type ConfigProblem, configInvalid, type Finding } from './problem.ts'
import { type ResolvedConfig, resolvePaths } from './resolve-paths.ts'
import { type Config, configSchema } from './schema.ts'
import { misplacedSecrets, namedSecrets, unknownSecrets } from './sealed-section.ts'
import { environmentOf, type SecretContext, secretWarning } from './secrets.ts'
import { unreadableTlsFiles } from './unreadable-files.ts'

export type { ResolvedConfig } from './resolve-paths.ts'

export interface ConfigReport {
  /** Undefined when there are errors. */
  readonly config: ResolvedConfig | undefined
  readonly errors: readonly ConfigProblem[]
  readonly warnings: readonly ConfigProblem[]
  /** Of a sealed configuration: which of its editions this is; 0 where it says none. */
  readonly edition?: number
}

export interface CheckConfigOptions extends SecretContext {
  /** Instead of what stands in the file; its name still says where relative paths begin. */
  readonly text?: string
  /** Of `text`: true where it stands in a sealed file, so that it may hold secrets. */
  readonly isSealed?: boolean
  /** Of `text`: strict JSON; default whether the file is named so. */
  readonly json?: boolean
  /** Asks a person for the passphrase of a sealed configuration; undefined where nobody can answer. */
  readonly ask?: ((question: string) => Promise<string>) | undefined
}

/**
 * Checks a configuration and says all that is wrong or doubtful, in the order of the text.
 * @throws EnergywebError `config-not-found`; `config-invalid` for what is not YAML or JSON at all
 */
export async function checkConfig(file: string, options: CheckConfigOptions = {}): Promise<ConfigReport> {
  const { text, json, isSealed, edition } = await sourceOf(file, options)
  const given = await givenConfig(await parseText(text, file, { json }))
  const failed = (findings: readonly Finding[]): ConfigReport => ({
    config: undefined,
    errors: inOrder([...given.errors, ...findings.map(given.locate)]),
    warnings: [],
  })
  if (given.value === undefined) return failed([])
  const checked = configSchema.safeParse(given.value)
  if (!checked.success) {
    const findings = findingsOf(checked.error.issues, { value: given.value, schema: configJsonSchema() })
    return failed(findings)
  }
  const { secrets = {}, ...config } = checked.data
  const folder = dirname(resolve(file))
  const { extensions, findings } = await modulesOf(config, folder)
  const errors = [
    ...findings,
    ...(checked.data.secrets === undefined || isSealed ? [] : [misplacedSecrets]),
    ...crossErrors(config, { chainIdsAreAsked: given.isOld }),
    ...(await checkVerifierKeys(config)),
    ...(await checkEvents(config)),
    // With a module missing, what it would have brought only looks wrong.
    ...(findings.length > 0 ? [] : await checkSources(config, extensions)),
    ...(findings.length > 0 ? [] : await checkCarbon(config, extensions)),
    ...(findings.length > 0 ? [] : await checkLedgerKinds(config, extensions)),
    ...(findings.length > 0 ? [] : checkTasks(config, extensions)),
  ]
  if (errors.length > 0) return failed(errors)
  const resolved = resolvePaths(config, {
    folder,
    extensions,
    secrets: new Map([...given.secrets, ...namedSecrets(secrets)]),
  })
  const unknown = unknownSecrets(resolved, isSealed)
  if (unknown.length > 0) return failed(unknown)
  const cautions = [
    ...(await ledgerCautions(config, extensions)),
    ...(await publishedCautions(config, extensions)),
    ...(await unreadableTlsFiles(config, folder)),
  ]
  const warnings = [...crossWarnings(config), ...cautions, ...(await secretWarnings(resolved, options))]
  return {
    config: resolved,
    errors: [],
    warnings: inOrder([...given.warnings, ...warnings.map(given.locate)]),
    ...(edition !== undefined && { edition }),
  }
}

async function sourceOf(file: string, options: CheckConfigOptions): Promise<ConfigSource> {
  const { text, json = isJsonName(file), isSealed = false } = options
  return text === undefined ? readConfigSource(file, options) : { text, json, isSealed }
}

/** Most configurations have none: then nothing is loaded for them either. */
async function modulesOf({ modules = [] }: Config, folder: string): Promise<LoadedModules> {
  if (modules.length === 0) return { extensions: noExtensions, findings: [] }
  const { loadModules } = await import('./modules/load-modules.ts')
  return loadModules(modules, folder)
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/**
 * Loads a configuration.
 * @throws EnergywebError `config-not-found`; `config-invalid`, whose message names every error by line and column
 */
export async function loadConfig(
  file: string,
  options: CheckConfigOptions = {},
): Promise<Pick<ConfigReport, 'warnings' | 'edition'> & { config: ResolvedConfig }> {
  const { config, errors, ...more } = await checkConfig(file, options)
  if (config === undefined) throw configInvalid(file, errors)
  return { config, ...more }
}

async function secretWarnings(config: ResolvedConfig, context: SecretContext): Promise<Finding[]> {
  const found = await Promise.all(
    secretReferences(config).map(async ({ path, reference }) => {
      const message = await secretWarning(reference, {
        ...context,
        environment: environmentOf(config, context.environment),
      })
      return message === undefined ? [] : [{ path, message }]
    }),
  )
  return found.flat()
}
