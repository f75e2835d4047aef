import { expect, test } from 'vitest'
import anchor from '../../test/storage/golden/anchor-v1.json' with { type: 'json' }
import carbon from '../../test/storage/golden/carbon-v1.json' with { type: 'json' }
import certificate from '../../test/storage/golden/certificate-v1.json' with { type: 'json' }
import golden from '../../test/storage/golden/entries-v1.json' with { type: 'json' }
import { fromBase64url, fromHex, toHex } from '../core/bytes.ts'
import { carbonSchemas, schemaNamed } from '../core/carbon-document.ts'
import { decodeDocumentAs, encodeDocument, schemas } from '../core/document.ts'
import { decodeEntry, type EntryKind, entryKinds } from '../core/entry.ts'
import type { CommitmentKind } from '../core/log.ts'
import { parseInstant } from '../core/time.ts'
import { fieldCommitment, planFields } from '../proof/field-tree.ts'
import { nobleHashes } from '../proof/hashes.ts'
import { composeEntry, composerOf } from './compose-entry.ts'
import { openHashes } from './hashes.ts'

const fast = composerOf(await openHashes())
const portable = composerOf(nobleHashes)

test('the golden vectors hold every kind under both commitments', () => {
  const seen = golden.entries.map(({ kind, commitment }) => `${kind}/${commitment}`)
  expect(seen).toEqual(entryKinds.flatMap(kind => [`${kind}/fields`, `${kind}/document`]))
})

test('the golden vectors of carbon registers hold each of their schemas', () => {
  const names = carbon.entries.map(({ entry }) => decodeEntry(entry).schema)
  expect([...new Set(names)]).toEqual(Object.values(carbonSchemas).map(({ name }) => name))
})

const vectors = [...golden.entries, ...carbon.entries, ...anchor.entries, ...certificate.entries].map(
  vector => [decodeEntry(vector.entry).schema, vector.kind, vector.commitment, vector] as const,
)

test.each(vectors)(
  'format 1: %s of a %s under a commitment to its %s is written, byte for byte, as it always was',
  (name, kindName, commitment, vector) => {
    const kind = kindName as EntryKind
    const entry = decodeEntry(vector.entry)
    const schema = schemaNamed(kind, name)
    if (schema === undefined) throw new Error(`no schema ${name}`)
    const document = decodeDocumentAs(schema, vector.document)
    expect(encodeDocument(document)).toBe(vector.document)
    const place = {
      stream: entry.stream,
      commitment: commitment as CommitmentKind,
      sequence: entry.sequence,
      previous: entry.previous === null ? undefined : fromBase64url(entry.previous),
      at: parseInstant(entry.at),
      seed: fromHex(vector.seed),
    }
    for (const composer of [fast, portable]) {
      const made = composeEntry({ kind, schema: name, document }, place, composer)
      expect(made.text).toBe(vector.entry)
      expect(made.body).toBe(vector.document)
      expect(toHex(made.leaf)).toBe(vector.leafHash)
    }
    if ('fields' in entry.document) {
      const plan = planFields(schema)
      const root = fieldCommitment(document, { plan, seed: place.seed })
      expect(fromBase64url(entry.document.fields)).toEqual(new Uint8Array(root))
    }
  },
)

const place = {
  stream: 'AAAAAAAAAAAAAAAAAAAAAA',
  commitment: 'fields',
  sequence: 0,
  previous: undefined,
  at: 0,
  seed: new Uint8Array(32),
} as const

test('text that would not be the same everywhere, or has no end, is refused', () => {
  const compose = (text: string) => composeEntry({ kind: 'note', document: { by: null, text } }, place, fast)
  expect(() => compose('half a \ud83d')).toThrow(/lone surrogate/)
  expect(() => compose('x'.repeat(4_097))).toThrow(/too long/)
  expect(() => compose('x'.repeat(4_096))).not.toThrow()
})

test('a schema that is not one of the kind is refused', () => {
  const document = { by: null, text: 'x' }
  expect(() => composeEntry({ kind: 'gap', schema: 'note/1', document }, place, fast)).toThrow(/no schema/)
  expect(schemaNamed('note', schemas.note.name)).toBe(schemas.note)
  expect(schemaNamed('reading', 'carbon-opening/1')).toBeUndefined()
})

test('an energy beyond 256 bits is refused before anything is written', () => {
  const document = {
    asset: 'a',
    channel: 'export',
    kind: 'counter',
    policy: 'given',
    source: '',
    total: 1n << 256n,
  }
  expect(() => composeEntry({ kind: 'opening', document }, place, fast)).toThrow(/can't have this|256 bits/)
})
