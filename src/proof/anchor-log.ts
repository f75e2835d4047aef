import { toHex, utf8 } from '../core/bytes.ts'
import { type Hashes, nobleHashes } from './hashes.ts'

/**
 * By what a `CheckpointAnchor` contract tells the logs of one account: SHA-256 of the origin line of their checkpoints (UTF-8,
 * without its line end), 0x and 64 hex digits.
 * @example
 * anchorLogId('gateway.example.org/roof')
 */
export function anchorLogId(origin: string, hashes: Hashes = nobleHashes): string {
  return `0x${toHex(hashes.sha256(utf8(origin)))}`
}
