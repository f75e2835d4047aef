import { resolve } from 'node:path'
import type { ConfigSource } from '../../config/config-source.ts'
import { type ConfigProblem, configInvalid } from '../../config/problem.ts'
import { EnergywebError } from '../../core/errors.ts'
import { defineCommand, flag } from '../command.ts'
import { configOption, configWord, findConfig, namedConfig, openingFor } from '../configuration.ts'

/** What an old file holds that nobody takes may still be a secret. */
async function suspectsIn(file: string, { text, json }: ConfigSource): Promise<readonly string[]> {
  const [{ isOldFile }, { suspectTexts }, { parseText }] = await Promise.all([
    import('../../config/predecessor/old-file.ts'),
    import('../../config/predecessor/suspect-texts.ts'),
    import('../../config/parse-text.ts'),
  ])
  const { value } = await parseText(text, file, { json })
  return isOldFile(value) ? suspectTexts(value) : []
}

function notShown(file: string, errors: readonly ConfigProblem[]): EnergywebError {
  const { code, message } = configInvalid(file, errors)
  return new EnergywebError(code, `${message}\nIt is not shown: what is a secret in it can't be told.`, {
    hint: '`energyweb config edit` mends a sealed one; --secrets prints it as it is, with its secrets.',
  })
}

/** `energyweb config show` */
export const configShowCommand = defineCommand({
  name: 'config show',
  summary: 'Print a sealed configuration, with its secrets blotted out',
  description:
    'Opens the configuration in memory and prints it. Secrets are blotted out unless --secrets asks for them; one that is wrong is not shown without it, as nobody can tell what in it is a secret. What a terminal shows stays in its scrollback. --openers tells how it is opened, without opening it; for systemd also the line for a unit, so that the gateway needs no right to open it itself.',
  arguments: configWord,
  options: {
    ...configOption,
    secrets: flag('print the secrets too'),
    openers: flag('tell how it is opened; it is not opened'),
  },
  examples: [
    { command: 'config show', description: 'prints energyweb.sealed of this folder' },
    { command: 'config show --openers', description: 'says what opens it' },
  ],
  async run({ secrets, openers, ...named }, { io, printer }) {
    const file = findConfig(namedConfig(named), io)
    if (openers) {
      const { openersShown } = await import('../sealed/openers-shown.ts')
      const { data, lines } = await openersShown(file)
      await printer.data(data, lines.join('\n'))
      return undefined
    }
    const { readConfigSource } = await import('../../config/config-source.ts')
    const { blotted } = await import('../../config/sealed/blot.ts')
    const { checkConfig } = await import('../../config/check-config.ts')
    const { tellSecrets } = await import('../../config/configured-secrets.ts')
    const source = await readConfigSource(file, openingFor(io))
    const known = new Set<string>()
    if (!secrets) {
      const { config, errors } = await checkConfig(file, { environment: io.env, ...source })
      // Of what is wrong nobody can tell what in it is a secret.
      if (config === undefined) throw notShown(file, errors)
      await tellSecrets(config, { environment: io.env, addSecret: secret => known.add(secret) })
      for (const secret of await suspectsIn(file, source)) known.add(secret)
    }
    const text = secrets ? source.text : await blotted(source.text, { json: source.json, secrets: known })
    await printer.data(
      { file: resolve(io.cwd, file), format: source.json ? 'json' : 'yaml', text },
      text.replace(/\n$/, ''),
    )
    return undefined
  },
})
