import { expect, test } from 'vitest'
import { readDocument } from './read-document.ts'
import { defineStructure } from './structure.ts'

const structure = defineStructure('plant/1', { plant: 'text', energies: ['integer'] })
const nest = (depth: number) => `{"plant":"x","energies":${'['.repeat(depth)}${']'.repeat(depth)}}`

test('a document is read as it stands', () => {
  const text = '{ "plant": "roof \\u00e9", "energies": [1, -2, null] }'
  expect(readDocument(text, structure)).toEqual({ plant: 'roof é', energies: [1, -2, null] })
})

test.each([
  ['a member twice', '{"plant":"a","plant":"b","energies":[]}', /stands twice/],
  ['a member twice, once in escapes', '{"plant":"a","pl\\u0061nt":"b","energies":[]}', /stands twice/],
  ['a fraction', '{"plant":"a","energies":[1.5]}', /1\.5/],
  ['an exponent', '{"plant":"a","energies":[1e3]}', /1e3/],
  ['a number that is not exact', '{"plant":"a","energies":[9007199254740993]}', /9007199254740993/],
  ['a lone surrogate', '{"plant":"\\ud83d","energies":[]}', /not valid Unicode/],
  ['too deep a nesting', nest(70), /64 levels/],
  ['something that is no JSON', '{"plant":"a",}', /not JSON/],
  ['something else than the structure', '{"plant":"a"}', /needs "energies"/],
])('a document with %s is refused', (_, text, message) => {
  expect(() => readDocument(text, structure)).toThrow(message)
  expect(() => readDocument(text, structure)).toThrow(/plant\/1 document/)
})
