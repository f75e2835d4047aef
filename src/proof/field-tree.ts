import { concatBytes, equalBytes, toBase64, toHex, utf8 } from '../core/bytes.ts'
import type { Document, DocumentSchema, FieldType } from '../core/document.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { FieldWriter } from './field-writer.ts'
import { guessedBytes } from './guessed-type.ts'
import { type Hashes, nobleHashes } from './hashes.ts'

/*
 * The salted field tree of precise-proofs (Energy Web): a leaf a field, so that one field can be shown without the others.
 * A leaf is keccak-256(key, value, salt), a node keccak-256(left, right) with neighbours paired from left to right and an
 * odd last one moved up; the commitment is the extended root, keccak-256(root, schema hash).
 */

/** A field of a schema, as the tree needs it. */
export interface PlannedField {
  readonly name: string
  readonly type: FieldType
  readonly nameBytes: Uint8Array
}

/** What is the same for every document of a schema. */
export interface FieldPlan {
  readonly schema: DocumentSchema
  /** In the order of the tree: ascending by the hash of the name. */
  readonly fields: readonly PlannedField[]
  /** keccak-256 of all names in that order. */
  readonly schemaHash: Uint8Array
}

const seedLength = 32

/**
 * Sorts a schema's fields for the tree. Do it once a schema.
 * @throws EnergywebError `document-invalid` for a field name that is not plain text to the hash.
 */
export function planFields(schema: DocumentSchema, hashes: Hashes = nobleHashes): FieldPlan {
  const { fields: names, schemaHash } = planNames(Object.keys(schema.fields), hashes)
  const places = new Map(names.map(({ name }, i) => [name, i]))
  const placeOf = ({ name }: PlannedField) => Number(places.get(name))
  const fields = Object.entries(schema.fields)
    .map(([name, type]) => ({ name, type, nameBytes: utf8(name) }))
    .sort((a, b) => placeOf(a) - placeOf(b))
  return { schema, fields, schemaHash }
}

/** Names in the order of the tree; a {@link FieldPlan} is one. */
export interface NamePlan {
  readonly fields: readonly { readonly name: string; readonly nameBytes: Uint8Array }[]
  readonly schemaHash: Uint8Array
}

/**
 * Sorts names for the tree: ascending by their keccak-256.
 * @throws EnergywebError `document-invalid` for names that are none, empty, repeated, or not plain text to the hash.
 */
export function planNames(names: readonly string[], hashes: Hashes = nobleHashes): NamePlan {
  const refused = (why: string) => new EnergywebError('document-invalid', why)
  if (names.length === 0) throw refused('a document needs at least one field')
  const planned = names.map(name => {
    const nameBytes = utf8(name)
    if (!name.isWellFormed() || !equalBytes(guessedBytes(name, hashes), nameBytes)) {
      throw refused(`"${name}" can't name a field: it looks like a number, an address or nothing`)
    }
    return { name, nameBytes, order: toHex(hashes.keccak256(nameBytes)) }
  })
  planned.sort((a, b) => (a.order < b.order ? -1 : 1))
  const twice = planned.find(({ order }, i) => order === planned[i + 1]?.order)
  if (twice !== undefined) throw refused(`two fields are named "${twice.name}"`)
  return {
    fields: planned.map(({ name, nameBytes }) => ({ name, nameBytes })),
    schemaHash: hashes.keccak256(concatBytes(...planned.map(({ nameBytes }) => nameBytes))),
  }
}

/**
 * The salt of one field: base64 of the first 16 bytes of SHA-256(seed || 0x00 || name), the first bit cleared. All salts of
 * a document come from one random seed, so that only the seed must be kept; showing a salt tells nothing about the others.
 * The cleared bit keeps the text from beginning with 0x, which the hash would take for hex.
 */
export function fieldSalt(seed: Uint8Array, name: Uint8Array, hashes: Hashes = nobleHashes): string {
  const salt = hashes.sha256(concatBytes(seed, Uint8Array.of(0), name)).slice(0, 16)
  salt[0] = Number(salt[0]) & 0x7f
  return toBase64(salt)
}

