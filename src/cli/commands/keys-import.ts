import { resolve } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import type { NewKeystore } from '../../keys/index.ts'
import { defineCommand, flag, text, word } from '../command.ts'
import type { CommandIo } from '../io.ts'
import { printKey, twoKinds, warnOfWeakness } from '../key-face.ts'
import { passwordOptions, readSecret } from '../secret-input.ts'

/** `energyweb keys import` */
export const keysImportCommand = defineCommand({
  name: 'keys import',
  summary: 'Take over a private key or a keystore',
  description:
    'Writes a keystore file from a private key (64 hex digits, from an environment variable, a file, or typed), or from a keystore of another program. Its scrypt or PBKDF2 cost is replaced by ours. A file that exists is never overwritten.',
  arguments: { file: word('the keystore file to write') },
  options: {
    keystore: text(
      'file',
      'take the key from this keystore; the password is the same unless --new-password-… is given',
    ),
    privateKeyEnv: text('name', 'environment variable that holds the private key'),
    privateKeyFile: text('file', 'file that holds the private key, in its first line'),
    log: flag('the private key is a log key (Ed25519)'),
    evidence: flag('the private key is an evidence key (P-256)'),
    ...passwordOptions,
    newPasswordEnv: text('name', 'environment variable that holds the new password'),
    newPasswordFile: text('file', 'file that holds the new password'),
  },
  examples: [
    {
      command: 'keys import meter-key.json --keystore UTC--2020-01-01--5aaeb605',
      description: 'takes over a keystore, asking for its password',
    },
    {
      command: 'keys import meter-key.json --private-key-env METER_KEY --password-file password',
      description: 'protects a bare private key',
    },
  ],
  async run(input, { io, printer }) {
    const { writeKeystore } = await import('../../keys/index.ts')
    const { privateKeyEnv, privateKeyFile } = input
    if (input.keystore !== undefined && (privateKeyEnv ?? privateKeyFile) !== undefined) {
      throw new EnergywebError(
        'argument-invalid',
        'a key comes from a keystore or from a private key, not from both',
      )
    }
    const made =
      input.keystore === undefined
        ? await fromPrivateKey(input, io)
        : await fromKeystore(input.keystore, input, io)
    await warnOfWeakness(printer, made.password)
    await writeKeystore(resolve(io.cwd, input.file), made.key.text)
    await printKey(printer, input.file, made.key)
  },
})

interface Places {
  readonly passwordEnv: string | undefined
  readonly passwordFile: string | undefined
}

interface Made {
  readonly key: NewKeystore
  readonly password: string
}

async function fromPrivateKey(
  input: Places & {
    privateKeyEnv: string | undefined
    privateKeyFile: string | undefined
    log: boolean
    evidence: boolean
  },
  io: CommandIo,
): Promise<Made> {
  const { newKeystore } = await import('../../keys/index.ts')
  const { parsePrivateKey } = await import('../../keys/index.ts')
  const typed = await readSecret(
    'private key',
    { env: input.privateKeyEnv, file: input.privateKeyFile },
    {
      io,
      options: '--private-key-env, --private-key-file or --keystore',
    },
  )
  const privateKey = parsePrivateKey(typed)
  const password = await passwordOf(input, io, { twice: true })
  if (input.log && input.evidence) throw twoKinds()
  const algorithm = input.log ? 'ed25519' : input.evidence ? 'p256' : 'secp256k1'
  return { key: await newKeystore({ algorithm, password, privateKey }), password }
}

async function fromKeystore(
  keystore: string,
  input: Places & { newPasswordEnv: string | undefined; newPasswordFile: string | undefined },
  io: CommandIo,
): Promise<Made> {
  const { importKeystore } = await import('../../keys/index.ts')
  const password = await passwordOf(input, io, { twice: false })
  const place = { env: input.newPasswordEnv, file: input.newPasswordFile }
  const newPassword =
    (place.env ?? place.file) === undefined
      ? password
      : await readSecret('new password', place, { io, options: '--new-password-env or --new-password-file' })
  const key = await importKeystore({ path: resolve(io.cwd, keystore), password, newPassword })
  return { key, password: newPassword }
}

function passwordOf({ passwordEnv, passwordFile }: Places, io: CommandIo, { twice }: { twice: boolean }) {
  const place = { env: passwordEnv, file: passwordFile }
  return readSecret('password', place, { io, options: '--password-env or --password-file', twice })
}
