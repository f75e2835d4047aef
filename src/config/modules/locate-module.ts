import { extname, isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EnergywebError } from '../../core/errors.ts'
import { trustedPath } from './trusted-path.ts'

const endings = ['.js', '.mjs', '.ts', '.mts']
/** The names that npm allows, with a path inside of the package. */
const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*(?:\/[\w.-]+)*$/

/**
 * Finds what `modules:` names: a file inside the configuration's folder that others can't write, or a package of the
 * installation, found from where energyweb itself is installed. Everything else is refused, without loading any of it.
 * @returns the address to import
 * @throws EnergywebError `module-refused`
 */
export async function locateModule(name: string, folder: string): Promise<string> {
  if (/^\.{1,2}[/\\]/.test(name) || isAbsolute(name)) return locateFile(resolve(folder, name), folder)
  if (!packageName.test(name) || name.split('/').some(part => part === '.' || part === '..')) {
    throw new EnergywebError('module-refused', 'neither a path nor the name of a package', {
      hint: 'Write ./my-module.ts for a file beside the configuration, or the name of an installed package.',
    })
  }
  return locatePackage(name)
}

async function locateFile(path: string, folder: string): Promise<string> {
  const file = await trustedPath(path, folder)
  if (!endings.includes(extname(file))) {
    throw new EnergywebError(
      'module-refused',
      `${file} is no module: its name must end in ${endings.join(', ')}`,
    )
  }
  return pathToFileURL(file).href
}

function locatePackage(name: string): string {
  const found = resolveAsImport(name)
  if (found.address?.startsWith('file:')) return found.address
  throw new EnergywebError('module-refused', `there is no package ${name} in the installation`, {
    hint: `Install it where energyweb is installed: npm install ${name}`,
    cause: found.cause,
  })
}

function resolveAsImport(name: string): { address?: string; cause?: unknown } {
  try {
    return { address: import.meta.resolve(name) }
  } catch (cause) {
    return { cause }
  }
}
