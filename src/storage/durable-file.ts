import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Content of a file; undefined when there is none. What the system refuses otherwise is thrown as it is. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** True for the system's error of a file, or of a folder before it, that is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

export interface DurableFile {
  readonly path: string
  /** Where the content grows until it is whole; on the same disk as `path`. */
  readonly temporary: string
  readonly content: Uint8Array | string
  /** Called when the content is durable and the file does not have its name yet. */
  readonly onWritten?: () => void
}

/** Puts a file in place: the old one or the new one, never half of one. Its name is durable once its folder is synced. */
export async function putFile({ path, temporary, content, onWritten }: DurableFile): Promise<void> {
  const handle = await open(temporary, 'w', 0o644)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  onWritten?.()
  await rename(temporary, path)
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r')
  await handle.sync()
}

/** Makes a folder where it is missing, durably, and answers every folder whose list of names has changed. */
export async function makeFolder(folder: string): Promise<readonly string[]> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return []
  const changed: string[] = []
  for (let at = folder; at.length >= first.length; at = dirname(at)) changed.push(dirname(at))
  return changed
}
