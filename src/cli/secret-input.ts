import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { EnergywebError, isEnergywebError, messageOf } from '../core/errors.ts'
import { type OptionDefinition, text } from './command.ts'
import type { CommandIo } from './io.ts'

/** A secret of this many bytes is a mistaken file. */
const longestSecret = 4_096

/** Where a secret comes from. It is never a word of the command line: other users of the machine can read those. */
export interface SecretPlace {
  readonly env: string | undefined
  readonly file: string | undefined
}

/** The options by which a command takes a password. */
export const passwordOptions: Readonly<
  Record<'passwordEnv' | 'passwordFile', OptionDefinition<string | undefined>>
> = {
  passwordEnv: text('name', 'environment variable that holds the password'),
  passwordFile: text('file', 'file that holds the password, in its first line'),
}

/**
 * A secret from the environment, from a file's first line, or typed on the terminal without showing it.
 * @param what - how the secret is called in questions and messages.
 * @throws EnergywebError `secret-unavailable`; `argument-invalid` when no place was named and nobody can be asked.
 */
export async function readSecret(
  what: string,
  place: SecretPlace,
  { io, options, twice = false }: { io: CommandIo; options: string; twice?: boolean },
): Promise<string> {
  if (place.env !== undefined && place.file !== undefined) {
    throw new EnergywebError('argument-invalid', `the ${what} can't come from two places`, {
      hint: `Use one of ${options}.`,
    })
  }
  if (place.env !== undefined) return fromEnvironment(what, place.env, io)
  if (place.file !== undefined) return fromFile(what, resolve(io.cwd, place.file))
  if (io.askHidden === undefined) {
    throw new EnergywebError('argument-invalid', `there is no terminal to ask for the ${what}`, {
      hint: `Use ${options}.`,
    })
  }
  const answer = await io.askHidden(`${what}: `)
  if (twice && answer !== (await io.askHidden(`${what}, again: `))) {
    throw new EnergywebError('argument-invalid', `the two times the ${what} was typed differ`)
  }
  return answer
}

function fromEnvironment(what: string, name: string, io: CommandIo): string {
  const value = io.env[name]
  if (value !== undefined && value !== '') return value
  throw new EnergywebError('secret-unavailable', `the ${what}: the environment variable ${name} is not set`, {
    hint: `Set it and export it, so that commands see it: export ${name}=…`,
  })
}

async function fromFile(what: string, path: string): Promise<string> {
  try {
    await using file = await open(path, 'r')
    const buffer = Buffer.alloc(longestSecret + 1)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    if (bytesRead <= longestSecret) {
      const secret = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/, 1)[0] ?? ''
      // A token would count it as a wrong PIN.
      if (secret !== '') return secret
      throw new EnergywebError('secret-unavailable', `the ${what}: the first line of ${path} is empty`)
    }
  } catch (cause) {
    if (isEnergywebError(cause)) throw cause
    throw new EnergywebError('secret-unavailable', `the ${what} can't be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Write it into the file, in its first line, and let nobody else read it: chmod 600.',
    })
  }
  throw new EnergywebError('secret-unavailable', `the ${what}: ${path} is too long to hold one`, {
    hint: `A secret has ${longestSecret} bytes at most: is it another file that is meant?`,
  })
}
