import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { usualWitnessAddress } from '../config/compose-witnesses.ts'
import { type ListenAddress, parseListenAddress } from '../config/fields.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { isKeyName } from '../proof/key-name.ts'
import { parseVerifierKey, type VerifierKey } from '../proof/verifier-key.ts'
import type { CommandIo } from './io.ts'

/** What a witness of its own is told on the command line. */
export interface GivenWitness {
  readonly name: string
  readonly keys: readonly string[]
  readonly file: string | undefined
  readonly listen: string | undefined
  readonly prefix: string | undefined
}

export interface WitnessSetup extends ListenAddress {
  readonly name: string
  readonly logs: readonly VerifierKey[]
  readonly prefix?: string
}

/**
 * Reads what a witness of its own needs.
 * @throws EnergywebError `argument-invalid`
 */
export async function readWitnessSetup(
  { name, keys, file, listen, prefix }: GivenWitness,
  io: CommandIo,
): Promise<WitnessSetup> {
  if (!isKeyName(name)) throw wrong(`"${name}" is not a name for a witness`, 'No space and no + in it.')
  if (prefix !== undefined && !/^(?:\/[A-Za-z0-9._~-]+)+$/.test(prefix)) {
    throw wrong(`"${prefix}" is not a path`, 'Write it like /witness, without / at its end.')
  }
  const listed = file === undefined ? [] : await readList(resolve(io.cwd, file))
  const logs = [...keys, ...listed].map(readKey)
  if (logs.length === 0) throw wrong('there is no log to cosign', 'Name them with --log or --logs.')
  const address = listen === undefined ? usualWitnessAddress : readAddress(listen)
  return { ...address, name, logs, ...(prefix !== undefined && { prefix }) }
}

function readAddress(text: string): ListenAddress {
  try {
    return parseListenAddress(text)
  } catch (cause) {
    throw wrong(`--listen: ${messageOf(cause)}`, 'Port 0 takes any that is free.', cause)
  }
}

async function readList(path: string): Promise<readonly string[]> {
  try {
    const lines = (await readFile(path, 'utf8')).split('\n').map(line => line.replace(/^\s*#.*/, '').trim())
    return lines.filter(line => line !== '')
  } catch (cause) {
    throw wrong(`the list of logs can't be read: ${messageOf(cause)}`, 'One verifier key a line.', cause)
  }
}

function readKey(text: string): VerifierKey {
  try {
    const key = parseVerifierKey(text)
    if (key.type !== 'cosignature') return key
  } catch (cause) {
    throw wrong(`${text}: ${messageOf(cause)}`, keyHint, cause)
  }
  throw wrong(`${text} is the key of a witness, not of a log`, keyHint)
}

const keyHint = "Ask the log's operator for what `energyweb keys show --origin` says."

function wrong(message: string, hint: string, cause?: unknown): EnergywebError {
  return new EnergywebError('argument-invalid', message, { hint, cause })
}
