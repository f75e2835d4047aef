import { resolve } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import { defineCommand, flag, optionalWord, text } from '../command.ts'
import { printKey, twoKinds, twoNames, warnOfWeakness } from '../key-face.ts'
import { makeTokenKey } from '../new-token-key.ts'
import { passwordOptions, readSecret } from '../secret-input.ts'
import { tokenOptions } from '../token-options.ts'

/** `energyweb keys new` */
export const keysNewCommand = defineCommand({
  name: 'keys new',
  summary: 'Make a key',
  description:
    'Writes a new random key into a keystore file (Web3 secret storage version 3), protected by a password. Without --log it is an account of a chain (secp256k1); with --log it signs the checkpoints of the log, with --witness it cosigns those of others (both Ed25519), with --evidence it signs them beside the log key (P-256, the curve of TPMs and secure elements). A file that exists is never overwritten. With --pkcs11 the key is made inside a token, where it stays: see docs/hardware-keys.md.',
  arguments: { file: optionalWord('the keystore file to write; none with --pkcs11') },
  options: {
    log: flag('make a log key (Ed25519)'),
    evidence: flag('make an evidence key (P-256); in a file only for tests, and where there is no hardware'),
    origin: text('name', "the log's name, to show the key as others need it"),
    witness: text('name', 'make the key of a witness of this name (Ed25519)'),
    ...passwordOptions,
    ...tokenOptions,
    type: text(
      'type',
      'with --pkcs11: secp256k1 (default), p256 or ed25519; --log and --evidence say it too',
    ),
  },
  examples: [
    { command: 'keys new meter-key.json', description: 'asks for a password and makes an account' },
    {
      command:
        'keys new log-key.json --log --origin gateway.example.org/roof --password-env LOG_KEY_PASSWORD',
      description: 'makes a log key with the password in an environment variable',
    },
    {
      command:
        'keys new --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token ew --label meter --type secp256k1 --pin-file token.pin',
      description: 'makes an account inside a token',
    },
  ],
  async run(input, { io, printer }) {
    const { file, log, evidence, origin, witness, passwordEnv, passwordFile } = input
    if (witness !== undefined && (log || evidence || origin !== undefined)) throw twoNames()
    if (log && evidence) throw twoKinds()
    if ((file === undefined) === (input.pkcs11 === undefined)) throw noPlace()
    if (file === undefined) return makeTokenKey(input, { io, printer })
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
    return undefined
  },
})

function noPlace(): EnergywebError {
  return new EnergywebError('argument-invalid', 'a key is made in a file or in a token', {
    hint: 'Name the keystore file to write, or a token with --pkcs11, --token and --label.',
  })
}
