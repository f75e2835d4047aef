import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { type Cid, decodeCid, formatCid, sameCid } from '../../core/any-cid.ts'
import { equalBytes } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { decodeVarint } from '../../core/varint.ts'
import { CarReader } from '../../proof/ipfs/car.ts'

const sha256 = (bytes: Uint8Array) => Uint8Array.from(createHash('sha256').update(bytes).digest())

/** Bytes that are read at once; a block with its length and CID is not much longer than 2 MiB. */
const [piece, longestLength] = [1_048_576, 8]

export interface OpenCarOptions {
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * A CAR file whose every block was compared with its CID. Only the places of the blocks are held: their bytes are read, and
 * compared once more, when they are asked for.
 */
export class CarFile {
  readonly #path: string
  readonly #handle: FileHandle
  /** Where a block's part of the file begins, by codec and digest. */
  readonly #places = new Map<string, number>()
  #root: Cid | undefined

  private constructor(path: string, handle: FileHandle) {
    this.#path = path
    this.#handle = handle
  }

  /** @throws EnergywebError `argument-invalid` where there is no such file; `proof-invalid` for one that is not what it says */
  static async open(path: string, options: OpenCarOptions): Promise<CarFile> {
    const handle = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause
      throw new EnergywebError('argument-invalid', `there is no file ${path}`, { cause })
    })
    const file = new CarFile(path, handle)
    try {
      await file.#read(options)
      return file
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  get blocks(): number {
    return this.#places.size
  }

  get root(): Cid {
    if (this.#root === undefined) throw new EnergywebError('internal', 'the file was not read')
    return this.#root
  }

  has(cid: Cid): boolean {
    return this.#places.has(keyOf(cid))
  }

  /** The bytes of a block. @throws EnergywebError `proof-invalid` where the file has none of this CID */
  async block(cid: Cid): Promise<Uint8Array> {
    const place = this.#places.get(keyOf(cid))
    if (place === undefined) {
      throw new EnergywebError('proof-invalid', `${this.#path} has no block ${formatCid(cid)}`, {
        hint: 'It is a part of a larger archive, or was cut off.',
      })
    }
    const length = decodeVarint(await this.#bytes(place, longestLength), 0)
    const section = await this.#bytes(place + (length?.end ?? 0), length?.value ?? 0)
    const { cid: found, end } = decodeCid(section)
    const bytes = section.subarray(end)
    // Whoever owns the file may have changed it since it was looked at.
    if (sameCid(found, cid) && equalBytes(sha256(bytes), cid.digest)) return bytes
    throw new EnergywebError('proof-invalid', `${this.#path} was changed while it was read`)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  async #read({ signal, onProgress }: OpenCarOptions): Promise<void> {
    const reader = new CarReader({ sha256 })
    const { size } = await this.#handle.stat()
    for (let at = 0; ; ) {
      const bytes = await this.#bytes(at, piece)
      if (bytes.length === 0) break
      for (const block of reader.take(bytes)) this.#places.set(keyOf(block.cid), block.at)
      at += bytes.length
      signal.throwIfAborted()
      onProgress?.(at, size)
    }
    this.#root = reader.finish()
  }

  async #bytes(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    let read = 0
    while (read < length) {
      const { bytesRead } = await this.#handle.read(bytes, read, length - read, position + read)
      if (bytesRead === 0) break
      read += bytesRead
    }
    return bytes.subarray(0, read)
  }
}

/** One byte a letter: there may be millions of them. */
function keyOf({ codec, digest }: Cid): string {
  return `${codec === 'raw' ? 'r' : 'd'}${Buffer.from(digest).toString('latin1')}`
}
