import { resolve } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import type { TokenKey } from '../../keys/index.ts'
import { defineCommand, optionalWord, text } from '../command.ts'
import type { CommandIo } from '../io.ts'
import { printKey, twoNames } from '../key-face.ts'
import { printable } from '../printable.ts'
import type { Printer } from '../printer.ts'
import { formatTable } from '../table.ts'
import { plainTokenKey, tokenKeyLines } from '../token-key-face.ts'
import { keysNamed, tokenOptions, tokenPlace, tokensOf } from '../token-options.ts'

/** `energyweb keys show` */
export const keysShowCommand = defineCommand({
  name: 'keys show',
  summary: 'Show the public side of a key',
  description:
    'Shows what a keystore file says about its key, without a password; that it is true is only proven when the key is opened. With --pkcs11 it shows the keys of a token, or the one of that label, and what the token says of them; without --token it names the tokens that are there.',
  arguments: { file: optionalWord('the keystore file; none with --pkcs11') },
  options: {
    origin: text('name', "the log's name, to show a log key or an evidence key as others need it"),
    witness: text('name', "the witness's name, to show its key as others need it"),
    ...tokenOptions,
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
    {
      command: 'keys show --pkcs11 /usr/lib/softhsm/libsofthsm2.so',
      description: 'names the tokens that this library knows',
    },
    {
      command: 'keys show --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token ew --pin-file token.pin',
      description: 'shows all keys of a token: their addresses, and whether they can leave it',
    },
  ],
  async run(input, { io, printer }) {
    const { file, origin, witness } = input
    if (origin !== undefined && witness !== undefined) throw twoNames()
    if ((file === undefined) === (input.pkcs11 === undefined)) throw noPlace()
    if (file === undefined) return showTokenKeys(input, { io, printer })
    const { describeKeystore } = await import('../../keys/index.ts')
    const { warnings, ...key } = await describeKeystore(resolve(io.cwd, file), {
      ...(origin !== undefined && { origin }),
      ...(witness !== undefined && { witness }),
    })
    for (const warning of warnings) await printer.warning(warning)
    await printKey(printer, file, key)
    return undefined
  },
})

type TokenInput = { readonly [Name in keyof typeof tokenOptions | 'origin' | 'witness']: string | undefined }

async function showTokenKeys(
  input: TokenInput,
  { io, printer }: { io: CommandIo; printer: Printer },
): Promise<undefined> {
  if (input.token === undefined && input.serial === undefined) return showTokens(input, { io, printer })
  const place = await tokenPlace(input, io)
  const { tokenKeys, verifierKey } = await import('../../keys/index.ts')
  const { origin, witness } = input
  const known = ({ algorithm, publicKey }: TokenKey) => {
    if (algorithm === undefined || algorithm === 'secp256k1' || publicKey === undefined) return undefined
    if (algorithm === 'p256')
      return origin === undefined ? undefined : verifierKey(origin, publicKey, 'evidence')
    if (witness !== undefined) return verifierKey(witness, publicKey, 'witness')
    return origin === undefined ? undefined : verifierKey(origin, publicKey)
  }
  for (const [at, key] of keysNamed(await tokenKeys(place), input).entries()) {
    for (const warning of key.warnings) await printer.warning(`${key.label}: ${warning}`)
    const lines = tokenKeyLines(key, known(key))
    await printer.data(plainTokenKey(key, known(key)), [...(at === 0 ? [] : ['']), ...lines].join('\n'))
  }
}

/** The tokens that there are; which keys are in one is told only with its PIN. */
async function showTokens(
  input: TokenInput,
  { io, printer }: { io: CommandIo; printer: Printer },
): Promise<undefined> {
  const tokens = await tokensOf(input, io)
  const rows = tokens.map(({ label, manufacturer, model, serial }) =>
    [label, `${manufacturer} ${model}`, serial].map(printable),
  )
  const none = 'the library shows no token that is set up; where its tokens are may stand in its environment'
  await printer.data(
    { tokens },
    tokens.length === 0
      ? none
      : [formatTable(['token', 'made by', 'serial'], rows), 'which keys are in one: --token <label>'].join(
          '\n',
        ),
  )
}

function noPlace(): EnergywebError {
  return new EnergywebError('argument-invalid', 'a key is in a file or in a token', {
    hint: 'Name the keystore file, or a token with --pkcs11 and --token.',
  })
}
