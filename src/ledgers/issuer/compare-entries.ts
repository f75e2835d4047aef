import { fromBase64url, toBase64url } from '../../core/bytes.ts'
import { formatEnergy, millijoulesPer, toWattHours } from '../../core/energy.ts'
import type { StoredEntry } from '../../core/log.ts'
import { isOpening, saysTotal, totalAfter } from '../../proof/evidence/period-view.ts'
import type { RebuiltEntry } from '../../proof/evidence/rebuilt-entry.ts'
import { merkleRoot } from '../../proof/merkle.ts'
import { registeredTotal } from '../evm/registered-total.ts'
import type { RequestMetadata } from './request-metadata.ts'

/** An entry of the asset's stream, as far as a request can be held against it. */
export interface ComparedEntry {
  readonly sequence: number
  /** Base64url of 32 bytes; undefined where it can't be worked out. */
  readonly leaf: string | undefined
  /** What the register held after it, mJ; undefined for a kind of entry that does not say so, `hidden` where it is not shown. */
  readonly total: bigint | 'hidden' | undefined
  /** It opened the register. */
  readonly isOpening: boolean
}

/** What one part of a request's metadata came to: it is what the entries say, it is not, or they don't tell. */
export interface ComparedPart {
  readonly part: 'root' | 'energy'
  readonly outcome: 'agrees' | 'differs' | 'open'
  /** One sentence for people. */
  readonly text: string
}

/**
 * Holds what a request says against entries of its stream: works root and energy out anew. Entries may be in any order, and
 * more than are needed.
 */
export function compareWithEntries(
  metadata: RequestMetadata,
  entries: readonly ComparedEntry[],
): readonly ComparedPart[] {
  return [compareRoot(metadata, entries), compareEnergy(metadata, entries)]
}

/** The range of entries that a request stands for. */
type Range = Pick<RequestMetadata, 'first' | 'last'>

/** Merkle root of a range, base64url; the sequence of the first entry that is missing where one is. */
export function rootOfEntries(entries: readonly ComparedEntry[], { first, last }: Range): string | number {
  const leaves = new Map(entries.map(({ sequence, leaf }) => [sequence, leaf]))
  const found: Uint8Array[] = []
  for (let sequence = first; sequence <= last; sequence += 1) {
    const leaf = leaves.get(sequence)
    if (leaf === undefined) return sequence
    found.push(fromBase64url(leaf))
  }
  return toBase64url(merkleRoot(found))
}

/**
 * What the register rose by in a range, Wh; where entries don't tell, what is missing, in words. The register is exact, and
 * requests are in whole Wh: rounded down at both ends, so that the sums are the register's.
 */
export function energyBetween(entries: readonly ComparedEntry[], { first, last }: Range): bigint | string {
  const bySequence = new Map(entries.map(entry => [entry.sequence, entry]))
  const opening = entries.find(
    ({ isOpening, sequence }) => isOpening && sequence >= first && sequence <= last,
  )
  const end = totalAt(bySequence, last)
  const start = opening?.total ?? totalAt(bySequence, first - 1)
  if (typeof end !== 'bigint') return `after entry ${last}`
  return typeof start === 'bigint' ? toWattHours(end) - toWattHours(start) : `before entry ${first}`
}

function compareRoot(metadata: RequestMetadata, entries: readonly ComparedEntry[]): ComparedPart {
  const { first, last, root } = metadata
  const worked = rootOfEntries(entries, metadata)
  if (typeof worked === 'number') {
    return { part: 'root', outcome: 'open', text: `entry ${worked} of ${first} to ${last} is not there` }
  }
  const text = `entries ${first} to ${last} have the root ${worked}`
  return worked === root
    ? { part: 'root', outcome: 'agrees', text }
    : { part: 'root', outcome: 'differs', text: `${text}, the request says ${root}` }
}

function compareEnergy(metadata: RequestMetadata, entries: readonly ComparedEntry[]): ComparedPart {
  const shown = energyBetween(entries, metadata)
  if (typeof shown === 'string') {
    return { part: 'energy', outcome: 'open', text: `nothing shows what the register held ${shown}` }
  }
  const text = `the register rose by ${inWords(shown)}`
  return shown === metadata.energy
    ? { part: 'energy', outcome: 'agrees', text }
    : { part: 'energy', outcome: 'differs', text: `${text}, the request says ${inWords(metadata.energy)}` }
}

/** What the register held after an entry, as the newest up to it says; an entry that is missing leaves it open. */
function totalAt(entries: ReadonlyMap<number, ComparedEntry>, sequence: number): ComparedEntry['total'] {
  for (let at = sequence; at >= 0; at -= 1) {
    const entry = entries.get(at)
    if (entry === undefined || entry.total !== undefined) return entry?.total
  }
  return undefined
}

const inWords = (wattHours: bigint) => formatEnergy(wattHours * millijoulesPer.Wh)

/** An entry of an evidence file. */
export function comparedFromEvidence(entry: RebuiltEntry): ComparedEntry {
  const { sequence, leaf } = entry
  const total = saysTotal(entry) ? (totalAfter(entry) ?? 'hidden') : undefined
  return { sequence, leaf, total, isOpening: isOpening(entry) }
}

/** An entry of a log. */
export function comparedFromLog(entry: StoredEntry): ComparedEntry {
  const { sequence, leafHash, kind, document } = entry
  const said = kind === 'opening' ? document?.total : registeredTotal(entry)
  const isErased = document === undefined && kind !== 'note' && kind !== 'receipt'
  const total = isErased ? 'hidden' : typeof said === 'bigint' ? said : undefined
  return { sequence, leaf: toBase64url(leafHash), total, isOpening: kind === 'opening' }
}
