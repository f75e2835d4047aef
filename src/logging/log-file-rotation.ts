import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** An older file of a log, `<path>.<number>`; 1 is the newest. */
export interface OldFile {
  readonly path: string
  readonly number: number
  readonly bytes: number
}

/** The older files of a log, newest first. */
export async function oldFiles(path: string): Promise<readonly OldFile[]> {
  const prefix = `${basename(path)}.`
  const found: OldFile[] = []
  for (const name of await readdir(dirname(path))) {
    const digits = name.startsWith(prefix) ? name.slice(prefix.length) : ''
    if (!/^[1-9]\d{0,5}$/.test(digits)) continue
    const file = join(dirname(path), name)
    const { size } = await stat(file)
    found.push({ path: file, number: Number(digits), bytes: size })
  }
  return found.sort((a, b) => a.number - b.number)
}

/**
 * Makes `<path>` to `<path>.1`, and each older file one number older; at most `keep` stay. Every step is one rename, oldest
 * first: whenever the process dies, no file is lost that was to be kept, and the next rotation goes on from there.
 */
export async function rotate(path: string, keep: number): Promise<void> {
  const files = await oldFiles(path)
  // A crash may have left a number free: only the files before it move up.
  const free = files.findIndex(({ number }, i) => number !== i + 1)
  const moving = free < 0 ? files : files.slice(0, free)
  for (const file of moving.toReversed()) {
    if (file.number >= keep) await rm(file.path, { force: true })
    else await rename(file.path, `${path}.${file.number + 1}`)
  }
  if (keep === 0) await rm(path, { force: true })
  else await rename(path, `${path}.1`)
}

/** Removes the oldest files until all that are left have at most `bytes`. */
export async function prune(path: string, bytes: number): Promise<void> {
  const files = await oldFiles(path)
  let total = files.reduce((sum, file) => sum + file.bytes, 0)
  for (const file of files.toReversed()) {
    if (total <= bytes) return
    await rm(file.path, { force: true })
    total -= file.bytes
  }
}
