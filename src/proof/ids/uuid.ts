import { sha1 } from '@noble/hashes/legacy.js'
import { byteAt, concatBytes, fromHex, toHex, utf8 } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { type Hashes, nobleHashes } from '../hashes.ts'

/** The namespace of addresses, RFC 9562 section 6.6. */
export const urlNamespace = '6ba7b811-9dad-11d1-80b4-00c04fd430c8'

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * UUID version 5 (RFC 9562 section 5.5): SHA-1 of a namespace and a name. The same name has the same UUID for ever and everywhere.
 * @throws EnergywebError `argument-invalid` for a namespace that is no UUID
 *
 * @example
 * uuidV5('https://example.org', urlNamespace)
 */
export function uuidV5(name: string, namespace: string): string {
  return uuidOf(sha1(concatBytes(uuidBytes(namespace), utf8(name))), 5)
}

/**
 * UUID version 8 (RFC 9562 section 5.8) of a SHA-256: its first 16 bytes, in which six bits say version and variant. 122 bits
 * of the hash stay, so that a contract can compare it with the hash that it holds.
 * @throws EnergywebError `argument-invalid` unless the digest has 32 bytes
 */
export function uuidV8(digest: Uint8Array): string {
  if (digest.length === 32) return uuidOf(digest, 8)
  throw new EnergywebError('argument-invalid', `a SHA-256 digest has 32 bytes, not ${digest.length}`)
}

/**
 * UUID version 8 of a name, as RFC 9562 appendix B.2 makes it: that of the SHA-256 of a namespace and a name.
 * @throws EnergywebError `argument-invalid` for a namespace that is no UUID
 */
export function uuidV8OfName(
  name: string,
  namespace: string,
  { sha256 }: Pick<Hashes, 'sha256'> = nobleHashes,
): string {
  return uuidV8(sha256(concatBytes(uuidBytes(namespace), utf8(name))))
}

function uuidOf(digest: Uint8Array, version: 5 | 8): string {
  const bytes = Uint8Array.from(digest.subarray(0, 16))
  bytes[6] = (byteAt(bytes, 6) & 0x0f) | (version << 4)
  bytes[8] = (byteAt(bytes, 8) & 0x3f) | 0x80
  const hex = toHex(bytes)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/**
 * The 16 bytes of a UUID, as a `bytes16` of a contract takes them (`0x` and {@link toHex} of them). The text is hostile input.
 * @throws EnergywebError `argument-invalid` for what is no UUID of RFC 9562 in lower-case text
 */
export function uuidBytes(uuid: string): Uint8Array<ArrayBuffer> {
  if (pattern.test(uuid)) return fromHex(uuid.replaceAll('-', ''))
  const shown = JSON.stringify(uuid.length > 64 ? `${uuid.slice(0, 64)}…` : uuid)
  throw new EnergywebError('argument-invalid', `${shown} is no UUID`, {
    hint: 'Write it like 6ba7b811-9dad-51d1-80b4-00c04fd430c8, in lower case.',
  })
}

/** Version of a UUID, 1 to 8. @throws EnergywebError `argument-invalid` for what is none */
export function uuidVersion(uuid: string): number {
  return (byteAt(uuidBytes(uuid), 6) & 0xf0) >> 4
}
