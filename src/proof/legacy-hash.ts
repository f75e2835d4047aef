import { sha1 } from '@noble/hashes/legacy.js'
import { encodeBase58 } from '../core/base58.ts'

/**
 * The hash text of Origin release A's files: `Qm` and Base58 of the SHA-1 of the bytes. It looks like a CID and is none. SHA-1 is
 * kept because auditors of release A expect it: who can choose a file's bytes can make two files of one hash.
 *
 * @example
 * legacyHashText(new TextEncoder().encode('{"value": 1}')) // 'Qm9B51BUFt5tubs5fQzi3hUb9uQpu'
 */
export function legacyHashText(bytes: Uint8Array): string {
  return `Qm${encodeBase58(sha1(bytes))}`
}
