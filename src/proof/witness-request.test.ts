import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBase64 } from '../core/bytes.ts'
import { isEnergywebError } from '../core/errors.ts'
import { readCheckpoint } from './checkpoint.ts'
import { formatWitnessRequest, parseWitnessRequest, parseWitnessSize } from './witness-request.ts'

/** The example request of C2SP tlog-witness. */
const example = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`
const hash = toBase64(new Uint8Array(32).fill(1))

describe('a request to a witness', () => {
  test('is read and written as the example of the specification', () => {
    const request = parseWitnessRequest(example)
    expect(request.oldSize).toBe(20_852_014)
    expect(request.proof.map(toBase64)).toEqual(example.split('\n').slice(1, 5))
    expect(readCheckpoint(request.note)).toMatchObject({
      origin: 'example.com/behind-the-sofa',
      size: 20_852_163,
    })
    expect(formatWitnessRequest(request)).toBe(example)
  })

  test('comes out as it went in', () => {
    const proof = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 })
    const request = fc.record({ oldSize: fc.maxSafeNat(), proof, note: fc.string() })
    fc.assert(
      fc.property(request, given => {
        expect(parseWitnessRequest(formatWitnessRequest(given))).toEqual(given)
      }),
    )
  })

  test.each([
    ['nothing', ''],
    ['no empty line', 'old 0\nnote\n'],
    ['no old size', `${hash}\n\nnote`],
    ['an empty head', '\n\nnote'],
    ['a leading zero', 'old 01\n\nnote'],
    ['a sign', 'old +1\n\nnote'],
    ['a negative size', 'old -1\n\nnote'],
    ['a size in hex', 'old 0x10\n\nnote'],
    ['two spaces', 'old  1\n\nnote'],
    ['a carriage return', 'old 1\r\n\nnote'],
    ['a size beyond 2^53', 'old 9007199254740993\n\nnote'],
    ['digits without end', `old ${'9'.repeat(400)}\n\nnote`],
    ['a hash in base64url', `old 1\n${hash.replaceAll('E', '_')}\n\nnote`],
    ['a hash without padding', `old 1\n${hash.slice(0, -1)}\n\nnote`],
    ['a hash of 31 bytes', `old 1\n${toBase64(new Uint8Array(31))}\n\nnote`],
    ['unused bits', `old 1\n${hash.slice(0, -2)}F=\n\nnote`],
    ['64 hashes', `old 1\n${`${hash}\n`.repeat(64)}\nnote`],
    ['a million lines', `old 1\n${'x\n'.repeat(1_000_000)}\nnote`],
  ])('with %s is refused', (_, body) => {
    expect(() => parseWitnessRequest(body)).toThrow(expect.objectContaining({ code: 'note-invalid' }))
  })

  test('of any text is read or refused, in no other way', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), body => {
        try {
          parseWitnessRequest(body)
        } catch (error) {
          expect(isEnergywebError(error, 'note-invalid')).toBe(true)
        }
      }),
    )
  })
})

test('the size that a witness knows is decimal and a line feed, nothing else', () => {
  expect(parseWitnessSize('0\n')).toBe(0)
  expect(parseWitnessSize('20852163\n')).toBe(20_852_163)
  for (const body of ['', '\n', '1', '01\n', '1\n\n', ' 1\n', '1e3\n', '<html>\n']) {
    expect(() => parseWitnessSize(body)).toThrow(expect.objectContaining({ code: 'note-invalid' }))
  }
})
