import { expect, test } from 'vitest'
import golden from '../../test/storage/golden/entries-v1.json' with { type: 'json' }
import { fromBase64url, fromHex, toHex } from '../core/bytes.ts'
import { decodeDocument, encodeDocument, schemas } from '../core/document.ts'
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

test.each(golden.entries.map(vector => [vector.kind, vector.commitment, vector] as const))(
  'format 1: a %s under a commitment to its %s is written, byte for byte, as it always was',
  (name, commitment, vector) => {
    const kind = name as EntryKind
    const entry = decodeEntry(vector.entry)
    const document = decodeDocument(kind, vector.document)
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
      const made = composeEntry({ kind, document }, place, composer)
      expect(made.text).toBe(vector.entry)
      expect(made.body).toBe(vector.document)
      expect(toHex(made.leaf)).toBe(vector.leafHash)
    }
    if ('fields' in entry.document) {
      const plan = planFields(schemas[kind])
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
