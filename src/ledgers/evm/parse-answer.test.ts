import { expect, test } from 'vitest'
import { ListAnswer } from './list-answer.ts'
import { parseAnswer } from './parse-answer.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test('an answer that would not fit into the memory or onto the stack is refused before it is parsed', () => {
  // Fails without `refuseTrap`: 32 MB of empty objects take more than a gigabyte, and nesting ends the process.
  const refused = (why: RegExp) =>
    expect.objectContaining({
      code: 'network-unreachable',
      retryable: true,
      message: expect.stringMatching(why),
    })
  expect(() => parseAnswer(bytes(nested(65)))).toThrow(refused(/nested deeper than 64 levels/))
  expect(() => parseAnswer(bytes(`[${'{},'.repeat(500_000)}{}]`))).toThrow(
    refused(/more than 1000000 values/),
  )
})

test('what looks like a trap within a text is none', () => {
  const said = { message: `${nested(100)}\\"${','.repeat(1_000_001)}`, result: [{ logs: [[1]] }] }
  expect(parseAnswer(bytes(JSON.stringify(said)))).toEqual(said)
  expect(parseAnswer(bytes(nested(64)))).toBeInstanceOf(Array)
})

test('a list that arrives in pieces is no way around it', () => {
  const answer = (item: string) => {
    const list = new ListAnswer(() => ({ bytes: 0, push: () => undefined }))
    const text = bytes(`{"id":1,"result":[{"address":"0x"},${item}]}`)
    for (let at = 0; at < text.length; at += 4_096) list.write(text.slice(at, at + 4_096))
    return list.end()
  }
  expect(() => answer(nested(500_000))).toThrow(/nested deeper/)
  expect(() => answer(`[${'{},'.repeat(500_000)}{}]`)).toThrow(/more than 1000000 values/)
  expect(() => answer('{"address":"0x"}')).not.toThrow()
})
