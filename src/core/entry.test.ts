import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { decodeEntry, encodeEntry, entryKinds } from './entry.ts'
import { isEnergywebError } from './errors.ts'

const stream = 'AAAAAAAAAAAAAAAAAAAAAA'
const hash = 'A'.repeat(43)
const input = {
  kind: 'reading' as const,
  stream,
  sequence: 1,
  previous: hash,
  at: Date.UTC(2024, 4, 1, 8),
  document: { fields: hash },
  schema: 'reading/1',
}

describe('an entry', () => {
  it('is canonical JSON and reads back, for every kind', () => {
    expect(encodeEntry(input)).toBe(
      `{"at":"2024-05-01T08:00:00.000Z","document":{"fields":"${hash}"},"kind":"reading","previous":"${hash}","schema":"reading/1","sequence":1,"stream":"${stream}","v":1}`,
    )
    for (const kind of entryKinds) {
      const text = encodeEntry({ ...input, kind, document: { hash } })
      expect(encodeEntry({ ...decodeEntry(text), at: input.at })).toBe(text)
    }
  })

  // Fails when two members change places in canonicalEntry, or one is not escaped.
  it('is what canonical JSON makes of its members, whatever they hold', () => {
    const text = fc.string({ unit: 'grapheme' })
    const members = fc.record({
      kind: fc.constantFrom(...entryKinds),
      stream: text,
      sequence: fc.nat(),
      previous: fc.option(text),
      at: fc.integer({ min: 0, max: 4e12 }),
      document: fc.oneof(fc.record({ fields: text }), fc.record({ hash: text })),
      schema: text,
    })
    fc.assert(
      fc.property(members, given => {
        const at = new Date(given.at).toISOString()
        expect(encodeEntry(given)).toBe(
          canonicalJson({ ...given, v: 1, at, document: { ...given.document } }),
        )
      }),
    )
  })

  const good = encodeEntry(input)
  it.each([
    ['no JSON', '{'],
    ['another version', good.replace('"v":1', '"v":2')],
    ['an unknown kind', good.replace('"reading"', '"rating"')],
    ['white space', good.replace(':', ': ')],
    ['another member', good.replace('{', '{"a":1,')],
    ['a second member of the same name', good.replace('"v":1', '"v":1,"v":1')],
    ['a stream of another length', good.replace(stream, 'AA')],
    ['a sequence below zero', good.replace('"sequence":1', '"sequence":-1')],
    ['a fractional sequence', good.replace('"sequence":1', '"sequence":1.5')],
    ['a first entry with a previous', good.replace('"sequence":1', '"sequence":0')],
    ['a later entry without a previous', good.replace(`"previous":"${hash}"`, '"previous":null')],
    ['a time without milliseconds', good.replace('.000Z', 'Z')],
    ['a commitment of both forms', good.replace('{"fields"', `{"hash":"${hash}","fields"`)],
    ['a prototype key', good.replace('"v":1', '"__proto__":{},"v":1')],
    ['too many bytes', `${good}${' '.repeat(70_000)}`],
  ])('is refused with %s', (_, text) => {
    expect(() => decodeEntry(text)).toThrow(
      expect.toSatisfy(error => isEnergywebError(error, 'entry-invalid')),
    )
  })
})
