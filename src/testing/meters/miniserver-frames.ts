/** Types of payloads as the eight bytes before them tell them. */
const payloadTypes = { text: 0, file: 1, values: 2, outOfService: 5, keepalive: 6 } as const

/** The eight bytes before a payload: 0x03, type, 0x80 where the length is a guess, reserved, length in little-endian order. */
export function payloadHeader(
  type: keyof typeof payloadTypes,
  length: number,
  { estimated = false }: { estimated?: boolean } = {},
): Uint8Array {
  const header = new Uint8Array(8)
  const view = new DataView(header.buffer)
  view.setUint8(0, 0x03)
  view.setUint8(1, payloadTypes[type])
  view.setUint8(2, estimated ? 0x80 : 0)
  view.setUint32(4, length, true)
  return header
}

/** A value table: for each state its UUID in 16 bytes, numbers in little-endian order, and a float64. */
export function valueTable(values: ReadonlyMap<string, number>): Uint8Array {
  const table = new Uint8Array(values.size * 24)
  const view = new DataView(table.buffer)
  let at = 0
  for (const [uuid, value] of values) {
    const [first = '', second = '', third = '', last = ''] = uuid.split('-')
    view.setUint32(at, Number.parseInt(first, 16), true)
    view.setUint16(at + 4, Number.parseInt(second, 16), true)
    view.setUint16(at + 6, Number.parseInt(third, 16), true)
    table.set(Buffer.from(last, 'hex'), at + 8)
    view.setFloat64(at + 16, value, true)
    at += 24
  }
  return table
}
