import { keccak_256 } from '@noble/hashes/sha3.js'
import { type Hashes, nobleHashes } from './hashes.ts'
import { openKeccak } from './keccak.ts'

let opened: Hashes | undefined

/** The fastest hash functions that run wherever JavaScript does. They are made ready at the first call. */
export function portableHashes(): Hashes {
  opened ??= { sha256: nobleHashes.sha256, keccak256: openKeccak() ?? keccak_256 }
  return opened
}
