import { expect, test } from 'vitest'
import { guessedBytes } from './guessed-type.ts'

test.each(['0x1', '0x12g4', '0xzz', '0x0'])(
  '%j has 0x and no whole hex bytes behind it: it is refused',
  text => {
    expect(() => guessedBytes(text)).toThrow(expect.objectContaining({ code: 'document-invalid' }))
  },
)

test('a negative hex number is a number: its word is that of the decimal one', () => {
  expect(guessedBytes('-0x10')).toEqual(guessedBytes('-16'))
})
