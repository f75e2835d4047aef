import { toBase64url } from '../core/bytes.ts'
import type { Document, FieldValue } from '../core/document.ts'
import { formatEnergy, millijoulesPer } from '../core/energy.ts'
import type { StoredEntry } from '../core/log.ts'
import { formatInstant } from '../core/time.ts'
import { printable } from './printable.ts'

/** An entry for programs: the entry itself as it was hashed, and its document. */
export function plainEntry({ index, stream, sequence, kind, at, text, leafHash, document }: StoredEntry) {
  return {
    index,
    stream,
    sequence,
    kind,
    at: formatInstant(at),
    leafHash: toBase64url(leafHash),
    entry: text,
    document: document ?? null,
  }
}

/** An entry for programs, as a line of JSON; integers of documents are decimal text. */
export function entryLine(entry: StoredEntry): string {
  const text = JSON.stringify(plainEntry(entry), (_key, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  )
  return `${text}\n`
}

/** What an entry says, in a few words. */
export function gistOf({ kind, document }: StoredEntry): string {
  if (document === undefined) return '(erased)'
  const energy = (field: string) => shownEnergy(document[field] ?? null)
  const word = (field: string) => shownText(document[field] ?? null)
  switch (kind) {
    case 'opening':
      return `total ${energy('total')} (${word('policy')})`
    case 'reading':
    case 'revision':
      return `${energy('energy')} at ${word('measuredAt')}, ${word('status')}, total ${energy('total')}`
    case 'hold':
      return `${word('reason')}: reading ${word('reading')}, held ${energy('held')}`
    case 'gap':
      return [word('reason'), word('detail')].filter(text => text !== '').join(': ')
    case 'receipt':
      return `${wattHours(document)} at block ${word('block')} of chain ${word('chainId')}, transaction ${word('transaction')}`
    case 'release':
    case 'write-off':
    case 'reset':
    case 'rollover':
    case 'swap':
      return `reading ${word('reading')} by ${word('by')}: ${word('reason')}; total ${energy('total')}`
    case 'erasure':
      return `${word('first')} to ${word('last')} by ${word('by')}: ${word('reason')}`
    case 'note':
      return word('text')
  }
}

function wattHours({ value }: Document): string {
  return typeof value === 'bigint' ? shownEnergy(value * millijoulesPer.Wh) : '-'
}

function shownEnergy(value: FieldValue): string {
  return typeof value === 'bigint' ? formatEnergy(value) : '-'
}

/** A field of a document on one line of a terminal. */
export function shownText(value: FieldValue): string {
  return value === null ? '' : printable(String(value)).replace(/\s+/g, ' ')
}
