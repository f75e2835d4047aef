import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EnergywebError } from '../core/errors.ts'
import { syncFolder } from '../storage/durable-file.ts'

/** A file that is there whole or not at all, and survives a power cut once it is kept. */
export interface OutputFile {
  /** Writes behind what was written before. */
  write(content: string | Uint8Array): Promise<void>
  /** Writes over bytes that were written before; where the next write goes stays as it is. */
  writeAt(bytes: Uint8Array, position: number): Promise<void>
  /** Puts it in place of what stood there. */
  keep(): Promise<void>
  /** Takes back what was not kept; does nothing after {@link OutputFile.keep}. */
  drop(): Promise<void>
}

/** @throws EnergywebError `argument-invalid` for a file that is there, unless it may be written over */
export function mustNotBeThere(path: string, force: boolean): void {
  if (force || !existsSync(path)) return
  throw new EnergywebError('argument-invalid', `${path} is there already`, {
    hint: 'Name another file with --out, or write over it with --force.',
  })
}

/**
 * Begins a file beside the place where it will stand. What else the system refuses is thrown as it is.
 * @throws EnergywebError `argument-invalid` when its folder is not there
 */
export async function openOutputFile(path: string): Promise<OutputFile> {
  const temporary = `${path}.new`
  const handle = await open(temporary, 'w', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause
    throw new EnergywebError('argument-invalid', `there is no folder ${dirname(path)} to write to`, { cause })
  })
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    await handle.close()
  }
  return {
    async write(content) {
      await handle.writeFile(content)
    },
    async writeAt(bytes, position) {
      for (let at = 0; at < bytes.length; ) {
        at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten
      }
    },
    async keep() {
      await handle.sync()
      await close()
      await rename(temporary, path)
      await syncFolder(dirname(path))
    },
    async drop() {
      await close()
      await rm(temporary, { force: true })
    },
  }
}
