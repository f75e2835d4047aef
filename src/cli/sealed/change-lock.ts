import { randomBytes } from 'node:crypto'
import { link, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { startOf } from '../../config/sealed/process-start.ts'
import { EnergywebError } from '../../core/errors.ts'

/** A lock is a line; more than this is none of ours. */
const longest = 1_000

/**
 * Makes this process the only one that changes a sealed configuration, from before it is read until it stands in its place: else
 * the later of two editors would find out at its end that it wrote for nothing. The lock is a file beside it, which is there with
 * its content or not at all; one of a process that is gone is taken over.
 * @returns a function that lets go
 * @throws EnergywebError `config-locked`, naming who has it
 */
export async function lockForChange(path: string): Promise<() => Promise<void>> {
  const lock = `${await realpath(path).catch(() => path)}.lock`
  const own = `${process.pid} ${await startOf(process.pid)} ${hostname()}\n`
  const draft = `${lock}.${process.pid}-${randomBytes(4).toString('hex')}`
  await writeFile(draft, own, { mode: 0o600, flag: 'wx' })
  try {
    await take(draft, lock, basename(path))
  } finally {
    await rm(draft, { force: true })
  }
  return () => rm(lock, { force: true })
}

async function take(draft: string, lock: string, name: string): Promise<void> {
  if (await isLinked(draft, lock)) return
  const held = await textOf(lock)
  if (held !== undefined && !(await isStale(held))) throw inUse(name, { lock, held })
  if (held !== undefined) await remove(lock, held)
  if (await isLinked(draft, lock)) return
  throw inUse(name, { lock, held: (await textOf(lock)) ?? '' })
}

/** link(2) fails where the name is taken: of two at the same instant one has it. */
async function isLinked(draft: string, lock: string): Promise<boolean> {
  try {
    await link(draft, lock)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Takes a stale lock away. Somebody else may have done so already, and have it now: then it is given back. */
async function remove(lock: string, stale: string): Promise<void> {
  const aside = `${lock}.stale-${process.pid}`
  try {
    await rename(lock, aside)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return
    throw error
  }
  if ((await textOf(aside)) !== stale) await isLinked(aside, lock)
  await rm(aside, { force: true })
}

/** Of another machine or container nobody here can tell. */
async function isStale(held: string): Promise<boolean> {
  const [, pid, start, host] = /^(\d{1,10}) (\d{1,20}) (\S{1,255})\n$/.exec(held) ?? []
  if (pid === undefined || host !== hostname()) return false
  return (await startOf(Number(pid))) !== start
}

function inUse(name: string, { lock, held }: { lock: string; held: string }): EnergywebError {
  const [, pid, host] = /^(\d{1,10}) \d{1,20} (\S{1,255})\n$/.exec(held) ?? []
  const where = host === undefined || host === hostname() ? '' : ` on ${host}`
  const by = pid === undefined ? 'somebody else' : `process ${pid}${where}`
  return new EnergywebError('config-locked', `${name} is being changed by ${by}`, {
    hint:
      where === '' && pid !== undefined
        ? 'End that one first, like the editor in another terminal; nothing was changed.'
        : `Nothing was changed. When nobody does any more, delete ${lock}.`,
    retryable: true,
  })
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).slice(0, longest)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
