import { describe, expect, test } from 'vitest'
import { plainText } from './plain-text.ts'

describe('text from a file', () => {
  test('stays as it is when it is plain, in any language', () => {
    for (const text of ['roof', 'Dachfläche 7', '屋顶', 'سطح', '<script>alert(1)</script>', '🌞 PV'])
      expect(plainText(text)).toBe(text)
  })

  test('shows what turns or hides text by its number', () => {
    expect(plainText('a\u202Eb\u2066c\u0000d\ne\u200Bf\u{E0041}')).toBe(
      'a⟨U+202E⟩b⟨U+2066⟩c⟨U+0000⟩d⟨U+000A⟩e⟨U+200B⟩f⟨U+E0041⟩',
    )
    expect(plainText('lone \ud800.')).toBe('lone ⟨U+D800⟩.')
  })

  test('is cut, and says how long it was; a character is never cut in two', () => {
    expect(plainText('x'.repeat(1_000_000))).toBe(`${'x'.repeat(160)}… (1,000,000 characters in all)`)
    expect(plainText(`${'x'.repeat(3)}🌞🌞`, 4)).toBe('xxx… (7 characters in all)')
  })

  test('carries four marks a letter at most', () => {
    expect(plainText(`a${'\u0301'.repeat(100)}b`)).toBe(`a${'\u0301'.repeat(4)}b`)
  })
})
