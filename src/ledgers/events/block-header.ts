import { keccak_256 } from '@noble/hashes/sha3.js'
import { fromHex } from '../../core/bytes.ts'
import { type Head, hashOf, headOf, hexOf } from '../evm/answers.ts'

/** What is looked at of a block near the newest. */
export interface BlockHeader extends Head {
  readonly parent: string
  /** The filter of its logs (Ethereum yellow paper, 4.4.3), 256 bytes as hex; undefined when the node gives none. */
  readonly bloom: string | undefined
}

/** Reads a block; undefined for null. @throws EnergywebError `network-unreachable` for nonsense */
export function blockHeaderOf(value: unknown): BlockHeader | undefined {
  const head = headOf(value)
  if (head === undefined || typeof value !== 'object' || value === null) return undefined
  const parent = hashOf('parentHash' in value ? value.parentHash : undefined, 'parent hash')
  const bloom = 'logsBloom' in value && value.logsBloom != null ? hexOf(value.logsBloom, 'bloom') : undefined
  return { ...head, parent, bloom: bloom?.length === 514 ? bloom : undefined }
}

/**
 * True when a block may hold logs of one of these addresses with these topics, by its own word. A yes may be wrong, seldom;
 * a no never is where the chain keeps the filter.
 */
export function mayHold(
  { bloom }: BlockHeader,
  {
    addresses,
    topics,
  }: { addresses: readonly string[]; topics: readonly (string | null | readonly string[])[] },
): boolean {
  if (bloom === undefined) return false
  const holds = (hex: string) => bitsOf(hex).every(bit => (nibble(bloom, bit) >> (bit & 3)) & 1)
  return (
    addresses.some(holds) && topics.every(topic => topic === null || [topic].flat().some(each => holds(each)))
  )
}

/** Four bits of the filter; bit 0 is the lowest of the last byte. */
function nibble(bloom: string, bit: number): number {
  return Number.parseInt(bloom.charAt(bloom.length - 1 - (bit >> 2)), 16)
}

const remembered = new Map<string, readonly number[]>()

function bitsOf(hex: string): readonly number[] {
  const known = remembered.get(hex)
  if (known !== undefined) return known
  const hash = keccak_256(fromHex(hex))
  const bits = [0, 2, 4].map(i => (((hash[i] ?? 0) << 8) | (hash[i + 1] ?? 0)) & 2047)
  if (remembered.size > 1_000) remembered.clear()
  remembered.set(hex, bits)
  return bits
}
