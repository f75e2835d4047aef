import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ListAnswer, type ListReader } from './list-answer.ts'

class Collected implements ListReader {
  readonly bytes = 0
  readonly items: unknown[] = []

  push(items: readonly unknown[]): void {
    this.items.push(...items)
  }
}

/** What comes of a text that arrives in pieces of these lengths. */
function read(text: string, lengths: readonly number[] = [text.length]): unknown {
  const answer = new ListAnswer(() => new Collected())
  const bytes = new TextEncoder().encode(text)
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1
    answer.write(bytes.slice(at, at + length))
    at += length
  }
  return answer.end()
}

/** The same with lists in the place of their readers. */
const plain = (json: unknown): unknown =>
  Array.isArray(json)
    ? json.map(plain)
    : typeof json === 'object' && json !== null && 'result' in json && json.result instanceof Collected
      ? { ...json, result: json.result.items }
      : json

/** Where an item ends is hard to guess. */
const deceptive = fc.array(
  fc.record({
    text: fc.constantFrom('', '},{', '"},{', '\\"},{', '}]'),
    more: fc.array(fc.record({ x: fc.nat() })),
  }),
)

const answers = fc.oneof(
  fc.record({ id: fc.nat(), result: deceptive }),
  fc.record({ result: fc.jsonValue(), id: fc.nat() }),
  fc.record({ id: fc.nat(), result: fc.array(fc.jsonValue()) }),
  fc.record({ id: fc.nat(), error: fc.jsonValue(), ',"result"': fc.array(fc.jsonValue()) }),
)

test('whatever an answer says and however it is cut, it is read as JSON is', () => {
  fc.assert(
    fc.property(
      fc.oneof(answers, fc.array(answers)),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      fc.constantFrom(undefined, 1, '\t'),
      (json, lengths, space) => {
        const text = JSON.stringify(json, null, space)
        expect(plain(read(text, lengths))).toEqual(JSON.parse(text))
      },
    ),
    { numRuns: 500 },
  )
})

test('lists are given to readers, each to its own', () => {
  const text = '[{"id":1,"result":[1,2]},{"id":2,"result":{"result":[3]}},{"result":[{"result":[4]}],"id":3}]'
  expect(read(text)).toEqual([
    { id: 1, result: expect.objectContaining({ items: [1, 2] }) },
    { id: 2, result: { result: [3] } },
    { id: 3, result: expect.objectContaining({ items: [{ result: [4] }] }) },
  ])
})

test('it holds on to what stands around the lists, and to an item that has not come whole', () => {
  const answer = new ListAnswer(() => new Collected())
  const item = JSON.stringify({ data: 'x'.repeat(1_000) })
  const chunk = new TextEncoder().encode(`${item},`)
  answer.write(new TextEncoder().encode('{"id":1,"result":['))
  for (let i = 0; i < 1_000; i++) answer.write(chunk)
  expect(answer.bytes).toBeLessThan(100)
  answer.write(chunk.subarray(0, 500))
  expect(answer.bytes).toBeLessThan(600)
})

test('what is no JSON, or is cut off, is an error', () => {
  for (const text of [
    '{"result":[1',
    '{"result":[1}',
    '{"result":[{]}',
    '{"result":[tru]}',
    'Bad gateway',
    '',
  ]) {
    expect(() => read(text), text).toThrow(SyntaxError)
  }
})
