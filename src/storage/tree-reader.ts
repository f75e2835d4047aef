import { EnergywebError } from '../core/errors.ts'
import { type Hashes, nobleHashes } from '../proof/hashes.ts'
import { frontierRoot } from '../proof/merkle.ts'
import { consistencyPath, frontierOf, inclusionPath, type NodeLookup } from '../proof/merkle-proof.ts'
import { blob, integer } from './columns.ts'
import { sha256 } from './hashes.ts'
import type { Sql } from './sql.ts'
import { hashIn } from './tree.ts'

/** Trees are hashed by OpenSSL; nothing that is read here needs the other hash. */
const treeHashes: Hashes = { ...nobleHashes, sha256 }

const nothing = new Uint8Array(32)
const noHashes: Hashes = { sha256: () => nothing, keccak256: () => nothing }

const rowsOf = 'SELECT id, hashes FROM entries WHERE id IN (SELECT value FROM json_each(?))'

/** Nodes of this level and above are remembered: one for 128 entries, and as many again for all the levels over it. */
const rememberedLevel = 7
const mostRemembered = 20_000

/**
 * Roots and paths of a log's tree and of all the smaller ones that it has been. What a path needs is read in one statement;
 * nodes never change, so that upper ones, which most paths share, are read once.
 */
export class TreeReader {
  readonly #sql: Sql
  readonly #remembered = new Map<number, Uint8Array>()
  /** Entries that the log had when it was last asked. It has never fewer. */
  #known = 0

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** @throws EnergywebError `argument-invalid` for a node that is not complete yet */
  node(level: number, index: number): Uint8Array {
    const size = this.#size()
    const whole = Number.isSafeInteger(level) && Number.isSafeInteger(index) && level >= 0 && index >= 0
    if (!whole || (index + 1) * 2 ** level > size) {
      const what = `a log of ${size} entries has no complete subtree ${index} of level ${level}`
      throw new EnergywebError('argument-invalid', what)
    }
    return this.#answer(node => node(level, index))
  }

  /** @throws EnergywebError `argument-invalid` */
  rootAt(size: number): Uint8Array {
    this.#requireSize(size)
    return this.#answer((node, hashes) => frontierRoot(frontierOf(size, node), hashes))
  }

  /** @throws EnergywebError `argument-invalid` */
  inclusion(index: number, size: number): readonly Uint8Array[] {
    this.#requireSize(size)
    return this.#answer((node, hashes) => inclusionPath({ index, size }, node, hashes))
  }

  /** @throws EnergywebError `argument-invalid` */
  consistency(from: number, to: number): readonly Uint8Array[] {
    this.#requireSize(to)
    return this.#answer((node, hashes) => consistencyPath({ from, to }, node, hashes))
  }

  /** Asks a question twice: first for the nodes that it needs, then, with all of them read, for its answer. */
  #answer<Answer>(question: (node: NodeLookup, hashes: Hashes) => Answer): Answer {
    if (this.#remembered.size >= mostRemembered) this.#remembered.clear()
    const rows = new Set<number>()
    question((level, index) => {
      if (!this.#remembered.has(keyOf(level, index))) rows.add((index + 1) * 2 ** level - 1)
      return nothing
    }, noHashes)
    const read = this.#read(rows)
    return question(
      (level, index) => this.#remembered.get(keyOf(level, index)) ?? this.#take(read, { level, index }),
      treeHashes,
    )
  }

  #read(rows: ReadonlySet<number>): ReadonlyMap<number, Uint8Array> {
    if (rows.size === 0) return new Map()
    const found = this.#sql.all(rowsOf, JSON.stringify([...rows]))
    return new Map(found.map(({ id, hashes }) => [integer(id), blob(hashes)]))
  }

  #take(
    read: ReadonlyMap<number, Uint8Array>,
    { level, index }: { readonly level: number; readonly index: number },
  ): Uint8Array {
    const row = (index + 1) * 2 ** level - 1
    const hash = hashIn(read.get(row), { level, row })
    if (level >= rememberedLevel) this.#remembered.set(keyOf(level, index), hash.slice())
    return hash
  }

  /** Nothing is ever taken from a log, so that its trees of every smaller size are there too. */
  #requireSize(size: number): void {
    const isSize = Number.isSafeInteger(size) && size >= 0
    if (isSize && (size <= this.#known || size <= this.#size())) return
    throw new EnergywebError('argument-invalid', `the log has ${this.#size()} entries and no tree of ${size}`)
  }

  #size(): number {
    this.#known = integer(this.#sql.get('SELECT size FROM head WHERE id = 0')?.size)
    return this.#known
  }
}

/** There are fewer than 64 levels, and fewer than 2^46 nodes of those that are remembered. */
function keyOf(level: number, index: number): number {
  return index * 64 + level
}
