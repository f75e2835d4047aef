import { randomFillSync } from 'node:crypto'
import { concatBytes } from '../core/bytes.ts'
import { sha256 } from './hashes.ts'

const length = 32
const pool = Buffer.alloc(length * 128)
let used = pool.length

/** 32 fresh random bytes; the operating system is asked for many at once. */
function fresh(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += length
  return Uint8Array.from(pool.subarray(used - length, used))
}

/** Answers 32 bytes a call: random ones, or those that follow from a given seed. */
export function seedSource(given: Uint8Array | undefined): () => Uint8Array {
  if (given === undefined) return fresh
  let count = 0
  return () => sha256(concatBytes(given, Uint8Array.of(count & 0xff, count++ >> 8)))
}
