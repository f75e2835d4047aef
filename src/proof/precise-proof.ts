import { concatBytes, equalBytes, fromHex, toHex, utf8 } from '../core/bytes.ts'
import type { Document } from '../core/document.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { canonicalField } from './canonical-field.ts'
import {
  type FieldPlan,
  fieldHash,
  fieldLeaves,
  fieldSalt,
  type NamePlan,
  pairwiseRoot,
  planNames,
} from './field-tree.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { ProofError, type ProofFailure } from './proof-failure.ts'

/*
 * Proofs of one field in the form of precise-proofs (npm `ew-precise-proofs-js`), so that its users can check ours and we
 * theirs. What is ours alone uses disclosures: they show several fields at once, and can't lie about places.
 */

/** A hash beside the path from a leaf to the root, and on which side of it; `0x` and 64 lower-case hex digits. */
export type PathElement = { readonly left: string } | { readonly right: string }

/** A proof of one field, as that library writes it in JSON. */
export interface FieldProof {
  readonly key: string
  /** The canonical text that is hashed for the value: see {@link canonicalField}. */
  readonly value: string
  /** Base64 of 16 bytes. */
  readonly salt: string
  /** From the leaf to the root; a level at which a node moves up has no element. */
  readonly proofPath: readonly PathElement[]
  /** Of an extended proof: keccak-256 of all keys in the order of the tree, as `0x` and hex. */
  readonly schemaHash?: string
}

/**
 * Proves one field of a document in the form of precise-proofs.
 * @param choice - `extended` (default true): against the commitment, which binds all field names; else against the bare root
 * @throws EnergywebError `argument-invalid` for a field that the schema does not have; `document-invalid`
 */
export function makeFieldProof(
  document: Document,
  choice: { plan: FieldPlan; seed: Uint8Array; field: string; extended?: boolean },
  hashes: Hashes = nobleHashes,
): FieldProof {
  const { plan, seed, field, extended = true } = choice
  const index = plan.fields.findIndex(({ name }) => name === field)
  const planned = plan.fields[index]
  if (planned === undefined) {
    throw new EnergywebError('argument-invalid', `a ${plan.schema.name} document has no field "${field}"`)
  }
  const leaves = fieldLeaves(document, { plan, seed }, hashes)
  const proof = {
    key: field,
    // Every field is there: its leaf is.
    value: canonicalField(document[field] ?? null, hashes),
    salt: fieldSalt(seed, planned.nameBytes, hashes),
    proofPath: pathOf(leaves, index, hashes),
  }
  return extended ? { ...proof, schemaHash: hex(plan.schemaHash) } : proof
}

/**
 * Checks a proof of one field, ours or the library's. Against the bare root it shows no more than that some leaf of that name
 * is in some tree; so give `keys`, the names of all fields: then place, number and names of the fields hold too. That the
 * value is of its type and has one spelling, {@link readCanonicalField} sees. The proof is hostile input.
 * @param expected - the commitment (or without `keys` the bare root), 32 bytes; who checks many proofs gives a plan for `keys`
 * @throws EnergywebError `proof-invalid`; `document-invalid` for keys that can't be the fields of one document
 *
 * @example
 * verifyFieldProof(proof, { root: commitment, keys: Object.keys(schema.fields) })
 */
export function verifyFieldProof(
  proof: FieldProof,
  expected: { root: Uint8Array; keys?: readonly string[] | NamePlan },
  hashes: Hashes = nobleHashes,
): void {
  const { root, keys } = expected
  const path = proof.proofPath.map(readElement)
  if (!saltForm.test(proof.salt)) {
    throw refused('salt-invalid', `"${proof.key}" has a salt that is not base64 of 16 bytes`)
  }
  // The key is plain text to the hash in either case.
  const given = keys ?? [proof.key]
  const { fields, schemaHash } = 'fields' in given ? given : planNames(given, hashes)
  let hash = leafOf(proof, hashes)
  for (const { side, sibling } of path) {
    hash = hashes.keccak256(side === 'left' ? concatBytes(sibling, hash) : concatBytes(hash, sibling))
  }
  if (keys !== undefined) {
    checkPlace(proof.key, path, fields)
    hash = hashes.keccak256(concatBytes(hash, schemaHash))
  }
  checkSchemaHash(proof, keys && hex(schemaHash))
  if (!equalBytes(hash, root)) {
    throw refused('field-not-in-document', `"${proof.key}" with this value is not in the document`)
  }
}

/** The library ignores the one in the proof; a proof that speaks of other fields contradicts itself. */
function checkSchemaHash({ schemaHash }: FieldProof, expected: string | undefined): void {
  if (schemaHash === undefined) return
  if (expected === undefined)
    throw refused('fields-needed', 'an extended proof needs the names of all fields')
  if (schemaHash !== expected) throw refused('fields-differ', 'the proof is of a document with other fields')
}

/**
 * A leaf is hashed without anything between key, value and salt: with salts of one length, no end of a value can be passed
 * off as the beginning of its salt. The library refuses its own salts where they begin with 0x.
 */
const saltForm = /^(?!0x)[A-Za-z0-9+/]{21}[AQgw]==$/

/** The path must be the one of the key's place, with as many elements: the bits alone would let a longer one pass. */
function checkPlace(key: string, path: readonly ReadElement[], fields: NamePlan['fields']): void {
  const index = fields.findIndex(({ name }) => name === key)
  if (index < 0) throw refused('field-unknown', `there is no field "${key}"`)
  const sides = sidesOf(index, fields.length)
  if (sides.length !== path.length || sides.some((side, i) => side !== path[i]?.side)) {
    throw refused('field-place-differs', `the path does not lead to the place of "${key}"`)
  }
}

type Side = 'left' | 'right'

/** On which side the siblings stand between a leaf and the root. */
function sidesOf(index: number, count: number): readonly Side[] {
  const sides: Side[] = []
  for (let at = index, width = count; width > 1; at >>= 1, width = (width + 1) >> 1) {
    if (at % 2 === 1) sides.push('left')
    else if (at + 1 < width) sides.push('right')
  }
  return sides
}

function pathOf(leaves: readonly Uint8Array[], index: number, hashes: Hashes): PathElement[] {
  const path: PathElement[] = []
  for (let at = index, size = 1; size < leaves.length; at >>= 1, size *= 2) {
    const start = (at ^ 1) * size
    if (start >= leaves.length) continue
    const sibling = hex(pairwiseRoot(leaves.slice(start, start + size), hashes))
    path.push(at % 2 === 1 ? { left: sibling } : { right: sibling })
  }
  return path
}

interface ReadElement {
  readonly side: Side
  readonly sibling: Uint8Array
}

function readElement(element: PathElement): ReadElement {
  const [side, text] =
    'left' in element ? (['left', element.left] as const) : (['right', element.right] as const)
  if (Object.keys(element).length !== 1 || !/^0x[0-9a-f]{64}$/.test(text)) {
    throw refused('path-element-invalid', 'an element of the path is not one hash on one side')
  }
  return { side, sibling: fromHex(text) }
}

function leafOf({ key, value, salt }: FieldProof, hashes: Hashes): Uint8Array {
  try {
    return fieldHash(utf8(key), { value, salt }, hashes)
  } catch (cause) {
    throw refused('value-not-hashable', `the value of "${key}" can't be hashed: ${messageOf(cause)}`, cause)
  }
}

function hex(bytes: Uint8Array): string {
  return `0x${toHex(bytes)}`
}

function refused(failure: ProofFailure, why: string, cause?: unknown): ProofError {
  return new ProofError(failure, why, { code: 'proof-invalid', cause })
}
