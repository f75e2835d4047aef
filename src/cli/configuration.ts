import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CheckConfigOptions, ResolvedConfig } from '../config/check-config.ts'
import { didYouMean } from '../config/nearest.ts'
import { EnergywebError } from '../core/errors.ts'
import { type ArgumentDefinition, type OptionDefinition, optionalWord, text } from './command.ts'
import type { CommandIo } from './io.ts'

/** Names that are looked for where none was given. `init` writes the first. */
export const configNames = ['energyweb.yml', 'energyweb.yaml', 'energyweb.json'] as const

/** The name of a sealed configuration; where it stands beside a plain one, it is the one that counts. */
export const sealedConfigName = 'energyweb.sealed'

/** Where no configuration is named, the first of these that is in the working folder. */
export const soughtNames: readonly string[] = [sealedConfigName, ...configNames]

/** The option by which a command takes its configuration. */
export const configOption: Readonly<Record<'config', OptionDefinition<string | undefined>>> = {
  config: text(
    'file',
    'the configuration, plain or sealed; default ENERGYWEB_CONFIG, or energyweb.sealed or energyweb.yml here',
    { short: 'c' },
  ),
}

/** Commands that are about a whole gateway take it as a word too. */
export const configWord: Readonly<Record<'file', ArgumentDefinition<string | undefined>>> = {
  file: optionalWord('the configuration, as with --config'),
}

/**
 * The configuration that was named, as a word or by the option.
 * @throws EnergywebError `argument-invalid` for both
 */
export function namedConfig({
  file,
  config,
}: {
  readonly file: string | undefined
  readonly config: string | undefined
}): string | undefined {
  if (file === undefined || config === undefined) return file ?? config
  throw new EnergywebError('argument-invalid', `two configurations are named: ${file} and ${config}`)
}

/**
 * The path of the configuration: as given, or from ENERGYWEB_CONFIG, or one of the usual names in the working folder.
 * @throws EnergywebError `config-not-found`
 */
export function findConfig(given: string | undefined, io: CommandIo): string {
  const named = given ?? (io.env.ENERGYWEB_CONFIG || undefined)
  const name = named ?? soughtNames.find(one => existsSync(resolve(io.cwd, one)))
  if (name === undefined) {
    throw new EnergywebError('config-not-found', `there is no ${configNames[0]} in ${io.cwd}`, {
      hint: 'Write one with `energyweb init --yes`, or name yours.',
    })
  }
  // Messages show the path as it was typed where that means the same file.
  return io.cwd === process.cwd() ? name : resolve(io.cwd, name)
}

const answers = new WeakMap<CommandIo, Map<string, Promise<string>>>()

/** How a command opens configurations, sealed ones too: what it asks a person, it asks once. */
export function openingFor(io: CommandIo): Pick<CheckConfigOptions, 'environment' | 'addSecret' | 'ask'> {
  const { askHidden } = io
  const known = answers.get(io) ?? new Map<string, Promise<string>>()
  answers.set(io, known)
  const ask = (question: string) => {
    const answer = known.get(question) ?? askHidden?.(question)
    if (answer === undefined) throw new EnergywebError('internal', 'nobody is there to ask')
    known.set(question, answer)
    return answer
  }
  return { environment: io.env, addSecret: io.hide, ...(askHidden && { ask }) }
}

/**
 * Loads the configuration. Its warnings are for `check` and `run`: on every other command they would be noise.
 * @throws EnergywebError `config-not-found`, `config-invalid`, `config-sealed`
 */
export async function openConfig(given: string | undefined, io: CommandIo): Promise<ResolvedConfig> {
  const { loadConfig } = await import('../config/check-config.ts')
  const { tellSecrets } = await import('../config/configured-secrets.ts')
  const { config } = await loadConfig(findConfig(given, io), openingFor(io))
  await tellSecrets(config, { environment: io.env, addSecret: io.hide })
  return config
}

/**
 * The asset of this name in a configuration.
 * @throws EnergywebError `argument-invalid`, naming those that there are.
 */
export function assetNamed(config: ResolvedConfig, name: string): ResolvedConfig['assets'][number] {
  const asset = config.assets.find(one => one.name === name)
  if (asset !== undefined) return asset
  const all = config.assets.map(one => one.name)
  const names = all.slice(0, 10)
  throw new EnergywebError(
    'argument-invalid',
    `the configuration has no asset "${name}"${didYouMean(name, all)}`,
    {
      hint: `It has ${names.join(', ')}${config.assets.length > names.length ? ', …' : ''}.`,
    },
  )
}
