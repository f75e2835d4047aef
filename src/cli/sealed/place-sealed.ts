import { chmod, chown, readFile, realpath, stat } from 'node:fs/promises'
import { openOutputFile } from '../output-file.ts'

/**
 * Puts a sealed configuration in its place, durably, and only once `verify` has found good what was written. What stood there before
 * hands on its owner and its rights, or the gateway's user could open it no more; behind a link it is the file that is replaced.
 * @throws what `verify` throws; nothing has changed then
 */
export async function placeSealed(
  path: string,
  sealed: string,
  verify: (written: string) => Promise<void>,
): Promise<void> {
  const target = await ifThere(realpath(path))
  const place = target ?? path
  const file = await openOutputFile(place)
  try {
    await file.write(sealed)
    if (target !== undefined) await takeRights(`${place}.new`, target)
    await verify(await readFile(`${place}.new`, 'utf8'))
    await file.keep()
  } finally {
    await file.drop()
  }
}

async function takeRights(file: string, before: string): Promise<void> {
  const { uid, gid, mode } = await stat(before)
  if (await isGiven(file, uid, gid)) await chmod(file, mode & 0o777)
}

/** False for whoever may not give files away: the file is then for its new owner alone. */
async function isGiven(file: string, uid: number, gid: number): Promise<boolean> {
  try {
    await chown(file, uid, gid)
    return true
  } catch (error) {
    if (isCode(error, 'EPERM')) return false
    throw error
  }
}

async function ifThere(path: Promise<string>): Promise<string | undefined> {
  try {
    return await path
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
