import { resolve } from 'node:path'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Signer } from '../core/signer.ts'
import { lazySigner, openKeystore, openTokenKey } from '../keys/index.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'
import { readSecret } from './secret-input.ts'
import { type tokenOptions, tokenPlace } from './token-options.ts'

/** Where a witness has its key, as given on the command line. */
export type GivenWitnessKey = {
  readonly [Name in keyof typeof tokenOptions | 'key' | 'passwordEnv' | 'passwordFile']: string | undefined
}

export interface WitnessKeyContext {
  readonly io: CommandIo
  readonly printer: Printer
  readonly log: Logger
  /** Lets a token go. */
  readonly signal: AbortSignal
}

/**
 * The Ed25519 key of a witness, open: out of a keystore, or in a token, which may then come and go.
 * @throws EnergywebError `argument-invalid` where none or two are named; as `openKeystore` and `openTokenKey`
 */
export async function openWitnessKey(given: GivenWitnessKey, context: WitnessKeyContext): Promise<Signer> {
  const { key, pkcs11, passwordEnv, passwordFile } = given
  const { io, printer } = context
  if ((key === undefined) === (pkcs11 === undefined)) {
    throw new EnergywebError('argument-invalid', 'the key of a witness is in a file or in a token', {
      hint: 'Name the keystore with --key, or a token with --pkcs11, --token and --label.',
    })
  }
  if (key === undefined) return openInToken(given, context)
  const options = '--password-env or --password-file'
  const password = await readSecret('password', { env: passwordEnv, file: passwordFile }, { io, options })
  io.hide(password)
  const path = resolve(io.cwd, key)
  const { signer, warnings } = await openKeystore({ path, password, expect: 'ed25519' })
  for (const warning of warnings) await printer.warning(warning)
  return signer
}

/** It must be there at first, so that a wrong name is said at once; later its going and coming are told to the log. */
async function openInToken(
  given: GivenWitnessKey,
  { io, printer, log, signal }: WitnessKeyContext,
): Promise<Signer> {
  const { label, id } = given
  if (label === undefined && id === undefined) {
    throw new EnergywebError('argument-invalid', "which of the token's keys is meant is not said", {
      hint: 'Give --label, or --id. `energyweb keys show --pkcs11 …` tells which there are.',
    })
  }
  const place = await tokenPlace(given, io)
  const name = { ...(label !== undefined && { label }), ...(id !== undefined && { id: id.toLowerCase() }) }
  const opened = await openTokenKey({ ...place, key: name, expect: 'ed25519' })
  signal.addEventListener('abort', opened.close, { once: true })
  for (const warning of opened.warnings) await printer.warning(`key ${opened.label}: ${warning}`)
  const signer = lazySigner({
    name: opened.label,
    algorithms: ['ed25519'],
    open: async () => ({ ...opened.signer, watch: opened.watch }),
    signal,
    log,
  })
  await signer.ready()
  return signer
}
