import { EnergywebError } from '../core/errors.ts'
import { keccakProgram, roundConstants } from './keccak-program.ts'

/** Bytes that one permutation takes in (FIPS 202 section 5.1, capacity 512). */
const rate = 136
const page = 65_536

/** What is used of WebAssembly, whose types come with those of browsers only. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number }
  instantiate(
    program: Uint8Array,
    imports: object,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>
}

/** The message begins behind the constants and the result; the program knows both places. */
const messageAt = roundConstants.length * 8 + 32

/** Answers keccak-256 as Ethereum has it. A message is copied once and hashed in one call; hashing has no state. */
export async function openKeccak(): Promise<(bytes: Uint8Array) => Uint8Array> {
  const memory = new WebAssembly.Memory({ initial: 1 })
  new BigUint64Array(memory.buffer).set(roundConstants)
  const { instance } = await WebAssembly.instantiate(keccakProgram(), { host: { memory } })
  const { hash } = instance.exports
  if (typeof hash !== 'function') throw new EnergywebError('internal', 'the keccak program has no entry')
  let bytes = new Uint8Array(memory.buffer)
  return message => {
    const blocks = Math.floor(message.length / rate) + 1
    const last = messageAt + message.length
    const end = messageAt + blocks * rate
    if (end > bytes.length) {
      memory.grow(Math.ceil((end - bytes.length) / page))
      bytes = new Uint8Array(memory.buffer)
    }
    bytes.set(message, messageAt)
    bytes.fill(0, last, end)
    bytes[last] = 1
    bytes[end - 1] = (bytes[end - 1] ?? 0) | 0x80
    hash(messageAt, end)
    return bytes.slice(messageAt - 32, messageAt)
  }
}
