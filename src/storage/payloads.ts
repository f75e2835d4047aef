import { toBase64url } from '../core/bytes.ts'
import { formatRawCid } from '../core/cid.ts'
import { EnergywebError } from '../core/errors.ts'
import type { RawPayload } from '../core/reading.ts'
import type { Hashes } from '../proof/hashes.ts'

/** Longest raw payload in bytes. A source reads far less. */
const longestPayload = 16 * 1024 * 1024

export interface HashedPayload {
  readonly payload: RawPayload
  readonly hash: Uint8Array
  /** The hash as documents carry it, base64url. */
  readonly name: string
  readonly cid: string
}

/**
 * Answers a function that hashes raw bytes, each object once: the readings of one answer share theirs.
 * The function throws EnergywebError `entry-too-large`.
 */
export function payloadHasher(hashes: Hashes): (payload: RawPayload) => HashedPayload {
  const known = new Map<RawPayload, HashedPayload>()
  return payload => {
    const before = known.get(payload)
    if (before !== undefined) return before
    if (payload.bytes.length > longestPayload) {
      throw new EnergywebError('entry-too-large', `raw bytes of ${payload.bytes.length} bytes are too many`)
    }
    const hash = hashes.sha256(payload.bytes)
    const hashed = { payload, hash, name: toBase64url(hash), cid: formatRawCid(hash) }
    known.set(payload, hashed)
    return hashed
  }
}
