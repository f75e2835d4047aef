import { join, relative } from 'node:path'
import { EnergywebError, isEnergywebError, messageOf } from '../../core/errors.ts'
import type { CommandIo } from '../io.ts'
import type { Printer } from '../printer.ts'
import { programName } from '../program-name.ts'
import type { Prompts } from '../prompts.ts'
import { askAsset } from './ask-asset.ts'
import { askCarbon } from './ask-carbon.ts'
import { askLedger } from './ask-ledger.ts'
import { type Answers, meterKey, ownerKey } from './config-text.ts'
import { fileNames, rewriteConfig, writeFiles } from './write-files.ts'

interface Place {
  readonly folder: string
  /** Name of the configuration in the folder. */
  readonly config: string
}

interface World {
  readonly io: CommandIo
  readonly printer: Printer
  readonly prompts: Prompts
}

/** What a conversation left behind. */
export interface Written {
  readonly files: readonly string[]
  /** Commands that are still to be typed, in order. */
  readonly next: readonly string[]
}

/**
 * Asks everything, writes the files, and sets up the registry where that is wanted. Until the last question is answered
 * nothing is written; ending it before leaves no trace.
 * @throws EnergywebError `aborted` when the person ends it
 */
export async function converse(place: Place, world: World): Promise<Written> {
  const { io, prompts } = world
  const answers = await ask(world).catch(error => {
    if (!isEnergywebError(error, 'aborted')) throw error
    throw new EnergywebError('aborted', 'ended, and nothing was written', { cause: error })
  })
  const files = fileNames(answers, place)
  prompts.say(`In ${place.folder}:\n${files.map(name => `  ${name}`).join('\n')}`)
  if (!(await prompts.confirm({ message: 'Write these files?', preset: true }))) {
    throw new EnergywebError('aborted', 'nothing was written')
  }
  const accounts = await writeFiles(answers, place)
  const path = join(place.folder, place.config)
  const shown = relative(io.cwd, path)
  const configured = shown === place.config ? '' : ` ${shown}`
  const option = configured === '' ? '' : ` --config${configured}`
  const program = programName(io)
  const run = `${program} run${configured}`
  const pending = registryCommands(answers, { option, program })
  if (pending.length === 0) return { files, next: [`${program} check${configured} --live`, run] }
  try {
    const { setUpChain } = await import('./set-up-chain.ts')
    const registration = await setUpChain(answers, { ...world, config: path, accounts })
    if (registration !== undefined) {
      await rewriteConfig(path, answers, registration)
      const side = answers.asset.role === 'producer' ? 'producing' : 'consuming'
      prompts.say(
        `The ${side} registry is at ${registration.address}; the asset's id is ${registration.assetId}.`,
      )
      return { files, next: [`${program} check${configured} --live`, run] }
    }
  } catch (error) {
    if (isEnergywebError(error, 'aborted'))
      prompts.say('The files are written; the registry is left for later.')
    else prompts.say(`The files are written, but the registry could not be set up: ${messageOf(error)}`)
  }
  return { files, next: [...pending, run] }
}

async function ask({ io, prompts }: World): Promise<Answers> {
  prompts.say(
    'A few questions about one plant or consumer; more can be added to the file later. Ctrl-C ends it.',
  )
  const asset = await askAsset(prompts, io)
  const carbon = await askCarbon(prompts, { slug: asset.slug, io })
  const ledger = await askLedger(prompts)
  const signs = await prompts.confirm({
    message: 'Sign checkpoints of the log, so that nobody can quietly rewrite it?',
    preset: true,
  })
  const origin = signs ? await askOrigin(prompts, asset.slug) : undefined
  return { asset, carbon, ledger, origin }
}

function askOrigin(prompts: Prompts, slug: string): Promise<string> {
  return prompts.text({
    message: "The log's name in its checkpoints, unique in the world, like gateway.example.org/roof",
    preset: `gateway.invalid/${slug.toLowerCase()}`,
    validate: text =>
      /^[^\s+]{1,255}$/.test(text) ? undefined : 'like gateway.example.org/roof, without spaces and +',
  })
}

/** What sets up a registry of one's own by hand. */
function registryCommands(
  { asset, ledger }: Answers,
  { option, program }: { option: string; program: string },
): string[] {
  if (ledger === undefined || ledger.registry !== undefined) return []
  const side = asset.role === 'producer' ? 'producing' : 'consuming'
  const name = /^[A-Za-z0-9_-]+$/.test(asset.name) ? asset.name : `'${asset.name}'`
  return [
    `${program} ledger deploy ${ledger.network} ${side} --key ${ownerKey}${option}   # add what it shows to the file`,
    `${program} ledger register-asset ${name} --ledger origin --key ${ownerKey} --meter-key ${meterKey(asset)}${option}   # likewise`,
  ]
}
