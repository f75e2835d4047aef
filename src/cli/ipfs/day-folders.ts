import { formatInstant, type Instant } from '../../core/time.ts'
import type { DagLink } from '../../proof/ipfs/dag-pb.ts'
import type { CarArchive, Link } from './car-archive.ts'

/** A folder is one block, of 2 MiB at most: a day with more files has a folder for each hour. */
const mostFiles = 10_000

interface Placed {
  readonly hour: string
  readonly link: DagLink
}

/**
 * Puts the files of a stream into folders of the days (UTC) on which their entries were appended. One day at a time is held.
 * Where a clock was put back the day stays that of the newest entry before, so that each has one folder.
 */
export class DayFolders {
  readonly #archive: CarArchive
  readonly #days: DagLink[] = []
  #newest: Instant | undefined
  #day: { readonly name: string; readonly files: Placed[] } | undefined

  constructor(archive: CarArchive) {
    this.#archive = archive
  }

  async add(at: Instant, links: readonly DagLink[]): Promise<void> {
    this.#newest = Math.max(this.#newest ?? at, at)
    const [name = '', time = ''] = formatInstant(this.#newest).split('T')
    if (this.#day?.name !== name) {
      await this.#endDay()
      this.#day = { name, files: [] }
    }
    for (const link of links) this.#day.files.push({ hour: time.slice(0, 2), link })
  }

  /** The folders of all days. */
  async finish(): Promise<readonly DagLink[]> {
    await this.#endDay()
    return this.#days
  }

  async #endDay(): Promise<void> {
    if (this.#day === undefined || this.#day.files.length === 0) return
    const { name, files } = this.#day
    this.#days.push({ name, ...(await this.#folderOf(files)) })
  }

  async #folderOf(files: readonly Placed[]): Promise<Link> {
    if (files.length <= mostFiles) return this.#archive.addFolder(files.map(({ link }) => link))
    const hours: DagLink[] = []
    for (const [name, some] of Map.groupBy(files, ({ hour }) => hour)) {
      hours.push({ name, ...(await this.#archive.addFolder(some.map(({ link }) => link))) })
    }
    return this.#archive.addFolder(hours)
  }
}
