import { createHash } from 'node:crypto'
import type { Cid } from '../../core/any-cid.ts'
import { rawCid } from '../../core/any-cid.ts'
import { concatBytes, toHex } from '../../core/bytes.ts'
import { carBlock, carHeader } from '../../proof/ipfs/car.ts'
import type { DagLink } from '../../proof/ipfs/dag-pb.ts'
import { type Block, UnixFsFile, unixFsProfiles } from '../../proof/ipfs/unixfs-file.ts'
import { unixFsFolder } from '../../proof/ipfs/unixfs-folder.ts'
import { type OutputFile, openOutputFile } from '../output-file.ts'

const hashes = { sha256: (bytes: Uint8Array) => Uint8Array.from(createHash('sha256').update(bytes).digest()) }
const { chunk } = unixFsProfiles['unixfs-v1-2025']

/** Readings that come in one answer of a source share its bytes, and lie beside each other. */
const remembered = 1_000
/** Blocks are small: they are written many at once. */
const longestBuffer = 1_048_576

/** What a folder says of a file or a folder in it, but its name. */
export type Link = Omit<DagLink, 'name'>

/**
 * Writes a CAR file while its content comes in. The root stands in its header and is known at the end: its place is kept free,
 * and filled before the file is put where it belongs.
 */
export class CarArchive {
  readonly #file: OutputFile
  readonly #recent = new Set<string>()
  #buffer: Uint8Array[] = []
  #buffered = 0
  #blocks = 0
  #bytes = 0

  private constructor(file: OutputFile) {
    this.#file = file
  }

  static async open(path: string): Promise<CarArchive> {
    const archive = new CarArchive(await openOutputFile(path))
    await archive.#write(carHeader(rawCid(new Uint8Array(32))))
    return archive
  }

  get blocks(): number {
    return this.#blocks
  }

  /** Length of the file so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** Adds a file (profile `unixfs-v1-2025`): up to 1 MiB it is one block, whose CID is that of its bytes. */
  async add(bytes: Uint8Array): Promise<Link> {
    if (bytes.length <= chunk) {
      const cid = rawCid(hashes.sha256(bytes))
      await this.#put({ cid, bytes })
      return { cid, size: bytes.length }
    }
    const blocks: Block[] = []
    const file = new UnixFsFile({ hashes, onBlock: block => blocks.push(block) })
    file.write(bytes)
    const { cid, total } = file.finish()
    for (const block of blocks) await this.#put(block)
    return { cid, size: total }
  }

  /** Adds a folder. @throws EnergywebError `argument-invalid` for one that is too large for a block */
  async addFolder(links: readonly DagLink[]): Promise<Link> {
    const { block, link } = unixFsFolder(links, { hashes })
    await this.#put(block)
    return link
  }

  /** Names the root and puts the file in its place. */
  async keep(root: Cid): Promise<void> {
    await this.#flush()
    await this.#file.writeAt(carHeader(root), 0)
    await this.#file.keep()
  }

  /** Takes back what was not kept. */
  drop(): Promise<void> {
    return this.#file.drop()
  }

  async #put(block: Block): Promise<void> {
    const key = toHex(block.cid.digest)
    if (this.#recent.has(key)) return
    this.#recent.add(key)
    for (const oldest of this.#recent) {
      if (this.#recent.size <= remembered) break
      this.#recent.delete(oldest)
    }
    this.#blocks += 1
    await this.#write(carBlock(block))
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#buffer.push(bytes)
    this.#buffered += bytes.length
    this.#bytes += bytes.length
    if (this.#buffered >= longestBuffer) await this.#flush()
  }

  async #flush(): Promise<void> {
    const bytes = concatBytes(...this.#buffer)
    this.#buffer = []
    this.#buffered = 0
    await this.#file.write(bytes)
  }
}
