import { mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import { startOf } from './process-start.ts'

/** statfs(2): what memory is called as a file system. */
const inMemory = [0x01021994 /* TMPFS_MAGIC */, 0x858458f6 /* RAMFS_MAGIC */]

/** Of a folder's name: the process that made it, and when that began, so that another with its number is not taken for it. */
const ownName = /^energyweb-[a-z]+-(\d+)-(\d+)-[A-Za-z0-9]{6}$/

/**
 * A folder in memory for this user alone: it is on no disk, whatever becomes of this process.
 * @throws EnergywebError `environment-unsuitable` where the machine has no file system in memory
 */
export async function makePrivateFolder(
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const parent = await memoryFolder(environment)
  // mkdtemp makes it with mode 0700.
  return mkdtemp(join(parent, `energyweb-${name}-${process.pid}-${await startOf(process.pid)}-`))
}

/** Removes such a folder with all that is in it. */
export function removePrivateFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true })
}

/** Runs with such a folder, and removes it however that ends. */
export async function withPrivateFolder<Answer>(
  name: string,
  environment: Readonly<Record<string, string | undefined>> | undefined,
  run: (folder: string) => Promise<Answer>,
): Promise<Answer> {
  const folder = await makePrivateFolder(name, environment)
  try {
    return await run(folder)
  } finally {
    await removePrivateFolder(folder)
  }
}

/** Removes what a process left behind that was killed before it could. Answers the folders. */
export async function removeStaleFolders(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<readonly string[]> {
  const stale: string[] = []
  for (const place of memoryPlaces(environment)) {
    if (!(await isInMemory(place))) continue
    for (const name of await readdir(place)) {
      const [, pid, start] = ownName.exec(name) ?? []
      const folder = join(place, name)
      if (pid === undefined || (await startOf(Number(pid))) === start || !(await isOwn(folder))) continue
      await removePrivateFolder(folder)
      stale.push(folder)
    }
  }
  return stale
}

async function isOwn(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).uid === process.getuid?.()
  } catch {
    // Gone in the meantime.
    return false
  }
}

/**
 * Where files stay in memory.
 * @throws EnergywebError `environment-unsuitable`
 */
export async function memoryFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  for (const place of memoryPlaces(environment)) if (await isInMemory(place)) return place
  throw new EnergywebError('environment-unsuitable', 'this machine has no folder that is in memory alone', {
    hint: 'Mount a tmpfs on /dev/shm, or do it on another machine.',
  })
}

/** The folders that are in memory on usual systems, if they are there. */
function memoryPlaces({
  XDG_RUNTIME_DIR: runtime,
}: Readonly<Record<string, string | undefined>>): readonly string[] {
  return [...(runtime === undefined || runtime === '' ? [] : [runtime]), '/dev/shm', '/run/shm']
}

/** True for a folder that is there and in memory. */
async function isInMemory(folder: string): Promise<boolean> {
  try {
    return inMemory.includes((await statfs(folder)).type)
  } catch {
    // A folder that is not there is no place at all.
    return false
  }
}
