import { EnergywebError } from '../core/errors.ts'
import { isJsonName } from './parse-text.ts'
import { longestConfig, readText } from './read-text.ts'
import type { OpenerContext } from './sealed/opener.ts'
import { isSealed, longestSealed } from './sealed/sealed-format.ts'

/** The text of a configuration, wherever it came from. */
export interface ConfigSource {
  readonly text: string
  readonly json: boolean
  /** True: nobody could read it, so that it may hold secrets. */
  readonly isSealed: boolean
  /** Of a sealed one, 0 where it says none; undefined of a plain one. */
  readonly edition?: number
}

/** What opens a sealed configuration, besides what its header names. */
export type OpenConfigContext = Omit<OpenerContext, 'folder'>

/**
 * Reads a configuration from its file, and opens it there where it is sealed; plain text of it is in memory only.
 * @throws EnergywebError `config-not-found`, `config-invalid`, `config-sealed`
 */
export async function readConfigSource(file: string, context: OpenConfigContext): Promise<ConfigSource> {
  const text = await readText(file, longestSealed)
  if (isSealed(text)) {
    const { openSealed } = await import('./sealed/open-sealed.ts')
    const { file: sealed, text: plain, dataKey } = await openSealed(text, file, context)
    dataKey.fill(0)
    const { format, edition = 0 } = sealed.header
    return { text: plain, json: format === 'json', isSealed: true, edition }
  }
  requireFitting(file, text)
  return { text, json: isJsonName(file), isSealed: false }
}

/** A plain file in place of a sealed one would be taken for it, and be read by everybody. */
function requireFitting(file: string, text: string): void {
  if (isSealedName(file)) {
    throw new EnergywebError('config-invalid', `${file} is not sealed, whatever its name says`, {
      hint: 'It was damaged, or somebody put another file in its place.',
    })
  }
  if (text.length <= longestConfig) return
  throw new EnergywebError('config-invalid', `${file} is larger than ${longestConfig} bytes`, {
    hint: 'Is it the right file?',
  })
}

function isSealedName(file: string): boolean {
  return /\.sealed$/i.test(file)
}
