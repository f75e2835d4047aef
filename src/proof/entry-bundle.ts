import { byteAt } from '../core/bytes.ts'
import { longestEntry } from '../core/entry.ts'
import { EnergywebError } from '../core/errors.ts'
import { fullWidth, tileError } from './tiles.ts'

/** Bytes of the longest bundle that there can be. */
export const longestBundle = fullWidth * (2 + longestEntry)

/**
 * The file of a bundle: each entry behind its length in two bytes, big-endian.
 * @throws EnergywebError `entry-too-large`
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((length, entry) => length + 2 + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    if (entry.length > longestEntry)
      throw new EnergywebError('entry-too-large', `an entry of ${entry.length} bytes fits no bundle`)
    bytes[at] = entry.length >> 8
    bytes[at + 1] = entry.length & 0xff
    bytes.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bytes
}

/**
 * The entries of a bundle's file, which must hold `width` of them: no more, no fewer.
 * @throws EnergywebError `proof-invalid`
 */
export function parseBundle(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  while (entries.length < width) {
    const length = (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1)
    if (at + 2 + length > bytes.length)
      throw tileError('bundle-length', `a bundle of ${width} entries ends inside entry ${entries.length}`)
    entries.push(bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  if (at !== bytes.length)
    throw tileError('bundle-length', `a bundle of ${width} entries goes on for ${bytes.length - at} bytes`)
  return entries
}
