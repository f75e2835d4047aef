import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ChainFile,
  encodeChainFile,
  firstPrevious,
  isChainFileName,
  nextChainFileName,
} from '../core/chain-file.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import type { LineFiles } from '../core/ledger.ts'
import type { FiledCall, SubmissionStore } from '../core/submission.ts'
import { legacyHashText } from '../proof/legacy-hash.ts'
import { replaceFile } from './replace-file.ts'

export interface ChainOfFilesOptions {
  readonly folder: string
  /** Name of the report line. */
  readonly line: string
  readonly stores: Pick<SubmissionStore, 'calls'>
}

const pageSize = 500
const unfinished = '.new'

/**
 * The files of a report line, one a call. What stands in a file, and its name, follow from the kept call alone: the log is the
 * truth, a file that is missing is written again with the same bytes, and a crash between call and file leaves nothing to guess.
 */
export class ChainOfFiles implements LineFiles {
  readonly #options: ChainOfFilesOptions
  /** The newest file; undefined in an empty folder. */
  #newest: { readonly name: string; readonly hash: string } | undefined
  /** Last entry of the newest call that has its file; undefined before the folder was looked at. */
  #after: number | undefined

  constructor(options: ChainOfFilesOptions) {
    this.#options = options
  }

  async catchUp(contentOf: (data: string) => ChainFile): Promise<string> {
    try {
      await this.#catchUp(contentOf)
    } catch (error) {
      // Nobody knows how far it came: the folder is looked at anew.
      this.#after = undefined
      throw error
    }
    return this.#newest?.hash ?? firstPrevious
  }

  async #catchUp(contentOf: (data: string) => ChainFile): Promise<void> {
    const { line, stores } = this.#options
    const known = this.#after === undefined ? this.#open() : undefined
    let after = this.#after ?? -1
    for (let isMore = true; isMore; ) {
      const calls = await stores.calls(line, { after, limit: pageSize })
      isMore = calls.length === pageSize
      for (const call of calls) {
        this.#file(call, contentOf(call.data), known)
        after = call.last
      }
    }
    // What was there already is trusted but for the newest file: the next call carries its hash.
    if (known !== undefined && this.#newest !== undefined && after >= 0) this.#verifyNewest()
    this.#after = after
  }

  /** Looks at the folder for the first time; answers the files that are there. */
  #open(): ReadonlySet<string> {
    const { folder } = this.#options
    return this.#guarded(() => {
      mkdirSync(folder, { recursive: true })
      const names = readdirSync(folder)
      for (const name of names) if (name.endsWith(`.json${unfinished}`)) rmSync(join(folder, name))
      const files = names.filter(isChainFileName).sort()
      this.#newest = this.#continued(files)
      return new Set(files)
    })
  }

  /**
   * The file that a chain which begins now goes on from: the newest in the folder, of a gateway before this one. A line that has
   * registered says itself by its first link which one it was, see `#file`.
   */
  #continued(files: readonly string[]): { name: string; hash: string } | undefined {
    const name = files.at(-1)
    return name === undefined ? undefined : { name, hash: this.#hashOf(name) }
  }

  #hashOf(name: string): string {
    return legacyHashText(readFileSync(join(this.#options.folder, name)))
  }

  #file(call: FiledCall, content: ChainFile, known: ReadonlySet<string> | undefined): void {
    this.#guarded(() => {
      if (call.isFirst) this.#newest = this.#before(content.previous)
      const text = encodeChainFile(content)
      const name = nextChainFileName(call.at, this.#newest?.name)
      if (known?.has(name) !== true) this.#write(name, text)
      this.#newest = { name, hash: legacyHashText(Buffer.from(text)) }
    })
  }

  /** The file that the line's first call went on from, by the hash that it carries. */
  #before(previous: string): { name: string; hash: string } | undefined {
    if (previous === firstPrevious) return undefined
    if (this.#newest?.hash === previous) return this.#newest
    const names = readdirSync(this.#options.folder).filter(isChainFileName)
    const name = names.find(one => this.#hashOf(one) === previous)
    return name === undefined ? undefined : { name, hash: previous }
  }

  #write(name: string, text: string): void {
    const path = join(this.#options.folder, name)
    if (existsSync(path) && readFileSync(path, 'utf8') !== text) throw this.#changed(name)
    faultPoint('storage/before-chain-file')
    replaceFile(path, text, { onWritten: () => faultPoint('storage/chain-file-unnamed') })
    faultPoint('storage/chain-file-kept')
  }

  #verifyNewest(): void {
    const newest = this.#newest
    if (newest === undefined || this.#guarded(() => this.#hashOf(newest.name)) === newest.hash) return
    throw this.#changed(newest.name)
  }

  #changed(name: string): EnergywebError {
    return new EnergywebError(
      'files-failed',
      `${this.#options.line}: ${name} in ${this.#options.folder} is not what was written`,
      {
        retryable: true,
        hint: 'Find out who changed it, and move it away: it is written again from the log.',
      },
    )
  }

  #guarded<Result>(deed: () => Result): Result {
    try {
      return deed()
    } catch (cause) {
      if (cause instanceof EnergywebError) throw cause
      throw new EnergywebError(
        'files-failed',
        `${this.#options.line}: its chain of files can't be kept: ${messageOf(cause)}`,
        { retryable: true, cause, hint: 'The line waits until it can; the log goes on. Look at the disk.' },
      )
    }
  }
}
