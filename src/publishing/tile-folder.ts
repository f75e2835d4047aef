import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { equalBytes, fromUtf8, utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import { makeFolder, putFile, readIfThere, syncFolder } from '../storage/durable-file.ts'
import { databaseName, type LockWords, lockFolder } from '../storage/index.ts'

/** Name of the signed checkpoint below the address of a published log (C2SP tlog-tiles). */
export const checkpointPath = 'checkpoint'

/** What is half done stands here and never beside what is served; the lock too. */
const workName = '.publishing'

const lockWords: LockWords = {
  what: 'published folder',
  hint: 'One process writes to it at a time: wait for the other one, or publish into a folder of its own.',
}

/** @throws EnergywebError `publish-refused` for a folder that holds a log's database */
export function refuseDataFolder(path: string): void {
  if (!existsSync(join(path, databaseName))) return
  throw new EnergywebError(
    'publish-refused',
    `${path} is a data folder: a web server would give it all to everybody`,
    { hint: 'Publish into a folder of its own, apart from the data folder.' },
  )
}

/** True when somebody is publishing into the folder, or was until he crashed. */
export function isUnderWay(folder: string): boolean {
  return existsSync(join(folder, workName, 'new'))
}

export interface FolderCounts {
  readonly written: number
  readonly repaired: number
  readonly removed: number
}

/**
 * A published log's folder, opened by the only one who writes to it. Tiles and bundles come first, durably; the checkpoint
 * that needs them last. A file that has its name is whole, and is never written again.
 */
export class TileFolder {
  readonly path: string
  readonly #release: () => void
  readonly #repairs: boolean
  /** Folders that exist, and those whose names are not durable yet. */
  readonly #made = new Set<string>()
  readonly #unsynced = new Set<string>()
  #temporaries = 0
  #written = 0
  #repaired = 0
  #removed = 0

  private constructor(path: string, { release, repairs }: { release: () => void; repairs: boolean }) {
    this.path = path
    this.#release = release
    this.#repairs = repairs
  }

  /**
   * Makes the folder where it is missing. What a crash left half done is taken away.
   * @param options.repairs - true: a file with wrong content is written anew instead of refused
   * @throws EnergywebError `log-locked` while another process writes to it; `publish-refused` for a data folder
   */
  static async open(folder: string, options: { repairs?: boolean } = {}): Promise<TileFolder> {
    const path = resolve(folder)
    refuseDataFolder(path)
    const work = join(path, workName)
    const changed = await makeFolder(work)
    const release = lockFolder(work, lockWords)
    try {
      await rm(join(work, 'new'), { recursive: true, force: true })
      await mkdir(join(work, 'new'))
      for (const one of changed) await syncFolder(one)
      return new TileFolder(path, { release, repairs: options.repairs ?? false })
    } catch (error) {
      release()
      throw error
    }
  }

  get counts(): FolderCounts {
    return { written: this.#written, repaired: this.#repaired, removed: this.#removed }
  }

  /** Content of a file; undefined where there is none. */
  read(path: string): Promise<Uint8Array | undefined> {
    return readIfThere(join(this.path, path))
  }

  /** The signed checkpoint that is published; undefined before the first. */
  async checkpoint(): Promise<string | undefined> {
    const bytes = await this.read(checkpointPath)
    return bytes && fromUtf8(bytes)
  }

  /**
   * Puts a tile or a bundle in place; one that stands there with the same content stays as it is.
   * @throws EnergywebError `publish-refused` where one with other content stands
   */
  async put(path: string, content: Uint8Array): Promise<void> {
    const standing = await this.read(path)
    if (standing !== undefined && equalBytes(standing, content)) return
    if (standing !== undefined && !this.#repairs) throw this.#strange(path)
    await this.#makeFolderOf(path)
    await putFile({
      path: join(this.path, path),
      temporary: this.#temporary(),
      content,
      onWritten: () => faultPoint('publishing/file-unnamed'),
    })
    faultPoint('publishing/file-named')
    this.#unsynced.add(dirname(join(this.path, path)))
    if (standing === undefined) this.#written += 1
    else this.#repaired += 1
  }

  /** Makes everything durable that was put so far. */
  async sync(): Promise<void> {
    for (const folder of this.#unsynced) await syncFolder(folder)
    this.#unsynced.clear()
  }

  /** Publishes a checkpoint. MUST come after everything that it needs was put. */
  async putCheckpoint(note: string): Promise<void> {
    await this.sync()
    faultPoint('publishing/before-checkpoint')
    await putFile({
      path: join(this.path, checkpointPath),
      temporary: this.#temporary(),
      content: utf8(note),
      onWritten: () => faultPoint('publishing/checkpoint-unnamed'),
    })
    await syncFolder(this.path)
    faultPoint('publishing/before-removal')
  }

  /** Takes the partial files of a full tile or bundle away: whoever still wants one takes the full one's beginning. */
  async removePartials(fullPath: string): Promise<void> {
    const folder = `${join(this.path, fullPath)}.p`
    if (!existsSync(folder) || !existsSync(join(this.path, fullPath))) return
    await rm(folder, { recursive: true })
    this.#removed += 1
  }

  async close(): Promise<void> {
    await rm(join(this.path, workName, 'new'), { recursive: true, force: true })
    this.#release()
  }

  #temporary(): string {
    return join(this.path, workName, 'new', String(this.#temporaries++))
  }

  async #makeFolderOf(path: string): Promise<void> {
    const folder = dirname(join(this.path, path))
    if (this.#made.has(folder)) return
    for (const changed of await makeFolder(folder)) this.#unsynced.add(changed)
    this.#made.add(folder)
  }

  #strange(path: string): EnergywebError {
    return new EnergywebError('publish-refused', `${join(this.path, path)} holds something else`, {
      hint: 'Another log was published here, or the file is damaged: choose another folder, or write it anew with --whole.',
    })
  }
}
