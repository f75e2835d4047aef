import { fromBase64url, toBase64url } from '../../src/core/bytes.ts'
import { schemaNamed } from '../../src/core/carbon-document.ts'
import { encodeDocument, type FieldValue } from '../../src/core/document.ts'
import type { Commitment } from '../../src/core/entry.ts'
import { EnergywebError } from '../../src/core/errors.ts'
import { disclosedRoot } from '../../src/proof/disclosure.ts'
import type { EvidenceEntry, EvidenceShown, EvidenceWhole } from '../../src/proof/evidence/evidence.ts'
import type { RebuiltEntry } from '../../src/proof/evidence/rebuilt-entry.ts'
import {
  documentCommitment,
  extendedRoot,
  type FieldPlan,
  fieldLeaves,
  planFields,
} from '../../src/proof/field-tree.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'

/** A leaf of the field tree, in the order of the tree. */
export interface PathField {
  readonly name: string
  /** As people read it; undefined when it is not shown, null when the document has none. */
  readonly value: string | null | undefined
  /** Base64url; undefined when it is not shown, or there is no tree of fields. */
  readonly hash: string | undefined
}

export interface PathContent {
  readonly fields: readonly PathField[]
  readonly commitment: Commitment
}

/** What an entry commits to, from the fields upwards. The entry was rebuilt without a finding. */
export function pathContent(given: EvidenceEntry, rebuilt: RebuiltEntry): PathContent {
  if ('sealed' in given) return { fields: [], commitment: given.sealed }
  const schema = schemaNamed(rebuilt.kind, rebuilt.schema)
  if (schema === undefined) {
    throw new EnergywebError('argument-invalid', `a ${rebuilt.kind} has no document of this schema`)
  }
  const plan = planFields(schema)
  return 'seed' in given ? wholeContent(given, rebuilt, plan) : shownContent(given, rebuilt, plan)
}

function wholeContent(
  { seed: text, commitment }: EvidenceWhole,
  { document }: RebuiltEntry,
  plan: FieldPlan,
): PathContent {
  const seed = fromBase64url(text)
  if (commitment === 'document') {
    const hash = toBase64url(documentCommitment(encodeDocument(document), seed))
    return { fields: fieldsOf(plan, document), commitment: { hash } }
  }
  const leaves = fieldLeaves(document, { plan, seed })
  return {
    fields: fieldsOf(plan, document).map((field, i) => ({ ...field, hash: toBase64url(leaves[i] ?? empty) })),
    commitment: { fields: toBase64url(extendedRoot(leaves, plan.schemaHash)) },
  }
}

const empty = new Uint8Array(0)

function shownContent(
  { shown, hidden }: EvidenceShown,
  { document }: RebuiltEntry,
  plan: FieldPlan,
): PathContent {
  const read = Object.entries(shown).map(([name, { salt }]) => [
    name,
    { value: document[name] ?? null, salt },
  ])
  const disclosure = { shown: Object.fromEntries(read), hidden: hidden.map(fromBase64url) }
  const root = disclosedRoot(disclosure, plan, nobleHashes)
  return { fields: fieldsOf(plan, document), commitment: { fields: toBase64url(root) } }
}

function fieldsOf({ fields }: FieldPlan, document: RebuiltEntry['document']): readonly PathField[] {
  return fields.map(({ name }) => ({
    name,
    value: Object.hasOwn(document, name) ? shownText(document[name]) : undefined,
    hash: undefined,
  }))
}

function shownText(value: FieldValue | undefined): string | null {
  return value === undefined || value === null ? null : String(value)
}
