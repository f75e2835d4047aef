import { hash } from 'node:crypto'
import type { Hashes } from '../proof/hashes.ts'
import { portableHashes } from '../proof/portable-hashes.ts'

/** SHA-256 by OpenSSL. The way over latin1 text takes less than half the time of a Buffer result for short messages. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')
}

/** The store's hash functions: OpenSSL and WebAssembly, several times as fast as plain JavaScript. */
export async function openHashes(): Promise<Hashes> {
  return { sha256, keccak256: portableHashes().keccak256 }
}
