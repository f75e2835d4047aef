import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fakeEntry } from '../../testing/fake-entry.ts'
import { callIn, noteOf } from './kept-call.ts'

const hex = (length: { minLength: number; maxLength: number }) =>
  fc.uint8Array(length).map(bytes => `0x${Buffer.from(bytes).toString('hex')}`)

const call = fc.record({
  to: hex({ minLength: 20, maxLength: 20 }),
  data: hex({ minLength: 0, maxLength: 300 }),
  value: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  what: fc.string({ unit: 'grapheme' }),
  since: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n }), { nil: undefined }),
})

const entryOf = (text: string) => fakeEntry([], 'calls', 'note', { by: 'energyweb', text })

test('a call comes out of its entry as it was kept', () => {
  fc.assert(
    fc.property(call, kept => {
      expect(callIn(fakeEntry([], 'calls', 'note', noteOf(kept)))).toEqual(kept)
    }),
  )
})

test('a note of somebody is no call, whatever stands in it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      expect(callIn(entryOf(text))).toBeUndefined()
    }),
  )
  expect(callIn(entryOf('what is contract-call/1?'))).toBeUndefined()
  expect(callIn(fakeEntry([], 'calls', 'gap', { reason: 'contract-call/1' }))).toBeUndefined()
})

test('a call that can’t be read is never left out in silence', () => {
  expect(() => callIn(entryOf('{"schema":"contract-call/1","to":"0x12"}'))).toThrow(
    expect.objectContaining({ code: 'log-corrupt' }),
  )
})
