import { resolve } from 'node:path'
import { defineCommand, text, word } from '../command.ts'
import { printKey, twoNames } from '../key-face.ts'

/** `energyweb keys show` */
export const keysShowCommand = defineCommand({
  name: 'keys show',
  summary: 'Show the public side of a keystore',
  description:
    'Shows what the file says about its key, without a password. That it is true is only proven when the key is opened.',
  arguments: { file: word('the keystore file') },
  options: {
    origin: text('name', "the log's name, to show a log key or an evidence key as others need it"),
    witness: text('name', "the witness's name, to show its key as others need it"),
  },
  examples: [
    { command: 'keys show meter-key.json', description: 'shows the address of an account' },
    {
      command: 'keys show log-key.json --origin gateway.example.org/roof',
      description: 'shows the verifier key to give to those who check your log',
    },
    {
      command: 'keys show witness-key.json --witness witness.example.org/w1',
      description: 'shows the verifier key to give to those whose logs you cosign',
    },
  ],
  async run({ file, origin, witness }, { io, printer }) {
    if (origin !== undefined && witness !== undefined) throw twoNames()
    const { describeKeystore } = await import('../../keys/index.ts')
    const { warnings, ...key } = await describeKeystore(resolve(io.cwd, file), {
      ...(origin !== undefined && { origin }),
      ...(witness !== undefined && { witness }),
    })
    for (const warning of warnings) await printer.warning(warning)
    await printKey(printer, file, key)
  },
})
