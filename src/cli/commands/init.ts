import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import { defineCommand, flag, text } from '../command.ts'
import { configNames } from '../configuration.ts'

const ignored = `# The log and all that must survive: back it up, but not here.
/data/
# Secrets.
*-key.json
*.password
.env
`

/** `energyweb init` */
export const initCommand = defineCommand({
  name: 'init',
  summary: 'Write a configuration to begin with',
  description:
    'Writes energyweb.yml with one simulated plant, and a .gitignore that keeps data and secrets out of a repository. What exists is never overwritten.',
  arguments: {},
  options: {
    yes: flag('write the files without asking', { short: 'y' }),
    dir: text('folder', 'where to write them; default here'),
  },
  examples: [
    { command: 'init --yes', description: 'writes energyweb.yml and .gitignore here; then: energyweb run' },
    {
      command: 'init --yes --dir roof',
      description: 'writes them into the folder roof, which is made if it is missing',
    },
  ],
  async run({ yes, dir = '.' }, { io, printer }) {
    const folder = resolve(io.cwd, dir)
    const config = configNames[0]
    if (!yes) {
      throw new EnergywebError('argument-invalid', 'nothing was written: init needs --yes', {
        hint: `--yes writes ${config} (one simulated plant, no chain) and .gitignore into ${folder}, and overwrites nothing.`,
      })
    }
    const existing = configNames.find(name => existsSync(join(folder, name)))
    if (existing !== undefined) {
      throw new EnergywebError('argument-invalid', `${join(folder, existing)} exists already`, {
        hint: 'Choose another folder with --dir, or check it with `energyweb check`.',
      })
    }
    const { sampleConfig } = await import('../../config/sample-config.ts')
    await mkdir(folder, { recursive: true }).catch(cause => {
      throw new EnergywebError('environment-unsuitable', `${folder} can't be made: ${messageOf(cause)}`, {
        cause,
      })
    })
    const written = [await writeNew(join(folder, config), sampleConfig())]
    const keeps = existsSync(join(folder, '.gitignore'))
    if (keeps) await printer.warning(`.gitignore exists already: see that it names\n${ignored.trimEnd()}`)
    else written.push(await writeNew(join(folder, '.gitignore'), ignored))
    const here = relative(io.cwd, folder) || '.'
    const next = here === '.' ? 'energyweb run' : `energyweb run ${join(here, config)}`
    await printer.data(
      { written, next },
      `wrote ${written.map(path => relative(io.cwd, path)).join(' and ')}\nnext: ${next}`,
    )
  },
})

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
