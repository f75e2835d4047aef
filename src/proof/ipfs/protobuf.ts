import { concatBytes } from '../../core/bytes.ts'
import { decodeVarint, encodeVarint } from '../../core/varint.ts'

/*
 * The little of protobuf that dag-pb and UnixFS need: numbers (wire type 0) and bytes (wire type 2).
 */

/** A field of a message: a number, or bytes, which are part of those that were read. */
export interface ProtobufField {
  readonly field: number
  readonly value: number | Uint8Array
}

/** A field that holds bytes, with its tag and length. */
export function bytesField(field: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(Uint8Array.of((field << 3) | 2), encodeVarint(bytes.length), bytes)
}

/** A field that holds a number, with its tag. */
export function numberField(field: number, value: number): Uint8Array<ArrayBuffer> {
  return concatBytes(Uint8Array.of(field << 3), encodeVarint(value))
}

/** The fields of a message in their order; undefined for what is none. The bytes are hostile input. */
export function readFields(bytes: Uint8Array): readonly ProtobufField[] | undefined {
  const fields: ProtobufField[] = []
  let at = 0
  while (at < bytes.length) {
    const tag = decodeVarint(bytes, at)
    const given = tag && decodeVarint(bytes, tag.end)
    if (tag === undefined || given === undefined) return undefined
    const field = Math.floor(tag.value / 8)
    const end = given.end + given.value
    if (tag.value % 8 === 0) {
      fields.push({ field, value: given.value })
      at = given.end
    } else if (tag.value % 8 === 2 && end <= bytes.length) {
      fields.push({ field, value: bytes.subarray(given.end, end) })
      at = end
    } else return undefined
  }
  return fields
}
