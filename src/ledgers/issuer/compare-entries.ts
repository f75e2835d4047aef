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

function compareRoot(
  { first, last, root }: RequestMetadata,
  entries: readonly ComparedEntry[],
): ComparedPart {
  const leaves = new Map(entries.map(({ sequence, leaf }) => [sequence, leaf]))
  const found: Uint8Array[] = []
  for (let sequence = first; sequence <= last; sequence += 1) {
    const leaf = leaves.get(sequence)
    if (leaf === undefined) {
      return { part: 'root', outcome: 'open', text: `entry ${sequence} of ${first} to ${last} is not there` }
    }
    found.push(fromBase64url(leaf))
  }
  const worked = toBase64url(merkleRoot(found))
  return worked === root
    ? { part: 'root', outcome: 'agrees', text: `entries ${first} to ${last} have the root ${root}` }
    : {
        part: 'root',
        outcome: 'differs',
        text: `entries ${first} to ${last} have the root ${worked}, the request says ${root}`,
      }
}

function compareEnergy(
  { first, last, energy }: RequestMetadata,
  entries: readonly ComparedEntry[],
): ComparedPart {
  const bySequence = new Map(entries.map(entry => [entry.sequence, entry]))
  const opening = entries.find(
    ({ isOpening, sequence }) => isOpening && sequence >= first && sequence <= last,
  )
  const end = totalAt(bySequence, last)
  const start = opening?.total ?? totalAt(bySequence, first - 1)
  if (typeof start !== 'bigint' || typeof end !== 'bigint') {
    const at = typeof end === 'bigint' ? `before entry ${first}` : `after entry ${last}`
    return { part: 'energy', outcome: 'open', text: `nothing shows what the register held ${at}` }
  }
  // The register is exact, and requests are in whole Wh: rounded down at both ends, so that the sums are the register's.
  const shown = toWattHours(end) - toWattHours(start)
  return shown === energy
    ? { part: 'energy', outcome: 'agrees', text: `the register rose by ${inWords(shown)}` }
    : {
        part: 'energy',
        outcome: 'differs',
        text: `the register rose by ${inWords(shown)}, the request says ${inWords(energy)}`,
      }
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
