import { resolve } from 'node:path'
import { EnergywebError, isEnergywebError, messageOf } from '../core/errors.ts'
import { parseAnyVerifierKey } from '../proof/ecdsa-key.ts'
import { smallFile } from './small-file.ts'

/**
 * Verifier keys as an auditor gives them: the text of a key, or the name of a file with one a line.
 * @throws EnergywebError `argument-invalid` for what is neither
 */
export async function readVerifierKeys(given: readonly string[], cwd: string): Promise<readonly string[]> {
  return (await Promise.all(given.map(one => keysIn(one.trim(), cwd)))).flat()
}

async function keysIn(given: string, cwd: string): Promise<readonly string[]> {
  const wrong = whyNoKey(given)
  if (wrong === undefined) return [given]
  const text = await smallFile(resolve(cwd, given))
  if (text === undefined) {
    throw new EnergywebError(
      'argument-invalid',
      `"${given.slice(0, 100)}" is neither a verifier key nor a file: ${wrong}`,
      {
        hint: 'A verifier key looks like gateway.example.org/roof+1a2b3c4d+AY…; quote it for your shell.',
      },
    )
  }
  const lines = text
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
  const bad = lines.map(whyNoKey).find(why => why !== undefined)
  if (lines.length > 0 && bad === undefined) return lines
  throw new EnergywebError('argument-invalid', `${given} holds no verifier key: ${bad ?? 'it is empty'}`)
}

function whyNoKey(text: string): string | undefined {
  try {
    parseAnyVerifierKey(text)
    return undefined
  } catch (error) {
    if (isEnergywebError(error, 'note-invalid')) return messageOf(error)
    throw error
  }
}
