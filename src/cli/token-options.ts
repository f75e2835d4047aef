import { resolve } from 'node:path'
import { withoutOpeningVariables } from '../config/opening-variables.ts'
import { EnergywebError } from '../core/errors.ts'
import type { TokenFace, TokenKey, TokenPlace } from '../keys/index.ts'
import { text } from './command.ts'
import type { CommandIo } from './io.ts'
import { readSecret } from './secret-input.ts'

/** The options by which a command takes a token. */
export const tokenOptions = {
  pkcs11: text('library', "the PKCS#11 library of a token's maker: the key is in that token, not in a file"),
  token: text('label', "the token's label"),
  serial: text('number', "the token's serial number, where two have one label"),
  label: text('label', "the key's label in the token"),
  id: text('hex', "the key's id in the token, where two have one label"),
  pinEnv: text('name', "environment variable that holds the token's PIN"),
  pinFile: text('file', "file that holds the token's PIN, in its first line"),
}

/** Which token, which key of it, and where its PIN is, as they were given. */
export type GivenToken = { readonly [Name in keyof typeof tokenOptions]: string | undefined }

/**
 * The token that was named, with its PIN; asks for the PIN where a person sits at a terminal.
 * @throws EnergywebError `argument-invalid` where no token is named: its hint names those that are there
 */
export async function tokenPlace(given: GivenToken, io: CommandIo): Promise<TokenPlace> {
  const { token, serial, pinEnv, pinFile } = given
  const { library, environment } = libraryOf(given, io)
  if (token === undefined && serial === undefined) {
    const tokens = await tokensOf(given, io)
    throw new EnergywebError('argument-invalid', 'which token is meant is not said', {
      hint: `Give --token. There is ${tokens.map(tokenWords).join(', ') || 'none'}.`,
    })
  }
  const options = '--pin-env or --pin-file'
  const pin = await readSecret('PIN', { env: pinEnv, file: pinFile }, { io, options })
  io.hide(pin)
  return {
    library,
    environment,
    pin,
    ...(token !== undefined && { token }),
    ...(serial !== undefined && { serial }),
  }
}

/**
 * The tokens that the library shows and that are set up; asks for no PIN.
 * @throws EnergywebError `argument-invalid`, `key-invalid`, `key-unavailable`, `dependency-missing`
 */
export async function tokensOf(given: GivenToken, io: CommandIo): Promise<readonly TokenFace[]> {
  const { library, environment } = libraryOf(given, io)
  const { tokensIn } = await import('../keys/index.ts')
  return (await tokensIn(library, { environment })).filter(({ label }) => label !== '')
}

/** The library and what it may see of the environment. @throws EnergywebError `argument-invalid` */
function libraryOf({ pkcs11, pinEnv }: GivenToken, io: CommandIo) {
  if (pkcs11 === undefined) {
    throw new EnergywebError('argument-invalid', 'a token needs the library of its maker', {
      hint: 'Give --pkcs11, like --pkcs11 /usr/lib/softhsm/libsofthsm2.so.',
    })
  }
  const visible = Object.entries(withoutOpeningVariables(io.env)).filter(([name]) => name !== pinEnv)
  return { library: resolve(io.cwd, pkcs11), environment: Object.fromEntries(visible) }
}

/**
 * The keys of those that were asked for.
 * @throws EnergywebError `argument-invalid` for a name that none has: its hint names those that are there
 */
export function keysNamed(keys: readonly TokenKey[], { label, id }: GivenToken): readonly TokenKey[] {
  const found = keys.filter(
    key => (label === undefined || key.label === label) && (id === undefined || key.id === id.toLowerCase()),
  )
  if (found.length > 0) return found
  const all = keys.map(key => `${key.label} (id ${key.id})`).sort()
  const name = [label, id === undefined ? undefined : `id ${id}`].filter(word => word !== undefined)
  throw new EnergywebError('argument-invalid', `the token has no private key ${name.join(', ')}`.trim(), {
    hint: `It has ${all.join(', ') || 'none'}.`,
  })
}

/** A token for people. */
export function tokenWords({ label, manufacturer, model, serial }: TokenFace): string {
  const maker = [manufacturer, model].filter(word => word !== '').join(' ')
  return `${label} (${[maker, serial === '' ? '' : `serial ${serial}`].filter(word => word !== '').join(', ')})`
}
