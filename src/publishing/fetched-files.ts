import { EnergywebError, messageOf } from '../core/errors.ts'
import { encodeBundle, longestBundle, parseBundle } from '../proof/entry-bundle.ts'
import { ProofError } from '../proof/proof-failure.ts'
import { encodeTile, fullTileBytes, parseTile } from '../proof/tile-bytes.ts'
import { type Bundle, bundlePath, fullWidth, type Tile, tilePath } from '../proof/tiles.ts'
import { FollowFault } from './follow-fault.ts'
import type { LogFiles } from './log-files.ts'

/** A file that was fetched and taken apart; whether it holds what was signed is for others to say. */
export interface Fetched {
  /** Where it stands: the path of the width that was asked for. */
  readonly path: string
  readonly parts: readonly Uint8Array[]
  /** The file of exactly these parts. */
  readonly bytes: Uint8Array
}

interface Kind {
  readonly pathOf: (width: number) => string
  readonly parse: (bytes: Uint8Array, width: number) => readonly Uint8Array[]
  readonly encode: (parts: readonly Uint8Array[]) => Uint8Array
  readonly maxBytes: number
}

/** Fetches tiles and bundles, bounded in size. A partial one that has given way to the full one is the full one's beginning. */
export class FetchedFiles {
  readonly #files: LogFiles
  readonly #signal: AbortSignal

  constructor(files: LogFiles, signal: AbortSignal) {
    this.#files = files
    this.#signal = signal
  }

  get where(): string {
    return this.#files.where
  }

  /** @throws FollowFault `file-missing`, `file-malformed`; EnergywebError when nobody can be reached */
  tile(tile: Tile): Promise<Fetched> {
    const pathOf = (width: number) => tilePath({ ...tile, width })
    return this.#fetch(tile.width, { pathOf, parse: parseTile, encode: encodeTile, maxBytes: fullTileBytes })
  }

  /** @throws FollowFault `file-missing`, `file-malformed`; EnergywebError when nobody can be reached */
  bundle({ index, width }: Bundle): Promise<Fetched> {
    const pathOf = (wide: number) => bundlePath({ index, width: wide })
    return this.#fetch(width, { pathOf, parse: parseBundle, encode: encodeBundle, maxBytes: longestBundle })
  }

  async #fetch(width: number, { pathOf, parse, encode, maxBytes }: Kind): Promise<Fetched> {
    const path = pathOf(width)
    const bytes = await this.#read(path, maxBytes)
    if (bytes !== undefined) return { path, parts: this.#parse(path, () => parse(bytes, width)), bytes }
    const full = width === fullWidth ? undefined : await this.#read(pathOf(fullWidth), maxBytes)
    if (full === undefined)
      throw new FollowFault('file-missing', `${this.where} has no ${path}, which its checkpoint needs`, {
        place: { path },
      })
    const parts = this.#parse(pathOf(fullWidth), () => parse(full, fullWidth)).slice(0, width)
    return { path, parts, bytes: encode(parts) }
  }

  /** A file that is longer than any can be is a malformed one. */
  async #read(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      return await this.#files.read(path, { maxBytes, signal: this.#signal })
    } catch (error) {
      if (error instanceof EnergywebError && error.code === 'source-too-large') throw malformed(path, error)
      throw error
    }
  }

  #parse(path: string, parse: () => readonly Uint8Array[]): readonly Uint8Array[] {
    try {
      return parse()
    } catch (error) {
      if (error instanceof ProofError) throw malformed(path, error)
      throw error
    }
  }
}

function malformed(path: string, cause: Error): FollowFault {
  return new FollowFault('file-malformed', `${path}: ${messageOf(cause)}`, { place: { path }, cause })
}
