import { readFile } from 'node:fs/promises'
import { openOutputFile } from '../output-file.ts'

/**
 * Puts a sealed configuration in its place, durably, and only once `verify` has found good what was written.
 * @throws what `verify` throws; nothing has changed then
 */
export async function placeSealed(
  path: string,
  sealed: string,
  verify: (written: string) => Promise<void>,
): Promise<void> {
  const file = await openOutputFile(path)
  try {
    await file.write(sealed)
    await verify(await readFile(`${path}.new`, 'utf8'))
    await file.keep()
  } finally {
    await file.drop()
  }
}
