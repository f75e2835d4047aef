import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'

/*
 * Proof: the laws by which anybody checks the log - Merkle tree, salted field tree, signed checkpoint. Everything here is
 * pure and runs in a browser: it imports core and @noble only. Hash functions come in as an argument, because the store has
 * faster ones than a browser; parsers are written by hand, because what they read is hostile.
 */

/** The two hash functions of every proof. They must not keep what they are given: the bytes are written over for the next. */
export interface Hashes {
  sha256(bytes: Uint8Array): Uint8Array
  keccak256(bytes: Uint8Array): Uint8Array
}

/** Hash functions that run everywhere. */
export const nobleHashes: Hashes = { sha256, keccak256: keccak_256 }
