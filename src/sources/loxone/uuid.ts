import { byteAt, toHex } from '../../core/bytes.ts'

/** Loxone's own form: 8, 4, 4 and 16 hexadecimal digits, not that of RFC 9562. */
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{16}$/i

/** The text of a binary UUID: a 32-bit and two 16-bit numbers in little-endian order, then eight bytes as they are. */
export function uuidOf(bytes: Uint8Array): string {
  const at = (...places: number[]) => toHex(Uint8Array.from(places, place => byteAt(bytes, place)))
  return [at(3, 2, 1, 0), at(5, 4), at(7, 6), toHex(bytes.subarray(8, 16))].join('-')
}
