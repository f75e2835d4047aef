import { mkdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { faultPoint } from '../core/fault-point.ts'
import { syncFolder } from './durable-file.ts'
import { lockFolder } from './lock.ts'
import { syncFolder as syncParent } from './replace-file.ts'
import {
  checkpointFile,
  conflictFiles,
  folderOfLog,
  ioError,
  readText,
  type WitnessConflict,
  writeDurably,
} from './witness-files.ts'

/**
 * What a witness must not forget, as files that anybody can read: a folder for each log with the newest cosigned
 * checkpoint, and the two checkpoints of a log that showed two faces. One process writes to it. Nothing here blocks the
 * event loop: a gateway may be at work beside it.
 */
export class WitnessFolder {
  readonly path: string
  readonly #unlock: () => void

  private constructor(path: string, unlock: () => void) {
    this.path = path
    this.#unlock = unlock
  }

  /** @throws EnergywebError `log-locked`, `log-io` */
  static open(path: string): WitnessFolder {
    try {
      mkdirSync(path, { recursive: true })
      // The folder's own name must outlive a power cut too.
      syncParent(dirname(path))
      return new WitnessFolder(path, lockFolder(path))
    } catch (error) {
      throw ioError(path, error)
    }
  }

  /** The newest checkpoint that was cosigned for a log, with its signatures; undefined before the first. */
  checkpoint(origin: string): Promise<string | undefined> {
    return readText(join(folderOfLog(this.path, origin), checkpointFile))
  }

  /**
   * Keeps the newest cosigned checkpoint of a log. It MUST NOT resolve before that would survive a power cut.
   * @throws EnergywebError `log-io`
   */
  async keepCheckpoint(origin: string, note: string): Promise<void> {
    faultPoint('storage/before-witness-file')
    await this.#write(origin, checkpointFile, note)
    faultPoint('storage/witness-file-kept')
  }

  /** True once a log has signed two trees of one size, until an operator has decided. */
  async hasEquivocated(origin: string): Promise<boolean> {
    return (await readText(join(folderOfLog(this.path, origin), conflictFiles['two-roots']))) !== undefined
  }

  /** Keeps what does not go together; of each kind the newest. @throws EnergywebError `log-io` */
  keepConflict(conflict: WitnessConflict): Promise<void> {
    return this.#write(
      conflict.origin,
      conflictFiles[conflict.kind],
      `${JSON.stringify(conflict, null, 2)}\n`,
    )
  }

  close(): void {
    this.#unlock()
  }

  async #write(origin: string, name: string, content: string): Promise<void> {
    const folder = folderOfLog(this.path, origin)
    try {
      await mkdir(folder, { recursive: true })
      await writeDurably(join(folder, name), content)
      // The log's folder may be new, and `logs` too.
      for (const parent of [dirname(folder), this.path]) await syncFolder(parent)
    } catch (error) {
      throw ioError(folder, error)
    }
  }
}
