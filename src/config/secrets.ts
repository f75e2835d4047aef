import { open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fromUtf8 } from '../core/bytes.ts'
import { EnergywebError, isEnergywebError, messageOf } from '../core/errors.ts'
import type { SecretReference } from './fields.ts'
import { sealedSecret } from './sealed-secret.ts'

export interface SecretContext {
  /** Default: the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Told of every secret, so that it can be kept out of logs. */
  readonly addSecret?: (secret: string) => void
  /** What needs the secret, for messages. */
  readonly where?: string
}

/** The environment, with what an old configuration holds in plain text, or a sealed one under `secrets`. */
export function environmentOf(
  { secrets }: { readonly secrets: ReadonlyMap<string, string> },
  environment: NonNullable<SecretContext['environment']> = process.env,
): NonNullable<SecretContext['environment']> {
  return secrets.size === 0 ? environment : { ...environment, ...Object.fromEntries(secrets) }
}

const longestSecret = 4_096

/**
 * The secret behind a reference. Of a file, the line end at its end does not belong to it.
 * @throws EnergywebError `secret-unavailable`
 */
export async function resolveSecret(
  reference: SecretReference,
  context: SecretContext = {},
): Promise<string> {
  const { environment = process.env, addSecret, where = 'a secret' } = context
  const secret = await secretBehind(reference, { environment, where })
  addSecret?.(secret)
  return secret
}

interface Place {
  readonly environment: NonNullable<SecretContext['environment']>
  readonly where: string
}

async function secretBehind(reference: SecretReference, place: Place): Promise<string> {
  if ('file' in reference) return fromFile(reference.file, place.where)
  return 'env' in reference ? fromEnvironment(reference.env, place) : fromSealed(reference.secret, place)
}

function fromSealed(name: string, { environment, where }: Place): string {
  const secret = environment[sealedSecret(name)]
  if (secret !== undefined) return secret
  throw new EnergywebError('secret-unavailable', `${where}: there is no secret called ${name}`, {
    hint: 'Write it under `secrets` of the sealed configuration: energyweb config edit.',
  })
}

function fromEnvironment(name: string, { environment, where }: Place): string {
  const secret = environment[name]
  if (secret !== undefined && secret !== '') return secret
  throw new EnergywebError('secret-unavailable', `${where}: the environment variable ${name} is not set`, {
    hint: 'Set it where the gateway is started.',
  })
}

async function fromFile(file: string, where: string): Promise<string> {
  try {
    await using handle = await open(file)
    const { bytesRead, buffer } = await handle.read(new Uint8Array(longestSecret + 1))
    const secret = fromUtf8(buffer.subarray(0, bytesRead)).replace(/\r?\n$/, '')
    if (secret !== '' && bytesRead <= longestSecret) return secret
    const why = secret === '' ? 'is empty' : `is longer than ${longestSecret} bytes`
    throw new EnergywebError('secret-unavailable', `${where}: the file ${file} ${why}`)
  } catch (cause) {
    if (isEnergywebError(cause, 'secret-unavailable')) throw cause
    throw new EnergywebError(
      'secret-unavailable',
      `${where}: the file ${file} can't be read: ${messageOf(cause)}`,
      {
        hint: 'Write the secret into it and let nobody else read it: chmod 600.',
        cause,
      },
    )
  }
}

/** True for a file that systemd made for this service alone; its permissions are an access list, which the mode hides. */
function isCredential(
  file: string,
  { CREDENTIALS_DIRECTORY: folder }: NonNullable<SecretContext['environment']>,
) {
  return folder !== undefined && folder !== '' && dirname(file) === folder
}

/** What is doubtful about where a secret is kept; undefined when nothing is. */
export async function secretWarning(
  reference: SecretReference,
  { environment = process.env }: SecretContext = {},
): Promise<string | undefined> {
  // That it is there was checked with the configuration.
  if ('secret' in reference) return undefined
  if ('env' in reference) {
    return environment[reference.env]
      ? undefined
      : `the environment variable ${reference.env} is not set here`
  }
  try {
    const { mode } = await stat(reference.file)
    if (isCredential(reference.file, environment)) return undefined
    // Windows knows no such bits.
    if (process.platform === 'win32' || (mode & 0o077) === 0) return undefined
    return `others may read ${reference.file}: chmod 600 it`
  } catch (error) {
    return `${reference.file} can't be read here: ${messageOf(error)}`
  }
}
