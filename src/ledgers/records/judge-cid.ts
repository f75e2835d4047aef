import { namesContent } from '../../proof/ids/content-in-call.ts'
import type { ExpectedRegistration } from './expected-registration.ts'
import type { Judgement } from './judgement.ts'

/** True for a text that has the form of the CIDs that our calls carry. */
export function isRawCid(text: string): boolean {
  return /^bafkrei[a-z2-7]{52}$/.test(text)
}

/** What an entry's content is called where its CID is told. */
const words = { raw: 'raw bytes', document: 'record' } as const

/**
 * What is to be thought of a CID that a chain has for an entry.
 * @param contents - which content of the entry it may be that of
 */
export function judgeCid(
  cid: string,
  expected: ExpectedRegistration,
  contents: readonly ('raw' | 'document')[],
): Judgement {
  if (contents.some(content => expected[content] === cid)) return undefined
  const hidden = contents.filter(content => expected[content] === undefined)
  const known = contents
    .filter(content => expected[content] !== undefined)
    .map(content => `the CID of its ${words[content]} is ${expected[content] ?? 'none'}`)
  const shown = known.length === 0 ? '' : `: ${known.join(', ')}`
  if (hidden.length === 0) {
    return `the CID ${cid} stands there, which is not of the entry that it is said to be of${shown}`
  }
  const missing = hidden.map(content => words[content]).join(' and ')
  return {
    unknown: `the CID ${cid} stands there, and the file does not show the ${missing} of the entry${shown}`,
  }
}

/** What of an entry's content the data of a call names, in words. */
export function carriedContents(data: string, { raw, document }: ExpectedRegistration): readonly string[] {
  return [
    ...(typeof raw === 'string' && namesContent(data, raw) ? [`the CID of the raw bytes, ${raw}`] : []),
    ...(document !== undefined && namesContent(data, document) ? [`the CID of the record, ${document}`] : []),
  ]
}
