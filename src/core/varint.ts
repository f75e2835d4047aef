import { byteAt } from './bytes.ts'

/** Nine bytes hold 63 bits; a number here has 53 at most (multiformats allow nine bytes, too). */
const longest = 8

/**
 * An unsigned number as multiformats and protobuf write it (LEB128): seven bits a byte, the lowest first.
 * @param value - a safe integer, not below zero
 */
export function encodeVarint(value: number): Uint8Array<ArrayBuffer> {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.of(...bytes, rest)
}

/**
 * Reads such a number; undefined where the bytes end early, where it is not written in its shortest form, and where it is
 * beyond 2^53 - 1. The bytes are hostile input.
 */
export function decodeVarint(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let i = 0; i < longest && at + i < bytes.length; i++) {
    const byte = byteAt(bytes, at + i)
    value += (byte & 127) * 128 ** i
    if (byte >= 128) continue
    const isShortest = i === 0 || byte !== 0
    return isShortest && Number.isSafeInteger(value) ? { value, end: at + i + 1 } : undefined
  }
  return undefined
}
