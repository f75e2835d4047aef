import { concatBytes } from '../core/bytes.ts'
import type { Document } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import { type FieldPlan, fieldLeaves, fieldSalt, type PlannedField, pairwiseRoot } from './field-tree.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { ProofError, type ProofFailure } from './proof-failure.ts'
import { type ShownField, shownLeaf } from './shown-field.ts'

/*
 * Some fields of a document, and no more of the others than the hashes that they come to. The shape of the tree follows from
 * the schema alone: a proof says neither where a field stands nor how many there are, so it can't lie about either.
 */

/** Fields of a document, with what leads from them to its commitment. */
export interface Disclosure {
  readonly shown: Readonly<Record<string, ShownField>>
  /** Hashes of the largest subtrees in which nothing is shown, from left to right; 32 bytes each. */
  readonly hidden: readonly Uint8Array[]
}

/**
 * Shows some fields of a document (all or none, too) and hides the others.
 * @param choice - the plan of the document's schema, the seed kept beside the document, and which fields to show
 * @throws EnergywebError `argument-invalid` for a field that the schema does not have or that is named twice;
 * `document-invalid` for a document that is not of the schema.
 *
 * @example
 * const { shown, hidden } = discloseFields(document, { plan: planFields(schema), seed, fields: ['energy'] })
 */
export function discloseFields(
  document: Document,
  choice: { plan: FieldPlan; seed: Uint8Array; fields: readonly string[] },
  hashes: Hashes = nobleHashes,
): Disclosure {
  const { plan, seed, fields } = choice
  checkNames(fields, plan)
  const wanted = new Set(fields)
  const leaves = fieldLeaves(document, { plan, seed }, hashes)
  const shown = Object.fromEntries(
    plan.fields
      .filter(({ name }) => wanted.has(name))
      .map(({ name, nameBytes }) => [
        name,
        // Every field is there: its leaf is.
        { value: document[name] ?? null, salt: fieldSalt(seed, nameBytes, hashes) },
      ]),
  )
  return { shown, hidden: hiddenHashes(leaves, plan.fields, { shown: wanted, hashes }) }
}

/**
 * The commitment that a disclosure leads to: whoever compares it with the entry's knows that the shown fields are those of
 * the entry's document. The disclosure is hostile input.
 * @throws ProofError `proof-invalid` for a field that the schema does not have, a value that is not of its type, a salt
 * that is none, and hidden hashes that are missing, left over, or no hashes.
 */
export function disclosedRoot(
  { shown, hidden }: Disclosure,
  plan: FieldPlan,
  hashes: Hashes = nobleHashes,
): Uint8Array {
  const { name: schema, fields } = plan.schema
  const unknown = Object.keys(shown).find(name => !Object.hasOwn(fields, name))
  if (unknown !== undefined) throw refused('field-unknown', `a ${schema} document has no field "${unknown}"`)
  if (hidden.some(hash => hash.length !== 32))
    throw refused('hash-length', `a hidden hash of a ${schema} document has not 32 bytes`)
  const rest = hidden.values()
  const root = rootOf(plan.fields, new Map(Object.entries(shown)), {
    leaf: (field, content) => shownLeaf(field, content, { schema, hashes }),
    next: () => {
      const { value } = rest.next()
      if (value === undefined)
        throw refused('hidden-missing', `hidden hashes of a ${schema} document are missing`)
      return value
    },
    node: (left, right) => hashes.keccak256(concatBytes(left, right)),
  })
  if (rest.next().done !== true)
    throw refused('hidden-left-over', `a ${schema} document has hidden hashes left over`)
  return hashes.keccak256(concatBytes(root, plan.schemaHash))
}

interface TreeParts {
  leaf(field: PlannedField, content: ShownField): Uint8Array
  /** The next hidden hash. */
  next(): Uint8Array
  node(left: Uint8Array, right: Uint8Array): Uint8Array
}

/** Root of the subtree over these fields. */
function rootOf(
  fields: readonly PlannedField[],
  shown: ReadonlyMap<string, ShownField>,
  parts: TreeParts,
): Uint8Array {
  if (!fields.some(({ name }) => shown.has(name))) return parts.next()
  const [field] = fields
  const content = field && shown.get(field.name)
  if (fields.length === 1 && field !== undefined && content !== undefined) return parts.leaf(field, content)
  const split = splitOf(fields.length)
  const left = rootOf(fields.slice(0, split), shown, parts)
  return parts.node(left, rootOf(fields.slice(split), shown, parts))
}

function hiddenHashes(
  leaves: readonly Uint8Array[],
  fields: readonly PlannedField[],
  { shown, hashes }: { shown: ReadonlySet<string>; hashes: Hashes },
): Uint8Array[] {
  if (!fields.some(({ name }) => shown.has(name))) return [pairwiseRoot(leaves, hashes)]
  if (fields.length === 1) return []
  const split = splitOf(fields.length)
  return [
    ...hiddenHashes(leaves.slice(0, split), fields.slice(0, split), { shown, hashes }),
    ...hiddenHashes(leaves.slice(split), fields.slice(split), { shown, hashes }),
  ]
}

/** How many leaves stand on the left: the largest power of two below `size`, which is at least 2. */
function splitOf(size: number): number {
  return 2 ** (31 - Math.clz32(size - 1))
}

function checkNames(names: readonly string[], { schema: { name, fields } }: FieldPlan): void {
  const unknown = names.find(field => !Object.hasOwn(fields, field))
  if (unknown !== undefined) {
    throw new EnergywebError('argument-invalid', `a ${name} document has no field "${unknown}"`, {
      hint: `Its fields are ${Object.keys(fields).join(', ')}.`,
    })
  }
  if (new Set(names).size !== names.length) {
    throw new EnergywebError('argument-invalid', `a field of a ${name} document is to be shown twice`)
  }
}

function refused(failure: ProofFailure, why: string): ProofError {
  return new ProofError(failure, why, { code: 'proof-invalid' })
}
