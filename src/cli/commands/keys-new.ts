import { resolve } from 'node:path'
import { defineCommand, flag, text, word } from '../command.ts'
import { printKey, twoKinds, twoNames, warnOfWeakness } from '../key-face.ts'
import { passwordOptions, readSecret } from '../secret-input.ts'

/** `energyweb keys new` */
export const keysNewCommand = defineCommand({
  name: 'keys new',
  summary: 'Make a key',
  description:
    'Writes a new random key into a keystore file (Web3 secret storage version 3), protected by a password. Without --log it is an account of a chain (secp256k1); with --log it signs the checkpoints of the log, with --witness it cosigns those of others (both Ed25519), with --evidence it signs them beside the log key (P-256, the curve of TPMs and secure elements). A file that exists is never overwritten.',
  arguments: { file: word('the keystore file to write') },
  options: {
    log: flag('make a log key (Ed25519)'),
    evidence: flag('make an evidence key (P-256), in software: for tests, and where there is no hardware'),
    origin: text('name', "the log's name, to show the key as others need it"),
    witness: text('name', 'make the key of a witness of this name (Ed25519)'),
    ...passwordOptions,
  },
  examples: [
    { command: 'keys new meter-key.json', description: 'asks for a password and makes an account' },
    {
      command:
        'keys new log-key.json --log --origin gateway.example.org/roof --password-env LOG_KEY_PASSWORD',
      description: 'makes a log key with the password in an environment variable',
    },
  ],
  async run({ file, log, evidence, origin, witness, passwordEnv, passwordFile }, { io, printer }) {
    if (witness !== undefined && (log || evidence || origin !== undefined)) throw twoNames()
    if (log && evidence) throw twoKinds()
    const path = resolve(io.cwd, file)
    const { newKeystore } = await import('../../keys/index.ts')
    const { writeKeystore } = await import('../../keys/index.ts')
    const { verifierKey } = await import('../../keys/index.ts')
    const password = await readSecret(
      'password',
      { env: passwordEnv, file: passwordFile },
      {
        io,
        options: '--password-env or --password-file',
        twice: true,
      },
    )
    await warnOfWeakness(printer, password)
    const key = await newKeystore({
      algorithm: evidence ? 'p256' : log || witness !== undefined ? 'ed25519' : 'secp256k1',
      password,
    })
    // Made before the file is written: an unfit name must not leave a key behind.
    const face =
      witness !== undefined
        ? { ...key, verifierKey: verifierKey(witness, key.publicKey, 'witness') }
        : (log || evidence) && origin !== undefined
          ? { ...key, verifierKey: verifierKey(origin, key.publicKey, evidence ? 'evidence' : 'log') }
          : key
    await writeKeystore(path, key.text)
    await printKey(printer, file, face)
    await printer.note('Keep a copy of the file and of the password: without both the key is lost.')
  },
})
