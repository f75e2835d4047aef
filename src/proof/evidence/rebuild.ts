import { fromBase64url, toBase64url } from '../../core/bytes.ts'
import { allSchemas, schemaNamed } from '../../core/carbon-document.ts'
import {
  type Document,
  type DocumentSchema,
  decodeField,
  documentFrom,
  encodeDocument,
  type FieldValue,
} from '../../core/document.ts'
import { type Commitment, encodeEntry } from '../../core/entry.ts'
import { EnergywebError } from '../../core/errors.ts'
import { parseInstant } from '../../core/time.ts'
import { disclosedRoot } from '../disclosure.ts'
import { documentCommitment, type FieldPlan, fieldCommitment, planFields } from '../field-tree.ts'
import type { Hashes } from '../hashes.ts'
import { leafHash } from '../merkle.ts'
import { attempt } from './attempt.ts'
import { usualCid, usualSchema } from './entry-form.ts'
import type { EvidenceEntry, EvidenceSegment, EvidenceShown, EvidenceWhole } from './evidence.ts'
import { refutes } from './findings.ts'
import type { RebuiltEntry } from './rebuilt-entry.ts'
import type { Finding } from './verification.ts'

/** Entries of a segment as the log must have had them, if the file is true. */
export interface RebuiltSegment {
  readonly entries: readonly RebuiltEntry[]
  /** What speaks against documents and shown fields. */
  readonly findings: readonly Finding[]
}

/** Works out the entries of segments: documents, commitments, and leaf hashes, each from the one before. */
export class Rebuilder {
  readonly #hashes: Hashes
  readonly #plans: ReadonlyMap<string, FieldPlan>

  constructor(hashes: Hashes) {
    this.#hashes = hashes
    this.#plans = new Map(allSchemas.map(schema => [schema.name, planFields(schema, hashes)]))
  }

  rebuild(segment: EvidenceSegment, number: number): RebuiltSegment {
    const findings: Finding[] = []
    let previous: string | null | undefined = segment.previous
    const entries = segment.entries.map((given, i): RebuiltEntry => {
      const place = { segment: number, sequence: segment.first + i }
      const schema = given.schema ?? usualSchema(given.kind)
      const read = this.#read(given, schema)
      if ('refused' in read)
        findings.push(refutes(read.refused, `Entry ${place.sequence}: ${read.why}.`, place))
      if (previous !== undefined && 'commitment' in read) {
        const { stream } = segment
        const { at, kind } = given
        const document = read.commitment
        const entry = { ...place, stream, kind, schema, previous, document, at: parseInstant(at) }
        previous = toBase64url(leafHash(encodeEntry(entry), this.#hashes))
      } else {
        previous = undefined
      }
      const { at, kind } = given
      const document = 'document' in read ? read.document : {}
      return {
        ...place,
        stream: segment.stream,
        at,
        kind,
        schema,
        content: contentOf(given),
        document,
        leaf: previous,
        signed: given.signed,
      }
    })
    return { entries, findings }
  }

  #read(given: EvidenceEntry, name: string): Read {
    const schema = schemaNamed(given.kind, name)
    const plan = this.#plans.get(name)
    if (schema === undefined || plan === undefined) {
      return { refused: 'schema-unknown', why: `a ${given.kind} has no ${name} document` }
    }
    if ('sealed' in given) return { document: {}, commitment: given.sealed }
    return attempt(
      (): Read => ('shown' in given ? this.#shown(given, plan) : this.#whole(given, plan)),
      ({ message }) => ({ refused: 'document-invalid', why: message }) as const,
    )
  }

  #whole({ document: fields, seed, commitment }: EvidenceWhole, plan: FieldPlan): Committed {
    const { schema } = plan
    const document = documentFrom(schema, withCid(fields, schema))
    const bytes = fromBase64url(seed)
    return {
      document,
      commitment:
        commitment === undefined
          ? { fields: toBase64url(fieldCommitment(document, { plan, seed: bytes }, this.#hashes)) }
          : { hash: toBase64url(documentCommitment(encodeDocument(document), bytes, this.#hashes)) },
    }
  }

  #shown({ shown, hidden }: EvidenceShown, plan: FieldPlan): Committed {
    const { name, fields } = plan.schema
    const read = Object.entries(shown).map(([field, { value, salt }]) => {
      const type = Object.hasOwn(fields, field) ? fields[field] : undefined
      const decoded = type && (value === null ? null : decodeField(type, value))
      if (decoded === undefined)
        throw new EnergywebError('document-invalid', `not a ${name} document: field "${field}"`)
      return [field, { value: decoded, salt }] as const
    })
    const root = disclosedRoot(
      { shown: Object.fromEntries(read), hidden: hidden.map(fromBase64url) },
      plan,
      this.#hashes,
    )
    return {
      document: Object.fromEntries(read.map(([field, { value }]): [string, FieldValue] => [field, value])),
      commitment: { fields: toBase64url(root) },
    }
  }
}

interface Committed {
  readonly document: Document
  readonly commitment: Commitment
}

type Read = Committed | { readonly refused: 'schema-unknown' | 'document-invalid'; readonly why: string }

/** The fields with the CID that is left out where it is the usual one. */
function withCid(
  fields: EvidenceWhole['document'],
  { fields: types }: DocumentSchema,
): EvidenceWhole['document'] {
  if (!Object.hasOwn(types, 'cid') || Object.hasOwn(fields, 'cid')) return fields
  const cid = usualCid(fields.raw)
  return cid === undefined ? fields : { ...fields, cid }
}

function contentOf(entry: EvidenceEntry): RebuiltEntry['content'] {
  return 'document' in entry ? 'whole' : 'shown' in entry ? 'shown' : 'sealed'
}
