import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EnergywebError, messageOf } from '../core/errors.ts'

/**
 * Longest path of a Unix socket in bytes: `sun_path` has 108 on Linux and 104 on macOS and BSD, its closing zero included;
 * Node cuts a longer one off without a word.
 */
const longestSocketPath = 103

const socketName = 'control.sock'
const pointerName = 'control.json'

/**
 * Where the control socket of a data folder is to be: in the folder or, where that path is too long, in a new folder that
 * only this user may enter, with its path in `control.json`.
 * @throws EnergywebError `log-io` when neither can be had.
 */
export async function chooseSocketPath(folder: string): Promise<string> {
  const near = join(folder, socketName)
  if (Buffer.byteLength(near) <= longestSocketPath) return near
  try {
    await forgetSocketPath(folder)
    // A fixed name in a folder that all may write to could be taken by somebody else first.
    const far = join(await mkdtemp(join(tmpdir(), 'energyweb-')), socketName)
    await writeFile(join(folder, pointerName), `${JSON.stringify({ socket: far })}\n`, { mode: 0o600 })
    return far
  } catch (cause) {
    throw new EnergywebError('log-io', `there is no place for the control socket: ${messageOf(cause)}`, {
      cause,
    })
  }
}

/** Where the control socket of a data folder is; the file may be missing when no gateway runs. */
export async function findSocketPath(folder: string): Promise<string> {
  return (await pointedAt(folder)) ?? join(folder, socketName)
}

/** Takes away the folder that {@link chooseSocketPath} made, and the file that names it. */
export async function forgetSocketPath(folder: string): Promise<void> {
  const far = await pointedAt(folder)
  if (far === undefined) return
  // Only what this program makes is removed, whatever the file says.
  if (dirname(far).startsWith(join(tmpdir(), 'energyweb-')))
    await rm(dirname(far), { recursive: true, force: true })
  await rm(join(folder, pointerName), { force: true })
}

async function pointedAt(folder: string): Promise<string | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(join(folder, pointerName), 'utf8'))
    if (typeof content !== 'object' || content === null || !('socket' in content)) return undefined
    return typeof content.socket === 'string' ? content.socket : undefined
  } catch (error) {
    // Written in one go but not durably: after a power cut it may be empty, and the gateway that wrote it is gone too.
    if (error instanceof SyntaxError) return undefined
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
