import { readFile } from 'node:fs/promises'
import { EnergywebError } from '../core/errors.ts'

const longest = 100_000

/** The text of a small file that a person names; undefined where there is none. @throws EnergywebError `argument-invalid` for a long one */
export async function smallFile(path: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(path)
    if (bytes.length > longest)
      throw new EnergywebError('argument-invalid', `${path} is too long for such a file`)
    return bytes.toString('utf8')
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENAMETOOLONG')
    if (isMissing) return undefined
    throw error
  }
}
