import { hash } from 'node:crypto'
import { Finding } from './check-result.ts'

/** Longest entry text in bytes that is hashed without asking for memory; others are refused before. */
const scratch = Buffer.alloc(1 + 4 * 65_536)
const pair = Buffer.alloc(65)
pair[0] = 1

/*
 * Hashes are latin1 text here, one character a byte: hashing a million entries spends most of its time in making and
 * comparing buffers otherwise.
 */

function hashText(text: string): string {
  scratch[0] = 0
  const length = scratch.write(text, 1, 'utf8')
  return hash('sha256', scratch.subarray(0, length + 1), 'binary')
}

function hashPair(left: string, right: string): string {
  pair.write(left, 1, 'latin1')
  pair.write(right, 33, 'latin1')
  return hash('sha256', pair, 'binary')
}

/** Builds the tree anew from the entries' texts and compares it, node by node, with what is kept. */
export class TreeCheck {
  /** Roots of the complete subtrees, largest first. */
  readonly #roots: string[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /**
   * Takes the next entry; answers its leaf hash.
   * @throws Finding `leaf-hash`, `tree-hash`
   */
  add(text: string, stored: Uint8Array): string {
    const index = this.#size
    if (text.length > 65_536) throw new Finding('leaf-hash', `entry ${index} is too long`, { index })
    const kept = Buffer.from(stored.buffer, stored.byteOffset, stored.length)
    const leaf = hashText(text)
    if (kept.toString('latin1', 0, 32) !== leaf) {
      throw new Finding('leaf-hash', `entry ${index} does not have the hash that is kept with it`, { index })
    }
    let root = leaf
    let end = 32
    for (let rest = index; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      root = hashPair(this.#roots.pop() ?? '', root)
      if (kept.toString('latin1', end, end + 32) !== root) throw this.#wrongTree(index)
      end += 32
    }
    if (end !== kept.length) throw this.#wrongTree(index)
    this.#roots.push(root)
    this.#size += 1
    return leaf
  }

  #wrongTree(index: number): Finding {
    const detail = `the tree up to entry ${index} is not the one that was kept: this entry or one before it was exchanged`
    return new Finding('tree-hash', detail, { index })
  }

  /** Root of the tree so far. */
  root(): Uint8Array {
    let root = this.#roots.at(-1)
    if (root === undefined) return Buffer.from(hash('sha256', '', 'binary'), 'latin1')
    for (const left of this.#roots.slice(0, -1).reverse()) root = hashPair(left, root)
    return Buffer.from(root, 'latin1')
  }
}
