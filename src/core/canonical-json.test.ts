import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

describe('canonical JSON (RFC 8785)', () => {
  // The RFC's own sorting example, section 3.2.3.
  it('sorts keys by UTF-16 code units', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    expect(Object.values(JSON.parse(canonicalJson(value)))).toEqual([
      'One',
      'Carriage Return',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ])
    expect(canonicalJson(value).indexOf('\ud83d\ude00')).toBeLessThan(canonicalJson(value).indexOf('\ufb33'))
  })

  it('has no white space, escapes as JSON does, and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [1, true, null, 'a"\u0007/é'], a: undefined, c: { z: 0, y: -0 } })).toBe(
      '{"b":[1,true,null,"a\\"\\u0007/é"],"c":{"y":0,"z":0}}',
    )
  })

  it.each([0.5, Number.NaN, 2 ** 53])('refuses the number %s', number => {
    expect(() => canonicalJson({ number })).toThrow('safe integer')
  })

  it('refuses a lone surrogate', () => {
    expect(() => canonicalJson('\ud800')).toThrow('surrogate')
    expect(() => canonicalJson({ '\udc00': 1 })).toThrow('surrogate')
  })
})
