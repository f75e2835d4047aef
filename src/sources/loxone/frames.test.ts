import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LoxoneFrames } from './frames.ts'

const header = (type: number, length: number, info = 0) =>
  Uint8Array.from([
    3,
    type,
    info,
    0,
    length & 255,
    (length >> 8) & 255,
    (length >> 16) & 255,
    (length >> 24) & 255,
  ])
const table = new Uint8Array(24).fill(7)
const completed = (...frames: (string | Uint8Array)[]) => {
  const lines = new LoxoneFrames('ms')
  return frames.map(frame => lines.take(frame)).at(-1)
}

describe('headers and payloads', () => {
  it('make messages', () => {
    expect(completed(header(0, 2), '{}')).toEqual({ type: 'text', text: '{}' })
    expect(completed(header(1, 2), '{}')).toEqual({ type: 'file', text: '{}' })
    expect(completed(header(2, 24), table)).toEqual({ type: 'values', bytes: table })
    expect(completed(header(3, 24), table)).toEqual({ type: 'other' })
    expect(completed(header(6, 0))).toEqual({ type: 'keepalive' })
  })
  it('with a length that is estimated wait for the exact one, or take a payload that has it', () => {
    expect(completed(header(2, 100, 0x80))).toBeUndefined()
    expect(completed(header(2, 100, 0x80), header(2, 24))).toBeUndefined()
    expect(completed(header(2, 100, 0x80), header(2, 24), table)).toEqual({ type: 'values', bytes: table })
    expect(completed(header(2, 24, 0x80), table)).toEqual({ type: 'values', bytes: table })
    expect(completed(header(1, 900, 0x80), '{}')).toEqual({ type: 'file', text: '{}' })
  })
  it.each([
    ['text that was not announced', ['{}']],
    ['bytes that were not announced', [table]],
    ['a table of another length', [header(2, 48), table]],
    ['text in place of a table', [header(2, 24), '{}']],
    ['a header of an unknown type', [header(9, 1)]],
  ] as const)('refuse %s', (_, frames) => {
    expect(() => completed(...frames)).toThrow(expect.objectContaining({ code: 'source-malformed' }))
  })
  it('refuse what is announced as too long, and tell when the Miniserver goes', () => {
    expect(() => completed(header(2, 0x7fffffff))).toThrow(
      expect.objectContaining({ code: 'source-too-large' }),
    )
    expect(() => completed(header(5, 0))).toThrow(
      expect.objectContaining({ code: 'source-failed', retryable: true }),
    )
  })
  it('never break otherwise, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 40 })), { maxLength: 8 }),
        frames => {
          try {
            completed(...frames)
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^source-/) })
          }
        },
      ),
    )
  })
})
