import { resolve } from 'node:path'
import { defineCommand, flag } from '../command.ts'
import { configOption, configWord, findConfig, namedConfig, openingFor } from '../configuration.ts'

/** `energyweb config show` */
export const configShowCommand = defineCommand({
  name: 'config show',
  summary: 'Print a sealed configuration, with its secrets blotted out',
  description:
    'Opens the configuration in memory and prints it. Secrets are blotted out unless --secrets asks for them; what a terminal shows stays in its scrollback. --openers tells how it is opened, without opening it; for systemd also the line for a unit, so that the gateway needs no right to open it itself.',
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
      const { config } = await checkConfig(file, { environment: io.env, ...source })
      if (config !== undefined)
        await tellSecrets(config, { environment: io.env, addSecret: secret => known.add(secret) })
    }
    const text = secrets ? source.text : await blotted(source.text, { json: source.json, secrets: known })
    await printer.data(
      { file: resolve(io.cwd, file), format: source.json ? 'json' : 'yaml', text },
      text.replace(/\n$/, ''),
    )
    return undefined
  },
})
