import { toBase64url } from '../core/bytes.ts'
import { isCallsStream } from '../core/call-log.ts'
import { isCarbonStream } from '../core/carbon-log.ts'
import type { Document, FieldValue } from '../core/document.ts'
import { formatEnergy, millijoulesPer } from '../core/energy.ts'
import type { EntryKind } from '../core/entry.ts'
import { gatewayStream, type StoredEntry } from '../core/log.ts'
import { formatMass } from '../core/mass.ts'
import { formatInstant } from '../core/time.ts'
import { callIn } from '../ledgers/calls/kept-call.ts'
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
export function gistOf(entry: StoredEntry): string {
  const { kind, document, stream } = entry
  if (document === undefined) return '(erased)'
  const ofCarbon = isCarbonStream(stream) ? carbonGist(kind, document) : undefined
  if (ofCarbon !== undefined) return ofCarbon
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
      if (stream === gatewayStream) return anchorGist(document)
      if (isCertificate(entry)) return certificateGist(document)
      if (isCallsStream(stream)) return `the call of entry ${word('reading')}, made ${placeGist(document)}`
      return `${wattHours(document)} ${placeGist(document)}`
    case 'release':
    case 'write-off':
    case 'reset':
    case 'rollover':
    case 'swap':
      return `reading ${word('reading')} by ${word('by')}: ${word('reason')}; total ${energy('total')}`
    case 'erasure':
      return `${word('first')} to ${word('last')} by ${word('by')}: ${word('reason')}`
    case 'note':
      return isCallsStream(stream) ? callGist(entry) : word('text')
  }
}

/** Of what only a carbon register has; undefined for gaps, notes and erasures, which say the same everywhere. */
function carbonGist(kind: EntryKind, document: Document): string | undefined {
  const word = (field: string) => shownText(document[field] ?? null)
  const { carbon, total } = document
  const mass = (value: FieldValue | undefined) => (typeof value === 'bigint' ? formatMass(value) : '-')
  if (kind === 'opening') return `CO2 ${mass(total)} (${word('basis')})`
  if (kind !== 'reading' && kind !== 'revision') return undefined
  const priced = `${shownEnergy(document.energy ?? null)} of entry ${word('reading')}`
  return document.status === 'missing'
    ? `${priced}: no factor (${word('reason')}), CO2 ${mass(total)}`
    : `${priced}: ${mass(carbon)}, CO2 ${mass(total)} (${word('basis')})`
}

function anchorGist(document: Document): string {
  const word = (field: string) => shownText(document[field] ?? null)
  return `the first ${word('size')} entries anchored at block ${word('block')} of chain ${word('chainId')}, transaction ${word('transaction')}`
}

function placeGist(document: Document): string {
  const word = (field: string) => shownText(document[field] ?? null)
  return `at block ${word('block')} of chain ${word('chainId')}, transaction ${word('transaction')}`
}

/** What a program wants called, or what somebody has noted beside it. */
function callGist(entry: StoredEntry): string {
  const call = callIn(entry)
  if (call === undefined) return shownText(entry.document?.text ?? null)
  return `to be called: ${shownText(call.what)}${call.value === 0n ? '' : ` with ${call.value} wei`}`
}

/** True for an entry that tells what became of a certificate. */
export function isCertificate({ kind, document }: StoredEntry): boolean {
  return kind === 'receipt' && document !== undefined && Object.hasOwn(document, 'certificate')
}

function certificateGist(document: Document): string {
  const word = (field: string) => shownText(document[field] ?? null)
  const whose = document.state === 'issued' ? ' to' : ', of'
  return `certificate ${word('certificate')} of ${wattHours({ value: document.energy ?? null })} ${word('state')}${whose} ${word('owner')}, for entries ${word('first')} to ${word('last')}, at block ${word('block')} of chain ${word('chainId')}, transaction ${word('transaction')}`
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
