import { type Cid, decodeCid, encodeCid, formatCid } from '../../core/any-cid.ts'
import { concatBytes, equalBytes, utf8 } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { decodeVarint, encodeVarint } from '../../core/varint.ts'
import type { Hashes } from '../hashes.ts'
import type { Block } from './unixfs-file.ts'
import { longestBlock } from './unixfs-folder.ts'

/*
 * CAR version 1 (IPLD specification "CARv1"): a header that names the roots, then blocks, each with its length and its CID.
 */

/** Text strings of DAG-CBOR begin with 0x60 + length, arrays with 0x80 + length, maps with 0xa0 + length. */
const text = (word: string) => concatBytes(Uint8Array.of(0x60 + word.length), utf8(word))
const [mapOfTwo, listOfOne] = [0xa2, 0x81]
/** Tag 42, a link; then bytes (0x58: the length is one byte) that begin with 0, which says that they are no text. */
const linkHead = Uint8Array.of(0xd8, 0x2a, 0x58)

/** The header of a CAR file with one root, with its length before it. */
export function carHeader(root: Cid): Uint8Array<ArrayBuffer> {
  const header = bareHeader(root)
  return concatBytes(encodeVarint(header.length), header)
}

function bareHeader(root: Cid): Uint8Array<ArrayBuffer> {
  const cid = concatBytes(Uint8Array.of(0), encodeCid(root))
  return concatBytes(
    Uint8Array.of(mapOfTwo),
    text('roots'),
    Uint8Array.of(listOfOne),
    linkHead,
    Uint8Array.of(cid.length),
    cid,
    text('version'),
    Uint8Array.of(1),
  )
}

/** A block as it stands in a CAR file. */
export function carBlock({ cid, bytes }: Block): Uint8Array<ArrayBuffer> {
  const head = encodeCid(cid)
  return concatBytes(encodeVarint(head.length + bytes.length), head, bytes)
}

/** A block and where its part of the file begins: the length before it. */
export interface PlacedBlock extends Block {
  readonly at: number
}

/** A varint of a length takes no more bytes; a longer one would be no length of a block that is taken. */
const longestLength = 5

/**
 * Reads a CAR file with one root while it comes in: each block's bytes are hashed and compared with its CID before it is handed
 * over. The file is hostile input: no piece of it is believed to be longer than a block may be.
 */
export class CarReader {
  readonly #sha256: Hashes['sha256']
  #buffer: Uint8Array = new Uint8Array(0)
  #root: Cid | undefined
  #offset = 0

  constructor({ sha256 }: Pick<Hashes, 'sha256'>) {
    this.#sha256 = sha256
  }

  /** @throws EnergywebError `proof-invalid` until the header was read */
  get root(): Cid {
    if (this.#root === undefined) throw notCar('it ends before its root', this.#offset)
    return this.#root
  }

  /**
   * Takes the next bytes of the file; answers the blocks that are whole now, which are copies.
   * @throws EnergywebError `proof-invalid` for what is no such file, with the place, and for a block that is not what its CID says
   */
  take(bytes: Uint8Array): PlacedBlock[] {
    this.#buffer = this.#buffer.length === 0 ? bytes : concatBytes(this.#buffer, bytes)
    const blocks: PlacedBlock[] = []
    let at = 0
    for (let section = this.#section(at); section !== undefined; section = this.#section(at)) {
      if (this.#root === undefined) this.#root = readHeader(section.bytes, this.#offset)
      else blocks.push({ ...this.#block(section.bytes), at: this.#offset })
      this.#offset += section.end - at
      at = section.end
    }
    this.#buffer = this.#buffer.slice(at)
    return blocks
  }

  /** @throws EnergywebError `proof-invalid` when the file ends within a block, or before its root */
  finish(): Cid {
    if (this.#buffer.length > 0) throw notCar('it ends within a block', this.#offset)
    return this.root
  }

  #section(at: number): { readonly bytes: Uint8Array; readonly end: number } | undefined {
    const length = decodeVarint(this.#buffer, at)
    if (length === undefined) {
      if (this.#buffer.length - at >= longestLength) throw notCar('a length can’t be read', this.#offset)
      return undefined
    }
    // A CID is no longer than 100 bytes.
    if (length.value === 0 || length.value > longestBlock + 100) {
      throw notCar(`a block of ${length.value} bytes`, this.#offset)
    }
    const end = length.end + length.value
    return end > this.#buffer.length ? undefined : { bytes: this.#buffer.subarray(length.end, end), end }
  }

  #block(section: Uint8Array): Block {
    const { cid, end } = decodeCid(section)
    const bytes = section.slice(end)
    if (!equalBytes(this.#sha256(bytes), cid.digest)) {
      throw new EnergywebError(
        'proof-invalid',
        `the block ${formatCid(cid)} has other bytes than its CID says`,
        {
          hint: `It stands at byte ${this.#offset} of the CAR file. Whoever wrote that file, or sent it, changed it.`,
        },
      )
    }
    return { cid, bytes }
  }
}

/** A header as we write it, and as others do that have one root: it must be the same to the byte. */
function readHeader(section: Uint8Array, offset: number): Cid {
  // Map of two, "roots" (6 bytes), list of one, link head (3), length, 0, and then the CID.
  const place = 1 + 6 + 1 + linkHead.length + 2
  const { cid } = decodeCid(section, place)
  if (!equalBytes(bareHeader(cid), section)) throw notCar('its header has not one root', offset)
  return cid
}

function notCar(why: string, offset: number): EnergywebError {
  return new EnergywebError(
    'proof-invalid',
    `not a CAR file of version 1 that is understood: ${why} (byte ${offset})`,
    {
      hint: 'Taken are CAR files of version 1 with one root and SHA-256 blocks of raw and dag-pb, of 2 MiB at most.',
    },
  )
}
