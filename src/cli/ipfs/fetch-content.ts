import { createHash } from 'node:crypto'
import { type Cid, formatCid } from '../../core/any-cid.ts'
import { concatBytes, equalBytes } from '../../core/bytes.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { isUnixFsFolder, readUnixFsFile } from '../../proof/ipfs/read-unixfs.ts'
import type { ContentSource } from './content-source.ts'

/**
 * How content stands at a source: `good`: its bytes are those of the CID; `missing`: it has none of it, or not all; `wrong`: it
 * gave other bytes; `refused`: it answered, but with no content; `unreachable`: it did not answer.
 */
export type ContentState = 'good' | 'missing' | 'wrong' | 'refused' | 'unreachable'

/** What came of a fetch. */
export interface Fetched {
  readonly state: ContentState
  /** Why, in words; undefined where it is good. */
  readonly why: string | undefined
  /** Bytes of the content. */
  readonly size: number
  /** The first MiB of it, which is all of a record. */
  readonly head: Uint8Array
  /** SHA-256 of all that came. */
  readonly digest: Uint8Array
}

export interface FetchOptions {
  readonly maxBytes: number
  /** Takes the bytes as they come, each block after it was compared. */
  readonly write?: ((bytes: Uint8Array) => Promise<void>) | undefined
}

const longestHead = 1_048_576

/** Thrown and caught in this file: a block that its source has not. */
class Missing extends EnergywebError {}

/**
 * Fetches content block by block, and believes nothing: each block is compared with its CID, and a file with what it says of itself.
 * @throws EnergywebError `aborted`; what `write` throws
 */
export async function fetchContent(
  source: ContentSource,
  cid: Cid,
  { maxBytes, write }: FetchOptions,
): Promise<Fetched> {
  const head: Uint8Array[] = []
  const hash = createHash('sha256')
  let size = 0
  const ended = (state: ContentState, why?: string) => ({
    ...{ state, why, size, head: concatBytes(...head) },
    digest: Uint8Array.from(hash.digest()),
  })
  try {
    for await (const part of partsOf(source, cid, maxBytes)) {
      if (size + part.length <= longestHead) head.push(part)
      size += part.length
      hash.update(part)
      await write?.(part)
    }
    return ended('good')
  } catch (error) {
    const state = stateOf(error)
    if (state === undefined || !isEnergywebError(error)) throw error
    return ended(state, error.message)
  }
}

async function* partsOf(source: ContentSource, cid: Cid, maxBytes: number): AsyncGenerator<Uint8Array> {
  const root = await checkedBlock(source, cid)
  if (cid.codec === 'dag-pb' && isUnixFsFolder(root)) {
    throw new EnergywebError('proof-invalid', `${formatCid(cid)} is a folder: name one of its files`)
  }
  const blockOf = (one: Cid) => (one === cid ? root : checkedBlock(source, one))
  yield* readUnixFsFile(cid, blockOf, { maxBytes })
}

async function checkedBlock(source: ContentSource, cid: Cid): Promise<Uint8Array> {
  const bytes = await source.block(cid)
  if (bytes === undefined) throw new Missing('network-refused', `there is no block ${formatCid(cid)}`)
  if (equalBytes(createHash('sha256').update(bytes).digest(), cid.digest)) return bytes
  throw new EnergywebError(
    'proof-invalid',
    `${bytes.length} other bytes were given for the block ${formatCid(cid)}`,
  )
}

function stateOf(error: unknown): ContentState | undefined {
  if (error instanceof Missing) return 'missing'
  if (isEnergywebError(error, 'proof-invalid')) return 'wrong'
  if (isEnergywebError(error, 'network-refused') || isEnergywebError(error, 'tls-refused')) return 'refused'
  return isEnergywebError(error, 'network-unreachable') ? 'unreachable' : undefined
}
