import { concatBytes, fromHex } from '../../core/bytes.ts'

/** What RLP knows: bytes, and lists of items. */
export type RlpItem = Uint8Array | readonly RlpItem[]

/** An integer as RLP wants it: big-endian without leading zeros; zero is empty. */
export function rlpInteger(value: bigint): Uint8Array<ArrayBuffer> {
  if (value === 0n) return new Uint8Array()
  const digits = value.toString(16)
  return fromHex(digits.length % 2 === 0 ? digits : `0${digits}`)
}

/** Recursive length prefix encoding (Ethereum yellow paper, appendix B). */
export function encodeRlp(item: RlpItem): Uint8Array<ArrayBuffer> {
  if (item instanceof Uint8Array) {
    const [first = 0x80] = item
    return item.length === 1 && first < 0x80
      ? concatBytes(item)
      : concatBytes(prefix(0x80, item.length), item)
  }
  const items = concatBytes(...item.map(encodeRlp))
  return concatBytes(prefix(0xc0, items.length), items)
}

function prefix(base: number, length: number): Uint8Array {
  if (length <= 55) return Uint8Array.of(base + length)
  const digits = rlpInteger(BigInt(length))
  return concatBytes(Uint8Array.of(base + 55 + digits.length), digits)
}
