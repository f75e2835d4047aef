import { ed25519 } from '@noble/curves/ed25519.js'
import { toBase64url } from '../../src/core/bytes.ts'
import type { Document } from '../../src/core/document.ts'
import { decodeEntry, type Entry, type EntryKind } from '../../src/core/entry.ts'
import type { Signer } from '../../src/core/signer.ts'
import { signCheckpoint } from '../../src/proof/checkpoint.ts'
import { type Hashes, nobleHashes } from '../../src/proof/hashes.ts'
import { merkleRoot } from '../../src/proof/merkle.ts'
import { consistencyPath, inclusionPath } from '../../src/proof/merkle-proof.ts'
import { formatVerifierKey, verifierKeyOf } from '../../src/proof/verifier-key.ts'
import { composeEntry, composerOf } from '../../src/storage/compose-entry.ts'

/** An entry of a log in memory with all that a log keeps of it. */
export interface MemoryEntry {
  readonly index: number
  readonly entry: Entry
  readonly document: Document
  readonly seed: Uint8Array
  readonly leaf: Uint8Array
}

export interface AppendOptions {
  readonly schema?: string
  readonly commitment?: 'fields' | 'document'
  readonly at?: number
}

/** A signer by a fixed secret, so that files come out the same every time. */
export function fixedSigner(secret: number): Signer {
  const key = new Uint8Array(32).fill(secret)
  return {
    algorithms: ['ed25519'],
    publicKey: () => ed25519.getPublicKey(key),
    sign: async data => ed25519.sign(data, key),
  }
}

/**
 * A whole log in memory: the tree, the entries of all streams, a key. It signs whatever it is told to append: the law of the
 * register is not its concern, so that logs can be made that lie.
 */
export class MemoryLog {
  readonly entries: MemoryEntry[] = []
  readonly origin: string
  readonly signer: Signer
  readonly #hashes: Hashes
  readonly #composer: ReturnType<typeof composerOf>
  readonly #last = new Map<string, MemoryEntry>()

  constructor({ origin = 'log.example.org/roof', secret = 7, hashes = nobleHashes } = {}) {
    this.origin = origin
    this.signer = fixedSigner(secret)
    this.#hashes = hashes
    this.#composer = composerOf(hashes)
  }

  /** The log's verifier key. */
  get key(): string {
    return formatVerifierKey(verifierKeyOf(this.origin, this.signer.publicKey('ed25519')))
  }

  /** The id of a stream that is known by a number. */
  stream(number: number): string {
    return toBase64url(new Uint8Array(16).fill(number))
  }

  append(number: number, kind: EntryKind, document: Document, options: AppendOptions = {}): MemoryEntry {
    const { schema, commitment = 'fields', at = Date.UTC(2024, 4, 1) + this.entries.length * 1_000 } = options
    const stream = this.stream(number)
    const before = this.#last.get(stream)
    const index = this.entries.length
    const seed = new Uint8Array(32).map((_, i) => (index * 31 + i * 7 + (index >> 8)) & 0xff)
    const sequence = before === undefined ? 0 : before.entry.sequence + 1
    const place = { stream, commitment, sequence, previous: before?.leaf, at, seed }
    const { text, leaf } = composeEntry({ kind, document, ...(schema && { schema }) }, place, this.#composer)
    const stored = { index, entry: decodeEntry(text), document, seed, leaf }
    this.entries.push(stored)
    this.#last.set(stream, stored)
    return stored
  }

  of(number: number): readonly MemoryEntry[] {
    return this.entries.filter(({ entry }) => entry.stream === this.stream(number))
  }

  root(size = this.entries.length): Uint8Array {
    return merkleRoot(
      this.entries.slice(0, size).map(({ leaf }) => leaf),
      this.#hashes,
    )
  }

  checkpoint(size = this.entries.length): Promise<string> {
    return signCheckpoint({ origin: this.origin, size, root: this.root(size), extensions: [] }, this.signer)
  }

  readonly #nodes = new Map<string, Uint8Array>()

  #node = (level: number, index: number): Uint8Array => {
    const key = `${level}/${index}`
    const known = this.#nodes.get(key)
    if (known !== undefined) return known
    const leaves = this.entries.slice(index * 2 ** level, (index + 1) * 2 ** level).map(({ leaf }) => leaf)
    const node = merkleRoot(leaves, this.#hashes)
    this.#nodes.set(key, node)
    return node
  }

  inclusion(index: number, size = this.entries.length): readonly Uint8Array[] {
    return inclusionPath({ index, size }, this.#node, this.#hashes)
  }

  consistency(from: number, to = this.entries.length): readonly Uint8Array[] {
    return consistencyPath({ from, to }, this.#node, this.#hashes)
  }
}
