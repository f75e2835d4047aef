import { z } from 'zod'
import type { Content } from './defined/published-content.ts'
import type { RegisteredNames } from './defined/registered-names.ts'

/** The option of a report line by which its calls carry a CID. */
export function carriedName(instead: string) {
  return z
    .enum(['raw.cid', 'document.cid'])
    .optional()
    .meta({
      description: `what calls carry ${instead}: the CID of the raw bytes, or that of the record of the entry; it can never be erased, and the asset must say \`publish: cid\``,
    })
}

export type CarriedName = 'raw.cid' | 'document.cid'

/** What it names, for `publishes` of a definition. */
export function contentOf(carries: CarriedName | undefined): readonly Content[] {
  if (carries === undefined) return []
  return [carries === 'raw.cid' ? 'raw' : 'document']
}

/** The CID as text; undefined where none is carried, and for an entry without raw bytes. */
export function carriedCid(names: RegisteredNames, carries: CarriedName | undefined): string | undefined {
  if (carries === undefined) return undefined
  return carries === 'raw.cid' ? names.raw?.cid.text : names.document.cid.text
}