/** Hash of one leaf. */
export function fieldHash(
  name: Uint8Array,
  { value, salt }: { value: string; salt: string },
  hashes: Hashes = nobleHashes,
): Uint8Array {
  return hashes.keccak256(concatBytes(name, guessedBytes(value, hashes), guessedBytes(salt, hashes)))
}

/** Root of the tree over leaves in order; nothing without leaves. */
export function pairwiseRoot(leaves: readonly Uint8Array[], hashes: Hashes = nobleHashes): Uint8Array {
  let level = leaves
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (const [i, left] of level.entries()) {
      if (i % 2 === 1) continue
      const right = level[i + 1]
      above.push(right === undefined ? left : hashes.keccak256(concatBytes(left, right)))
    }
    level = above
  }
  return concatBytes(...level)
}

/** The extended root: what an entry commits to. */
export function extendedRoot(
  leaves: readonly Uint8Array[],
  schemaHash: Uint8Array,
  hashes: Hashes = nobleHashes,
): Uint8Array {
  return hashes.keccak256(concatBytes(pairwiseRoot(leaves, hashes), schemaHash))
}

/**
 * The commitment of a document whose fields can be shown one by one: the extended root of its {@link fieldLeaves}.
 * @param seed - 32 random bytes, kept beside the document
 * @throws EnergywebError `document-invalid` for a document that is not of the plan's schema, or a value that can't be hashed.
 */
export function fieldCommitment(
  document: Document,
  { plan, seed }: { plan: FieldPlan; seed: Uint8Array },
  hashes: Hashes = nobleHashes,
): Uint8Array {
  return extendedRoot(fieldLeaves(document, { plan, seed }, hashes), plan.schemaHash, hashes)
}

/**
 * The leaves of a document, in the order of the tree. They are the same as by {@link fieldHash}, in one go.
 * @throws EnergywebError `document-invalid` for a document that is not of the plan's schema, or a value that can't be hashed.
 */
export function fieldLeaves(
  document: Document,
  { plan, seed }: { plan: FieldPlan; seed: Uint8Array },
  hashes: Hashes = nobleHashes,
): readonly Uint8Array[] {
  requireSeed(seed)
  const writer = writerOf(hashes)
  return plan.fields.map(({ name, nameBytes }) => {
    const value = document[name]
    if (value === undefined) {
      throw new EnergywebError('document-invalid', `a ${plan.schema.name} document needs "${name}"`)
    }
    const salt = hashes.sha256(writer.start(seed).add(zero).add(nameBytes).done())
    salt[0] = Number(salt[0]) & 0x7f
    try {
      return hashes.keccak256(writer.start(nameBytes).value(value).base64(salt, 16).done())
    } catch (cause) {
      throw unhashable(`"${name}" of a ${plan.schema.name} document`, cause)
    }
  })
}

function unhashable(what: string, cause: unknown): EnergywebError {
  return new EnergywebError('document-invalid', `${what} can't be hashed: ${messageOf(cause)}`, {
    hint: 'With one character more, or another, it can.',
    cause,
  })
}

const zero = Uint8Array.of(0)
const writers = new WeakMap<Hashes, FieldWriter>()

/** The writer that goes with some hash functions. */
export function writerOf(hashes: Hashes): FieldWriter {
  const known = writers.get(hashes)
  if (known !== undefined) return known
  const writer = new FieldWriter(hashes)
  writers.set(hashes, writer)
  return writer
}

/**
 * The commitment of a document that is shown whole or not at all: SHA-256(seed || its canonical text).
 * @param body - the document as `encodeDocument` writes it
 */
export function documentCommitment(body: string, seed: Uint8Array, hashes: Hashes = nobleHashes): Uint8Array {
  requireSeed(seed)
  return hashes.sha256(concatBytes(seed, utf8(body)))
}

function requireSeed(seed: Uint8Array): void {
  if (seed.length !== seedLength) {
    throw new EnergywebError('argument-invalid', `a seed has 32 bytes, not ${seed.length}`)
  }
}
