/**
 * Configurations: read, checked, and made into a gateway. The only room that knows all catalogues. It may import every room
 * but cli and server. What it takes to read a configuration is loaded when the first one is read, so that importing this
 * file costs nothing.
 */
import type { GatewayApp, GatewayOptions } from '../gateway/index.ts'
import type { JsonSchema } from '../sources/index.ts'
import type { CheckConfigOptions, ConfigReport, ResolvedConfig } from './check-config.ts'
import type { ComposeOptions, GatewayStorage, OpenStorageOptions } from './compose-gateway.ts'
import type { ConfigProblem } from './problem.ts'

export type { CheckConfigOptions, ConfigReport, ResolvedConfig } from './check-config.ts'
export type { ComposeOptions, GatewayStorage, OpenStorageOptions } from './compose-gateway.ts'
export type { EventTaskOptions } from './compose-tasks.ts'
export {
  followLog,
  openLogReader,
  openPublishedLog,
  proveEvidence,
  publishLog,
} from './log-doors.ts'
export { type ConfigProblem, formatProblem } from './problem.ts'
export type { PublishedLog, PublishedLogOptions } from './published-log.ts'

/**
 * Loads a configuration, YAML or JSON.
 * @throws EnergywebError `config-not-found`; `config-invalid`, whose message names every error by line and column
 */
export async function loadConfig(
  file: string,
  options?: CheckConfigOptions,
): Promise<{ config: ResolvedConfig; warnings: readonly ConfigProblem[] }> {
  return (await import('./check-config.ts')).loadConfig(file, options)
}

/**
 * Checks a configuration and says all that is wrong or doubtful.
 * @throws EnergywebError `config-not-found`; `config-invalid` for what is not YAML or JSON at all
 */
export async function checkConfig(file: string, options?: CheckConfigOptions): Promise<ConfigReport> {
  return (await import('./check-config.ts')).checkConfig(file, options)
}

/**
 * A gateway made of a configuration, ready to run.
 * @throws EnergywebError `secret-unavailable`, `config-invalid`
 * @example
 * const { config } = await loadConfig('energyweb.yml')
 * await (await composeGateway(config)).run()
 */
export async function composeGateway(config: ResolvedConfig, options?: ComposeOptions): Promise<GatewayApp> {
  return (await import('./compose-gateway.ts')).composeGateway(config, options)
}

/**
 * The parts of such a gateway, for a class of one's own: `new MyGateway(await gatewayOptions(config))`.
 * @throws EnergywebError `secret-unavailable`, `config-invalid`
 */
export async function gatewayOptions(
  config: ResolvedConfig,
  options?: ComposeOptions,
): Promise<GatewayOptions> {
  return (await import('./compose-gateway.ts')).gatewayOptions(config, options)
}

/**
 * Opens the log of a data folder, and makes it where there is none; for a gateway that is made in code.
 * @throws EnergywebError `log-locked` while another process writes to it; `log-corrupt`, `log-version`, `log-io`
 * @example
 * new GatewayApp({ openLog: () => openLog({ folder: './data' }), assets })
 */
export async function openLog(options: OpenStorageOptions): Promise<GatewayStorage> {
  return (await import('./compose-gateway.ts')).openDefaultStorage(options)
}

/** The JSON Schema of a configuration, for editors. */
export async function configJsonSchema(): Promise<JsonSchema> {
  return (await import('./json-schema.ts')).configJsonSchema()
}

/** The text of a configuration to begin with: it runs as it is, with a simulated plant and no chain. */
export async function sampleConfig(): Promise<string> {
  return (await import('./sample-config.ts')).sampleConfig()
}
