import { realpath } from 'node:fs/promises'
import { isAbsolute, join, parse, sep } from 'node:path'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { trustedPath } from '../modules/trusted-path.ts'

/**
 * The real path of a library that the header of a sealed file names. That header may come from anybody and is believed before
 * anything vouches for it, so the library must be one that was installed: nobody else can change it, and it did not come
 * along with the file.
 * @param folder - the sealed file's
 * @throws EnergywebError `config-sealed`
 */
export async function trustedLibrary(library: string, folder: string): Promise<string> {
  const refuse = (why: string, cause?: unknown) =>
    new EnergywebError('config-sealed', `${library} is not loaded: ${why}`, {
      hint: "The library of the token's maker is installed where nobody but root or you can write, like /usr/lib.",
      ...(cause !== undefined && { cause }),
    })
  if (!isAbsolute(library)) throw refuse('its path does not begin at the root')
  try {
    const path = await trustedPath(library, parse(library).root)
    if (path.startsWith(join(await realpath(folder), sep))) {
      throw refuse('it lies in the folder of the sealed file')
    }
    return path
  } catch (error) {
    if (!isEnergywebError(error, 'module-refused')) throw error
    throw refuse(error.message, error)
  }
}
