import { existsSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { checkConfig, type ResolvedConfig } from '../../config/check-config.ts'
import { readConfigSource } from '../../config/config-source.ts'
import { configInvalid } from '../../config/problem.ts'
import { readText } from '../../config/read-text.ts'
import { nextEdition } from '../../config/sealed/edition.ts'
import { describeOpener } from '../../config/sealed/open-sealed.ts'
import { sealText } from '../../config/sealed/seal-text.ts'
import { isSealed, longestSealed, parseSealed } from '../../config/sealed/sealed-format.ts'
import { outsideSecrets, type TakenSecrets, takeSecrets } from '../../config/sealed/take-secrets.ts'
import { verifySealed } from '../../config/sealed/verify-sealed.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { CommandContext } from '../command.ts'
import { configNames, openingFor, sealedConfigName } from '../configuration.ts'
import { programName } from '../program-name.ts'
import { lockForChange } from './change-lock.ts'
import { rememberedEdition } from './edition-mark.ts'
import { type GivenOpeners, type Wraps, wrapsFor } from './given-openers.ts'
import { placeSealed } from './place-sealed.ts'
import { plainFilesLeft, removePlainFiles } from './plain-files.ts'

export interface SealInput extends GivenOpeners {
  readonly file: string | undefined
  readonly out: string | undefined
  readonly takeSecrets: boolean
  readonly remove: boolean
}

/**
 * Seals a configuration, plain or sealed before.
 * @throws EnergywebError `config-locked` while somebody else changes the sealed file
 */
export async function sealConfiguration(given: SealInput, context: CommandContext): Promise<undefined> {
  const { io } = context
  const name = given.file ?? configNames.find(one => existsSync(resolve(io.cwd, one))) ?? sealedConfigName
  const from = resolve(io.cwd, name)
  const wasSealed = isSealed(await readText(from, longestSealed))
  const to = targetOf(from, { given, isSealed: wasSealed, cwd: io.cwd })
  const unlock = await lockForChange(to)
  try {
    return await sealLocked(given, { ...context, name, from, to })
  } finally {
    await unlock()
  }
}

interface Places {
  /** As it was given. */
  readonly name: string
  readonly from: string
  readonly to: string
}

async function sealLocked(
  given: SealInput,
  { io, printer, name, from, to }: CommandContext & Places,
): Promise<undefined> {
  const opening = openingFor(io)
  const source = await readConfigSource(from, opening)
  if (to !== from && existsSync(to)) {
    throw new EnergywebError('argument-invalid', `${given.out ?? basename(to)} exists already`, {
      hint: `Seal it anew by its own name, or change it with ${programName(io)} config edit.`,
    })
  }
  const wraps = await wrapsFor(given, { io, printer, folder: dirname(to) })
  const check = async (text: string, isSealed: boolean) => {
    const { config, errors } = await checkConfig(from, { ...opening, ...source, text, isSealed })
    if (config === undefined)
      throw configInvalid(
        name,
        errors.map(error => ({ ...error, file: name })),
      )
    return config
  }
  const config = await check(source.text, source.isSealed)
  const taken = await withSecrets(source, config, { given, io, printer })
  await check(taken.text, true)
  const format = source.json ? 'json' : 'yaml'
  const edition = nextEdition([source.edition, await rememberedEdition(config.data)], io.clock.now())
  const sealed = await sealTo(to, taken.text, { opening, wraps, format, edition, environment: io.env })
  const left = plainFilesLeft({ config: source.isSealed ? undefined : from, secrets: taken.files })
  if (given.remove) await removePlainFiles(left)
  const shown = (path: string) => relative(io.cwd, path) || path
  const openers = parseSealed(sealed, to).header.openers.map(describeOpener)
  await printer.data(
    { file: to, openers, secrets: taken.names, ...(given.remove ? { removed: left } : { left }) },
    [
      `wrote ${shown(to)}, and opened it again`,
      ...openers.map(opener => `opens by: ${opener}`),
      ...(taken.names.length === 0 ? [] : [`took in: ${taken.names.join(', ')}`]),
      ...leftLines(left.map(shown), given.remove),
      `next: ${programName(io)} check ${shown(to)}`,
    ].join('\n'),
  )
  return undefined
}

interface SealingOptions {
  readonly opening: ReturnType<typeof openingFor>
  readonly wraps: Wraps
  readonly format: 'json' | 'yaml'
  readonly edition: number
  readonly environment: CommandContext['io']['env']
}

/** Seals a text into its place. What was made for it elsewhere goes away again, unless the new file stands there after all. */
async function sealTo(
  to: string,
  text: string,
  { opening, wraps, format, edition, environment }: SealingOptions,
): Promise<string> {
  let sealed: string | undefined
  try {
    sealed = await sealText(text, wraps.wraps, { format, edition })
    const context = { ...opening, name: to, environment: { ...environment, ...wraps.environment } }
    await placeSealed(to, sealed, written => verifySealed(written, text, context))
    return sealed
  } catch (error) {
    const stands = existsSync(to) ? await readText(to, longestSealed) : undefined
    if (sealed === undefined || stands !== sealed) await wraps.takeBack()
    throw error
  }
}

function targetOf(
  from: string,
  { given, isSealed, cwd }: { given: SealInput; isSealed: boolean; cwd: string },
): string {
  if (given.out === undefined) return isSealed ? from : from.replace(/(\.ya?ml|\.json)?$/i, '.sealed')
  const to = resolve(cwd, given.out)
  if (dirname(to) === dirname(from)) return to
  throw new EnergywebError('argument-invalid', `${given.out} is in another folder than the configuration`, {
    hint: 'Its relative paths begin at its folder: seal it where it is, or move it first.',
  })
}

/** With its secrets taken in, where that is wanted; a person is asked. */
async function withSecrets(
  { text, json }: { readonly text: string; readonly json: boolean },
  config: ResolvedConfig,
  { given, io, printer }: CommandContext & { readonly given: SealInput },
): Promise<TakenSecrets> {
  const as = { text, names: [], files: [] }
  const outside = outsideSecrets(config)
  // What an old file holds is in it already, and its references are ours, not its own.
  if (outside === 0 || [...config.secrets.keys()].some(name => !name.startsWith('secret:'))) return as
  const isWanted = given.takeSecrets || (await isAskedFor(outside, io))
  if (isWanted) return takeSecrets(text, config, { json, environment: io.env, addSecret: io.hide })
  await printer.note(
    `${outside === 1 ? 'One of its secrets stays' : `${outside} of its secrets stay`} outside, in variables or files: --take-secrets takes them in.`,
  )
  return as
}

async function isAskedFor(outside: number, io: CommandContext['io']): Promise<boolean> {
  if (io.prompts === undefined) return false
  const { confirm } = await io.prompts()
  return confirm({
    message: `${outside === 1 ? 'One of its secrets stands' : `${outside} of its secrets stand`} outside, in variables or files. Take them in?`,
    preset: true,
  })
}

function leftLines(left: readonly string[], removed: boolean): string[] {
  if (left.length === 0) return []
  const what = removed ? 'deleted' : 'still plain, delete when it works (--remove does)'
  return [
    `${what}: ${left.join(', ')}`,
    'A flash card keeps what was deleted until it writes over it, and nobody can tell when: secrets that were plain on one are best replaced.',
  ]
}
