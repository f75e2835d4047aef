import { byteAt } from '../core/bytes.ts'

/*
 * Keccak-f[1600] (FIPS 202 section 3) as a WebAssembly module, put together here: its 25 lanes live in local variables, which
 * only 64-bit code can do, and a message of any length is one call. The module is
 *
 *   (import "host" "memory" (memory 1))
 *   (func (export "hash") (param $at i32) (param $end i32) …)
 *
 * It takes in the padded blocks from $at to $end and puts the first four lanes behind the round constants, which stand at 0.
 */

const mask = (1n << 64n) - 1n

/** The constants of step iota, by the linear feedback register of FIPS 202 section 3.2.5. */
export const roundConstants: readonly bigint[] = Array.from({ length: 24 }, (_, round) => {
  let constant = 0n
  for (let j = 0; j <= 6; j++) if (feedbackBit(j + 7 * round)) constant |= 1n << BigInt(2 ** j - 1)
  return constant & mask
})

function feedbackBit(time: number): boolean {
  let register = 1
  for (let i = 0; i < time % 255; i++) {
    register <<= 1
    if (register & 0x100) register ^= 0x171
  }
  return (register & 1) === 1
}

/** How far step rho turns each lane: triangular numbers along the walk of FIPS 202 section 3.2.2. */
const turns = new Uint8Array(25)
for (let t = 0, x = 1, y = 0; t < 24; t++) {
  turns[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64
  ;[x, y] = [y, (2 * x + 3 * y) % 5]
}

const i32 = 0x7f
const i64 = 0x7e

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >> 7)]
}

/** Signed LEB128. */
function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)]
}

const get = (local: number) => [0x20, ...unsigned(local)]
const set = (local: number) => [0x21, ...unsigned(local)]
const number32 = (value: number) => [0x41, ...signed(value)]
const number64 = (value: number) => [0x42, ...signed(value)]
const load = (address: number[], offset: number) => [...address, 0x29, 3, ...unsigned(offset)]
const add32 = [0x6a]
const or = [0x84]
const xor = [0x85]
const rotateLeft = [0x89]
/** Repeats while what the body leaves is true. */
const loop = (...body: number[][]) => [0x03, 0x40, ...body.flat(), 0x0d, 0, 0x0b]
const isLess = [0x49]

const at = 0
const end = 1
const round = 2
const lane = (i: number) => 3 + i
const other = (i: number) => 28 + i
const parity = (x: number) => 53 + (x % 5)
const row = (x: number) => 58 + (x % 5)

/** One round from the lanes of `from` to those of `to`. */
function roundCode(from: (i: number) => number, to: (i: number) => number, constantAt: number): number[] {
  const code: number[] = []
  for (let x = 0; x < 5; x++) {
    code.push(...get(from(x)))
    for (let y = 1; y < 5; y++) code.push(...get(from(x + 5 * y)), ...xor)
    code.push(...set(parity(x)))
  }
  for (let y = 0; y < 5; y++) {
    for (let x = 0; x < 5; x++) {
      // Step pi fetches the lane from (x + 3y, x); it is turned and changed by its neighbours' parities on the way.
      const column = (x + 3 * y) % 5
      const source = column + 5 * x
      code.push(...get(from(source)), ...get(parity(column + 4)), ...xor)
      code.push(...get(parity(column + 1)), ...number64(1), ...rotateLeft, ...xor)
      code.push(...number64(byteAt(turns, source)), ...rotateLeft, ...set(row(x)))
    }
    for (let x = 0; x < 5; x++) {
      // (b | c) ^ b is ~b & c in two steps instead of three.
      code.push(
        ...get(row(x)),
        ...get(row(x + 1)),
        ...get(row(x + 2)),
        ...or,
        ...get(row(x + 1)),
        ...xor,
        ...xor,
      )
      if (x + y === 0) code.push(...load(get(round), constantAt), ...xor)
      code.push(...set(to(x + 5 * y)))
    }
  }
  return code
}

function hashCode(): number[] {
  const lanes = Array.from({ length: 25 }, (_, i) => i)
  const absorb = lanes
    .slice(0, 17)
    .flatMap(i => [...get(lane(i)), ...load(get(at), 8 * i), ...xor, ...set(lane(i))])
  const rounds = loop(
    roundCode(lane, other, 0),
    roundCode(other, lane, 8),
    [...get(round), ...number32(16), ...add32, 0x22, round],
    number32(192),
    isLess,
  )
  const blocks = loop(
    absorb,
    [...number32(0), ...set(round)],
    rounds,
    [...get(at), ...number32(136), ...add32, 0x22, at],
    get(end),
    isLess,
  )
  const squeeze = lanes
    .slice(0, 4)
    .flatMap(i => [...number32(0), ...get(lane(i)), 0x37, 3, ...unsigned(192 + 8 * i)])
  return [2, 1, i32, 60, i64, ...blocks, ...squeeze, 0x0b]
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content]
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)]
}

/** The bytes of the module. */
export function keccakProgram(): Uint8Array<ArrayBuffer> {
  const code = hashCode()
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, i32, i32, 0]),
    ...section(2, [1, ...name('host'), ...name('memory'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('hash'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ])
}
