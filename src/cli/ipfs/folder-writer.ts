import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'

/** A folder that is there whole or not at all. */
export class FolderWriter {
  readonly #path: string
  readonly #temporary: string

  private constructor(path: string) {
    this.#path = path
    this.#temporary = `${path}.new`
  }

  /** @throws EnergywebError `argument-invalid` for a folder that has something in it, or whose own folder is missing */
  static async open(path: string): Promise<FolderWriter> {
    const there = await readdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    if (there.length > 0) {
      throw new EnergywebError('argument-invalid', `${path} is there already, and not empty`, {
        hint: 'Name a folder that is not there yet.',
      })
    }
    const writer = new FolderWriter(path)
    await rm(writer.#temporary, { recursive: true, force: true })
    await mkdir(writer.#temporary, { mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause
      throw new EnergywebError('argument-invalid', `there is no folder ${dirname(path)} to write to`, {
        cause,
      })
    })
    return writer
  }

  /** Writes a file; its folders are made. Where the system takes two names for one, the second is refused. */
  async write(path: readonly string[], content: AsyncIterable<Uint8Array>): Promise<void> {
    const place = join(this.#temporary, ...path)
    await mkdir(dirname(place), { recursive: true, mode: 0o700 })
    const handle = await open(place, 'wx', 0o600)
    try {
      for await (const bytes of content) await handle.writeFile(bytes)
    } finally {
      await handle.close()
    }
  }

  /** Puts it in its place. */
  async keep(): Promise<void> {
    await rename(this.#temporary, this.#path)
  }

  /** Takes back what was not kept. */
  async drop(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true })
  }
}
