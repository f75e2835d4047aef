import type { Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, relative, sep } from 'node:path'
import { EnergywebError, messageOf } from '../../core/errors.ts'

/**
 * The real path of a file inside a folder that nobody but this user and root can change: neither the file nor a folder
 * between, nor `folder` itself. Links are followed first.
 * @throws EnergywebError `module-refused`, saying which of them can be changed and by whom
 */
export async function trustedPath(path: string, folder: string): Promise<string> {
  const [file, home] = await Promise.all([realPath(path), realPath(folder)])
  const inside = relative(home, file)
  // On Windows another drive has no relative path.
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new EnergywebError('module-refused', `${file} is outside of the configuration's folder ${home}`, {
      hint: 'Put the module beside the configuration, or install it as a package.',
    })
  }
  const facts = await stat(file)
  if (!facts.isFile()) throw new EnergywebError('module-refused', `${file} is not a file`)
  requireUnchangeable(file, facts)
  for (let at = dirname(file); ; at = dirname(at)) {
    requireUnchangeable(at, await stat(at))
    if (at === home) return file
  }
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (cause) {
    throw new EnergywebError('module-refused', `${path} can't be read: ${messageOf(cause)}`, { cause })
  }
}

function requireUnchangeable(path: string, { uid, mode }: Stats): void {
  const own = process.getuid?.()
  // Windows knows no such bits.
  if (own === undefined) return
  if (uid !== own && uid !== 0) {
    throw new EnergywebError('module-refused', `${path} belongs to another user (uid ${uid})`, {
      hint: 'What runs in the gateway must belong to its user or to root: chown it.',
    })
  }
  if ((mode & 0o022) === 0) return
  throw new EnergywebError(
    'module-refused',
    `others can write ${path} (mode ${(mode & 0o777).toString(8)})`,
    {
      hint: `Whoever can write it runs code in the gateway: chmod go-w ${path}`,
    },
  )
}
