import { resolve } from 'node:path'
import { defineCommand, parsed, requiredText, text, texts } from '../command.ts'
import { passwordOptions } from '../secret-input.ts'
import { tokenOptions } from '../token-options.ts'

/** `energyweb witness serve` */
export const witnessServeCommand = defineCommand({
  name: 'witness serve',
  summary: 'Cosign the checkpoints of logs, as a server of its own',
  description:
    'Serves a witness (C2SP tlog-witness) until SIGTERM or Ctrl-C: a checkpoint of a log that it knows is cosigned when it is shown to continue the one before, and never otherwise. What was cosigned is on the disk before it is answered; never run two witnesses with one key. Plain HTTP, on the loopback address by default: put a proxy that speaks TLS before it. The key is in a keystore (--key) or in a token (--pkcs11 …), which may be pulled out and plugged in again: what comes meanwhile is answered with 503, and cosigned when it is asked for again. A gateway can be a witness too, without this command: `witness` in its configuration.',
  arguments: {},
  options: {
    key: text('file', 'the keystore of the witness key, see `energyweb keys new --witness`'),
    name: requiredText('name', 'the name that it cosigns under, like witness.example.org/w1'),
    log: texts('key', "a log's verifier key, as `energyweb keys show --origin` tells it"),
    logs: text('file', "file of logs' verifier keys, one a line; # begins a remark"),
    data: requiredText('folder', 'where it remembers what it has cosigned; losing it is losing the witness'),
    listen: parsed('address', 'where it listens; default 127.0.0.1:8080', text => text),
    prefix: text('path', 'what stands before /add-checkpoint, like /witness'),
    ...passwordOptions,
    ...tokenOptions,
  },
  examples: [
    {
      command:
        'witness serve --key witness-key.json --name witness.example.org/w1 --logs logs.txt --data ./witness',
      description: 'cosigns the logs whose keys stand in logs.txt',
    },
    {
      command:
        'witness serve --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token ew --label witness --pin-file token.pin --name witness.example.org/w1 --logs logs.txt --data ./witness',
      description: 'the same with a key that lives in a token',
    },
  ],
  async run(given, { io, printer }) {
    const { name, log: one, logs: file, data, listen, prefix } = given
    const { readWitnessSetup } = await import('../witness-setup.ts')
    const setup = await readWitnessSetup({ name, keys: one, file, listen, prefix }, io)
    const [{ openWitnessKey }, { openLogger }, { serveWitness }] = await Promise.all([
      import('../witness-key.ts'),
      import('../../logging/index.ts'),
      import('../../server/index.ts'),
    ])
    io.outliveStreams()
    const log = await openLogger(printer.json ? { pretty: false } : {})
    const signal = io.interruption()
    const signer = await openWitnessKey(given, { io, printer, log, signal })
    await serveWitness({ ...setup, folder: resolve(io.cwd, data), signer, clock: io.clock, log }, { signal })
  },
})
