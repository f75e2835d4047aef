import { utf8 } from './bytes.ts'

/*
 * Protocol Buffers, written by hand for the few messages that are sent: https://protobuf.dev/programming-guides/encoding/.
 * A field is a tag (number and wire type) and a value; a message is its fields one after the other.
 */

/** A piece of an encoded message. */
export type ProtoField = Uint8Array

const wireVarint = 0
const wireFixed64 = 1
const wireBytes = 2

/** Tags and lengths are nearly always below 128: each stands here once, and is only ever copied from. */
const oneByte: readonly Uint8Array[] = Array.from({ length: 0x80 }, (_, value) => Uint8Array.of(value))

/** An unsigned integer of up to 64 bits, seven bits a byte, the lowest first. */
export function protoVarint(value: number | bigint): Uint8Array {
  // Nearly all that there are: a bigint for each would cost more than all the rest.
  if (typeof value === 'number' && value >= 0 && value < 0x4000 && Number.isInteger(value)) {
    return oneByte[value] ?? Uint8Array.of((value & 0x7f) | 0x80, value >> 7)
  }
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

function tag(field: number, wire: number): Uint8Array {
  return protoVarint(field * 8 + wire)
}

/** An int64, uint64, bool or enum; negative numbers take ten bytes, as the format has it. */
export function protoInteger(field: number, value: number | bigint): ProtoField {
  return joinProto([tag(field, wireVarint), protoVarint(value)])
}

/** A fixed64, as times in nanoseconds are. */
export function protoFixed64(field: number, value: bigint): ProtoField {
  const [bytes, at] = fixed64(field)
  new DataView(bytes.buffer).setBigUint64(at, BigInt.asUintN(64, value), true)
  return bytes
}

export function protoDouble(field: number, value: number): ProtoField {
  const [bytes, at] = fixed64(field)
  new DataView(bytes.buffer).setFloat64(at, value, true)
  return bytes
}

/** A field of eight bytes that are yet to be written, and where they stand. */
function fixed64(field: number): readonly [bytes: Uint8Array<ArrayBuffer>, at: number] {
  const head = tag(field, wireFixed64)
  const bytes = new Uint8Array(head.length + 8)
  bytes.set(head)
  return [bytes, head.length]
}

export function protoBytes(field: number, value: Uint8Array): ProtoField {
  return joinProto([tag(field, wireBytes), protoVarint(value.length), value])
}

/** Half of a surrogate pair becomes U+FFFD: receivers refuse what is not UTF-8. */
export function protoText(field: number, value: string): ProtoField {
  return protoBytes(field, utf8(value))
}

/** A message within a message. */
export function protoMessage(field: number, fields: readonly ProtoField[]): ProtoField {
  const length = lengthOf(fields)
  return joinProto([tag(field, wireBytes), protoVarint(length), ...fields])
}

const shortField = 16

/** The fields one after the other: a message of the outermost kind. */
export function joinProto(fields: readonly ProtoField[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(lengthOf(fields))
  let at = 0
  for (const field of fields) {
    const { length } = field
    // For a few bytes the call costs more than they do.
    if (length > shortField) joined.set(field, at)
    else for (let i = 0; i < length; i++) joined[at + i] = field[i] ?? 0
    at += length
  }
  return joined
}

function lengthOf(fields: readonly ProtoField[]): number {
  let sum = 0
  for (const { length } of fields) sum += length
  return sum
}
