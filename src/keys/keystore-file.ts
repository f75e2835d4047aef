import { randomBytes } from 'node:crypto'
import { type FileHandle, link, open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fromUtf8 } from '../core/bytes.ts'
import { EnergywebError, isEnergywebError, messageOf } from '../core/errors.ts'
import { type Keystore, longestKeystore, parseKeystore } from './keystore-format.ts'

const othersBits = 0o077

/** A keystore as it was read, and what the operator should know about its file. */
export interface ReadKeystore {
  readonly keystore: Keystore
  readonly warnings: readonly string[]
}

/**
 * Reads a keystore file; warns when its permissions let others read it.
 * @throws EnergywebError `key-unavailable`, retryable, when it can't be read; `key-invalid` when it is no keystore.
 */
export async function readKeystore(path: string): Promise<ReadKeystore> {
  const { bytes, mode } = await readCapped(path)
  try {
    const keystore = parseKeystore(fromUtf8(bytes))
    return { keystore, warnings: process.platform === 'win32' ? [] : permissionWarnings(path, mode) }
  } catch (error) {
    if (!isEnergywebError(error)) throw error
    const hint = error.hint === undefined ? {} : { hint: error.hint }
    throw new EnergywebError('key-invalid', `${path}: ${error.message}`, hint)
  }
}

function permissionWarnings(path: string, mode: number): string[] {
  if ((mode & othersBits) === 0) return []
  return [
    `${path} can be read by other users of this machine (mode ${(mode & 0o777).toString(8)}); run chmod 600 on it`,
  ]
}

async function readCapped(path: string): Promise<{ bytes: Uint8Array; mode: number }> {
  try {
    await using file = await open(path, 'r')
    const { mode } = await file.stat()
    const buffer = Buffer.alloc(longestKeystore + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length)
      if (bytesRead === 0) return { bytes: buffer.subarray(0, length), mode }
      length += bytesRead
    }
  } catch (cause) {
    throw new EnergywebError('key-unavailable', `the keystore can't be read: ${messageOf(cause)}`, {
      retryable: true,
      hint: 'Does the file exist, and may this user read it?',
      cause,
    })
  }
}

/**
 * Writes a keystore file, durably and whole or not at all, readable by its owner alone (mode 0600). Never overwrites.
 * @throws EnergywebError `argument-invalid` when the file exists; `key-unavailable` when it can't be written.
 */
export async function writeKeystore(path: string, text: string): Promise<void> {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    try {
      await writeDurably(temporary, text)
      await place(temporary, path, text)
    } finally {
      await rm(temporary, { force: true })
    }
    await syncFolder(folder)
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') {
      throw new EnergywebError('argument-invalid', `${path} exists already`, {
        hint: 'A key is never overwritten: choose another name, or move the file away.',
        cause,
      })
    }
    throw new EnergywebError('key-unavailable', `the keystore can't be written: ${messageOf(cause)}`, {
      hint: 'Does the folder exist, and may this user write to it?',
      cause,
    })
  }
}

/** A hard link appears whole or not at all and, unlike a rename, never replaces a file. */
async function place(temporary: string, path: string, text: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    // FAT and some network file systems have no links; there the file is created in place, still never over another.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error
    await writeDurably(path, text)
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } catch (error) {
    // Half a key under this name would only stand in the way of the next attempt.
    await rm(path, { force: true })
    throw error
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows can't open a folder; its file systems journal the name by themselves.
  if (process.platform === 'win32') return
  await using handle: FileHandle = await open(folder, 'r')
  await handle.sync()
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
