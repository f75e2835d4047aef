import { decodeBase58, encodeBase58 } from './base58.ts'
import { concatBytes } from './bytes.ts'
import { EnergywebError, isEnergywebError } from './errors.ts'

const digestLength = 32
/** Multihash head: sha2-256 (0x12), 32 bytes (0x20). */
const multihashHead = Uint8Array.of(0x12, 0x20)
const cidV0Length = multihashHead.length + digestLength

/**
 * CIDv0 text (`Qm…`, 46 characters) around a SHA-256 digest. The digest is that of a dag-pb block, not of a file's bytes.
 * @throws EnergywebError `cid-invalid` when the digest is not 32 bytes.
 */
export function formatCidV0(digest: Uint8Array): string {
  requireDigest(digest)
  return encodeBase58(concatBytes(multihashHead, digest))
}

/**
 * The SHA-256 digest in CIDv0 text, strictly: Base58 of 0x12 0x20 and 32 bytes, which is always 46 characters.
 * @throws EnergywebError `cid-invalid`; the hint tells what a look-alike is.
 */
export function parseCidV0(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decode(text)
  if (bytes.length === cidV0Length && bytes[0] === 0x12 && bytes[1] === 0x20) return bytes.slice(2)
  throw notCid(text)
}

const base32Alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
/** 'b' and the six base32 digits that hold the first 30 of the 32 bits of 01 55 12 20; the other two bits are zero. */
const rawHead = 'bafkrei'
const pairs = Array.from(
  { length: 1_024 },
  (_, bits) => base32Alphabet.charAt(bits >> 5) + base32Alphabet.charAt(bits & 31),
)

/**
 * CIDv1 text of one raw block (`bafkrei…`, 59 characters): `b` and lower-case base32 of 01 55 12 20 and the SHA-256 digest
 * of the bytes themselves.
 * @throws EnergywebError `cid-invalid` when the digest is not 32 bytes.
 */
export function formatRawCid(digest: Uint8Array): string {
  requireDigest(digest)
  let text = rawHead
  // Two bits stay over from the head; from here on ten bits make two digits. It runs for every reading, hence the table.
  let bits = 2
  let buffer = 0
  for (let i = 0; i < digestLength; i++) {
    buffer = (buffer << 8) | (digest[i] ?? 0)
    bits += 8
    if (bits >= 10) {
      bits -= 10
      text += pairs[(buffer >> bits) & 1_023]
      buffer &= (1 << bits) - 1
    }
  }
  return text + pairs[(buffer << (10 - bits)) & 1_023]
}

function requireDigest(digest: Uint8Array): void {
  if (digest.length !== digestLength) {
    throw new EnergywebError('cid-invalid', `a SHA-256 digest has 32 bytes, not ${digest.length}`)
  }
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  try {
    return decodeBase58(text)
  } catch (cause) {
    throw notCid(text, cause)
  }
}

function hintFor(text: string): string {
  if (isLegacyHash(text)) {
    return 'This is "Qm" and Base58 of a SHA-1, as old chains of files use it: it looks like a CID and is none.'
  }
  if (/^b[a-z2-7]{20,100}$/.test(text)) return 'This looks like a CIDv1; a CIDv0 begins with Qm.'
  return 'A CIDv0 is 46 characters of Base58 and begins with Qm.'
}

function isLegacyHash(text: string): boolean {
  if (!text.startsWith('Qm') || text.length > 30) return false
  try {
    return decodeBase58(text.slice(2)).length === 20
  } catch (error) {
    if (isEnergywebError(error, 'base58-invalid')) return false
    throw error
  }
}

function notCid(text: string, cause?: unknown): EnergywebError {
  const shown = JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text)
  return new EnergywebError('cid-invalid', `${shown} is not a CIDv0`, { hint: hintFor(text), cause })
}
