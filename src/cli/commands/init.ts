import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import { type CommandContext, defineCommand, flag, text } from '../command.ts'
import { configNames, soughtNames } from '../configuration.ts'
import { programName } from '../program-name.ts'

/** `energyweb init` */
export const initCommand = defineCommand({
  name: 'init',
  summary: 'Write a configuration to begin with',
  description:
    'Asks what is read, by whose factors its CO2 is counted, and where it is registered, tries the meter out, makes the keys, and writes energyweb.yml with all that belongs to it; on request it deploys a registry of your own and registers the plant in it. Secrets go into files that only you may read. With --yes it asks nothing: then the plant is a simulated one and there is no chain. A .gitignore keeps data and secrets out of a repository. What exists is never overwritten, and until the last question is answered nothing is written.',
  arguments: {},
  options: {
    yes: flag('write the files without asking', { short: 'y' }),
    dir: text('folder', 'where to write them; default here'),
  },
  examples: [
    { command: 'init', description: 'asks, tries the meter out, and writes energyweb.yml here' },
    { command: 'init --yes', description: 'writes energyweb.yml and .gitignore here; then: energyweb run' },
    {
      command: 'init --yes --dir roof',
      description: 'writes them into the folder roof, which is made if it is missing',
    },
  ],
  async run({ yes, dir = '.' }, { io, printer }) {
    const folder = resolve(io.cwd, dir)
    const config = configNames[0]
    const existing = soughtNames.find(name => existsSync(join(folder, name)))
    if (existing !== undefined) {
      throw new EnergywebError('argument-invalid', `${join(folder, existing)} exists already`, {
        hint: 'Choose another folder with --dir, or check it with `energyweb check`.',
      })
    }
    if (!yes) return converseWith({ folder, config }, { io, printer })
    const { sampleConfig } = await import('../../config/sample-config.ts')
    const { schemaLine } = await import('../../config/schema-line.ts')
    const { ignored } = await import('../init/write-files.ts')
    await mkdir(folder, { recursive: true }).catch(cause => {
      throw new EnergywebError('environment-unsuitable', `${folder} can't be made: ${messageOf(cause)}`, {
        cause,
      })
    })
    const written = [await writeNew(join(folder, config), schemaLine(folder) + sampleConfig())]
    const keeps = existsSync(join(folder, '.gitignore'))
    if (keeps) await printer.warning(`.gitignore exists already: see that it names\n${ignored.trimEnd()}`)
    else written.push(await writeNew(join(folder, '.gitignore'), ignored))
    const here = relative(io.cwd, folder) || '.'
    const next = [programName(io), 'run', ...(here === '.' ? [] : [join(here, config)])].join(' ')
    await printer.data(
      { written, next },
      `wrote ${written.map(path => relative(io.cwd, path)).join(' and ')}\nnext: ${next}`,
    )
  },
})

/** Asks a person; nobody is asked where nobody can answer. */
async function converseWith(
  place: { folder: string; config: string },
  { io, printer }: CommandContext,
): Promise<undefined> {
  if (io.prompts === undefined || printer.json) {
    throw new EnergywebError('argument-invalid', 'nothing was written: there is no terminal to ask at', {
      hint: `--yes writes ${place.config} (one simulated plant, no chain) and .gitignore into ${place.folder}, and overwrites nothing.`,
    })
  }
  const { converse } = await import('../init/conversation.ts')
  const { files, next } = await converse(place, { io, printer, prompts: await io.prompts() })
  await printer.data(
    { written: files.map(name => join(place.folder, name)), next },
    [
      `wrote ${files.length} files; keep a copy of the keys and of keys.password`,
      'next:',
      ...next.map(one => `  ${one}`),
    ].join('\n'),
  )
  return undefined
}

async function writeNew(path: string, content: string): Promise<string> {
  try {
    await writeFile(path, content, { flag: 'wx' })
    return path
  } catch (cause) {
    throw new EnergywebError('environment-unsuitable', `${path} can't be written: ${messageOf(cause)}`, {
      cause,
    })
  }
}
