import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EnergywebError } from '../core/errors.ts'

/** A file that is there whole or not at all, and survives a power cut once it is kept. */
export interface OutputFile {
  write(text: string): Promise<void>
  /** Puts it in place of what stood there. */
  keep(): Promise<void>
  /** Takes back what was not kept; does nothing after {@link OutputFile.keep}. */
  drop(): Promise<void>
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
    async write(text) {
      await handle.writeFile(text)
    },
    async keep() {
      await handle.sync()
      await close()
      await rename(temporary, path)
      const folder = await open(dirname(path), 'r')
      try {
        await folder.sync()
      } finally {
        await folder.close()
      }
    },
    async drop() {
      await close()
      await rm(temporary, { force: true })
    },
  }
}
