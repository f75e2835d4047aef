import { concatBytes, toBase64url, utf8 } from '../../src/core/bytes.ts'
import { encodeEntry } from '../../src/core/entry.ts'
import { signCheckpoint } from '../../src/proof/checkpoint.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { appendLeaf, emptyFrontier, type Frontier, frontierRoot, leafHash } from '../../src/proof/merkle.ts'
import { type PublishableLog, publishLog } from '../../src/publishing/index.ts'
import { type LeafRow, sha256 } from '../../src/storage/index.ts'
import { origin, signer } from './support.ts'

const hashes = { ...nobleHashes, sha256 }
const streams = ['AAAAAAAAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBBBBBBBB']

/** Entries of two streams in turn, each hanging on the one before; `salt` makes others of them. */
export function chainedEntries(count: number, salt = 0): string[] {
  const ends = streams.map((): string | null => null)
  return Array.from({ length: count }, (_, i) => {
    const which = i % streams.length
    const sequence = Math.floor(i / streams.length)
    const text = encodeEntry({
      kind: sequence === 0 ? 'opening' : 'reading',
      stream: streams[which] ?? '',
      sequence,
      previous: ends[which] ?? null,
      at: 1_714_550_400_000 + i * 1_000 + salt,
      document: { hash: 'A'.repeat(43) },
      schema: sequence === 0 ? 'opening/1' : 'reading/1',
    })
    ends[which] = toBase64url(leafHash(text, hashes))
    return text
  })
}

/** A log of any texts, right or wrong: whoever holds its key can sign that. */
export class MadeLog implements PublishableLog {
  readonly #rows: LeafRow[] = []
  #frontier: Frontier = emptyFrontier
  #note: string | undefined

  constructor(texts: readonly string[]) {
    for (const [index, text] of texts.entries()) {
      const leaf = leafHash(utf8(text), hashes)
      const { frontier, completed } = appendLeaf(this.#frontier, leaf, hashes)
      this.#frontier = frontier
      this.#rows.push({ index, text, hashes: concatBytes(leaf, ...completed) })
    }
  }

  lastCheckpoint(): string | undefined {
    return this.#note
  }

  leaves({ from, limit }: { from: number; limit: number }): readonly LeafRow[] {
    return this.#rows.slice(from, from + limit)
  }

  node(level: number, index: number): Uint8Array {
    const row = this.#rows[(index + 1) * 2 ** level - 1]
    return row?.hashes.subarray(32 * level, 32 * level + 32) ?? new Uint8Array(0)
  }

  /** Signs all of it. */
  async sign(): Promise<string> {
    const { size } = this.#frontier
    const root = frontierRoot(this.#frontier, hashes)
    this.#note = await signCheckpoint({ origin, size, root, extensions: [] }, signer)
    return this.#note
  }
}

/** Signs and publishes these texts as a log; answers its checkpoint. */
export async function publishTexts(texts: readonly string[], folder: string): Promise<string> {
  const log = new MadeLog(texts)
  const note = await log.sign()
  await publishLog(log, folder)
  return note
}
