import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { rememberOpeningVariable } from '../opening-variables.ts'
import { resolveSecret } from '../secrets.ts'
import type { OpenerContext } from './opener.ts'

/** Where what opens a configuration is looked for, in this order. */
export interface GivenSecretPlaces {
  /** The environment variable. */
  readonly variable: string
  /** The name of a credential that systemd hands over. */
  readonly credential: string
  /** What the header says; a file is relative to the sealed file's folder. */
  readonly from: { readonly env: string } | { readonly file: string } | undefined
  /** How messages and the question call it. */
  readonly what: string
}

/**
 * The passphrase or PIN that opens a configuration: from the environment, a credential of systemd, where the header says, or
 * a person.
 * @throws EnergywebError `secret-unavailable`; `config-sealed` where nobody is there to ask
 */
export async function givenSecret(
  { variable, credential, from, what }: GivenSecretPlaces,
  context: OpenerContext,
): Promise<string> {
  const { environment = process.env, ask } = context
  const given = environment[variable]
  if (given !== undefined && given !== '') return given
  const place: GivenSecretPlaces['from'] = (await handedOver(credential, environment)) ?? from
  if (place !== undefined) {
    if ('env' in place) rememberOpeningVariable(place.env)
    try {
      const reference = 'file' in place ? { file: resolve(context.folder, place.file) } : place
      return await resolveSecret(reference, { environment, where: `the ${what}` })
    } catch (error) {
      // A person may know what is not there.
      if (ask === undefined || !isEnergywebError(error, 'secret-unavailable')) throw error
    }
  }
  if (ask !== undefined) return ask(`${what}: `)
  throw new EnergywebError('config-sealed', `nobody is there to ask for the ${what}`, {
    hint: `Set ${variable}, or let systemd hand it over as the credential ${credential}.`,
  })
}

async function handedOver(
  name: string,
  { CREDENTIALS_DIRECTORY: folder }: NonNullable<OpenerContext['environment']>,
): Promise<{ file: string } | undefined> {
  if (folder === undefined || folder === '') return undefined
  const file = join(folder, name)
  try {
    await access(file)
    return { file }
  } catch {
    // The service has other credentials only.
    return undefined
  }
}

/** What a header says of the place of a secret, for people. */
export function placeWords(from: NonNullable<GivenSecretPlaces['from']>): string {
  return 'env' in from ? `in the variable ${from.env}` : `in the file ${from.file}`
}
