import { resolve } from 'node:path'
import { defineCommand, parsed, requiredText, text, texts } from '../command.ts'
import { passwordOptions, readSecret } from '../secret-input.ts'

/** `energyweb witness serve` */
export const witnessServeCommand = defineCommand({
  name: 'witness serve',
  summary: 'Cosign the checkpoints of logs, as a server of its own',
  description:
    'Serves a witness (C2SP tlog-witness) until SIGTERM or Ctrl-C: a checkpoint of a log that it knows is cosigned when it is shown to continue the one before, and never otherwise. What was cosigned is on the disk before it is answered; never run two witnesses with one key. Plain HTTP, on the loopback address by default: put a proxy that speaks TLS before it. A gateway can be a witness too, without this command: `witness` in its configuration.',
  arguments: {},
  options: {
    key: requiredText('file', 'the keystore of the witness key, see `energyweb keys new --witness`'),
    name: requiredText('name', 'the name that it cosigns under, like witness.example.org/w1'),
    log: texts('key', "a log's verifier key, as `energyweb keys show --origin` tells it"),
    logs: text('file', "file of logs' verifier keys, one a line; # begins a remark"),
    data: requiredText('folder', 'where it remembers what it has cosigned; losing it is losing the witness'),
    listen: parsed('address', 'where it listens; default 127.0.0.1:8080', text => text),
    prefix: text('path', 'what stands before /add-checkpoint, like /witness'),
    ...passwordOptions,
  },
  examples: [
    {
      command:
        'witness serve --key witness-key.json --name witness.example.org/w1 --logs logs.txt --data ./witness',
      description: 'cosigns the logs whose keys stand in logs.txt',
    },
  ],
  async run(given, { io, printer }) {
    const { key, name, log: one, logs: file, data, listen, prefix, passwordEnv, passwordFile } = given
    const { readWitnessSetup } = await import('../witness-setup.ts')
    const setup = await readWitnessSetup({ name, keys: one, file, listen, prefix }, io)
    const password = await readSecret(
      'password',
      { env: passwordEnv, file: passwordFile },
      { io, options: '--password-env or --password-file' },
    )
    io.hide(password)
    const [{ openKeystore }, { openLogger }, { serveWitness }] = await Promise.all([
      import('../../keys/index.ts'),
      import('../../logging/index.ts'),
      import('../../server/index.ts'),
    ])
    const path = resolve(io.cwd, key)
    const { signer, warnings } = await openKeystore({ path, password, expect: 'ed25519' })
    for (const warning of warnings) await printer.warning(warning)
    io.outliveStreams()
    const log = await openLogger(printer.json ? { pretty: false } : {})
    await serveWitness(
      { ...setup, folder: resolve(io.cwd, data), signer, clock: io.clock, log },
      { signal: io.interruption() },
    )
  },
})
