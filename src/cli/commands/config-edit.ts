import { defineCommand } from '../command.ts'
import { configOption, configWord, findConfig, namedConfig } from '../configuration.ts'

/** `energyweb config edit` */
export const configEditCommand = defineCommand({
  name: 'config edit',
  summary: 'Edit a sealed configuration without leaving plain text behind',
  description:
    'Opens the configuration in memory and runs your editor (VISUAL, EDITOR, else vi) on a file in a folder of yours that is on no disk: /dev/shm or XDG_RUNTIME_DIR, and only if that is a tmpfs. The folder is the home of the editor too, so that its swap files and histories go with it. What you save is checked, and you get back into the editor when it is wrong; then it is sealed again for the same openers, whole or not at all. The folder is removed however this ends, also when the process is killed. An editor that hands the file to a program which runs already (code, emacsclient) may keep copies that nobody here knows of.',
  arguments: configWord,
  options: configOption,
  examples: [
    { command: 'config edit', description: 'edits energyweb.sealed of this folder' },
    { command: 'config edit roof.sealed', description: 'edits that one' },
  ],
  async run(named, context) {
    const { editConfiguration } = await import('../sealed/edit-configuration.ts')
    return editConfiguration(findConfig(namedConfig(named), context.io), context)
  },
})
