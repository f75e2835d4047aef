import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCid } from '../../core/any-cid.ts'
import { toHex } from '../../core/bytes.ts'
import { contentUuids, entryUri, entryUuid, leafUuid, originOfUuid } from './derived-ids.ts'
import { urlNamespace, uuidBytes, uuidV5, uuidV8, uuidV8OfName, uuidVersion } from './uuid.ts'

const dnsNamespace = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
const refused = expect.objectContaining({ code: 'argument-invalid' })

describe('UUIDs', () => {
  test('are those of RFC 9562, appendix A.4 and B.2', () => {
    expect(uuidV5('www.example.com', dnsNamespace)).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2')
    expect(uuidV8OfName('www.example.com', dnsNamespace)).toBe('5c146b14-3c52-8afd-938a-375d0df1fbf6')
  })

  test('of any digest say version 8 and the variant, and keep the other 122 bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), digest => {
        const uuid = uuidV8(digest)
        expect(uuidVersion(uuid)).toBe(8)
        const bytes = uuidBytes(uuid)
        expect((bytes[8] ?? 0) >> 6).toBe(2)
        const kept = (given: Uint8Array) =>
          toHex(given.map((byte, i) => (i === 6 ? byte & 0x0f : i === 8 ? byte & 0x3f : byte)))
        expect(kept(bytes)).toBe(kept(digest.slice(0, 16)))
      }),
    )
  })

  test.each([
    '',
    'x',
    '2ed6657d-e927-568b-95e1-2665a8aea6a',
    '2ED6657D-e927-568b-95e1-2665a8aea6a2',
    '2ed6657d-e927-068b-95e1-2665a8aea6a2',
    '2ed6657d-e927-568b-c5e1-2665a8aea6a2',
    '{2ed6657d-e927-568b-95e1-2665a8aea6a2}',
  ])('%j is refused', text => {
    expect(() => uuidBytes(text)).toThrow(refused)
    expect(() => uuidV5('name', text)).toThrow(refused)
  })
})

describe('UUIDs of entries and content', () => {
  const place = { stream: 'AAAAAAAAAAAAAAAAAAAAAA', sequence: 7 }
  const leafHash = new Uint8Array(32).fill(0xab)
  const cid = parseCid('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e')

  test('are pinned: they may never change', () => {
    expect(entryUri(place)).toBe('urn:energyweb:entry:AAAAAAAAAAAAAAAAAAAAAA:7')
    expect(entryUuid(place)).toMatchInlineSnapshot(`"693db64e-865f-53c8-9185-582ede0ef79e"`)
    expect(leafUuid(leafHash)).toMatchInlineSnapshot(`"abababab-abab-8bab-abab-abababababab"`)
    expect(contentUuids(cid)).toMatchInlineSnapshot(`
      {
        "v5": "4b13563a-5344-5472-8975-a39c997eefc1",
        "v8": "b94d27b9-934d-8e08-a52e-52d7da7dabfa",
      }
    `)
    expect(uuidV5('https://example.org', urlNamespace)).toMatchInlineSnapshot(
      `"0d092af3-c9f8-531f-9cc3-9db40a0750ef"`,
    )
  })

  test('are recognised by what they were worked out from, and by nothing else', () => {
    const all = { place, leafHash, cid }
    expect(originOfUuid(entryUuid(place), all)).toBe('entry')
    expect(originOfUuid(leafUuid(leafHash), all)).toBe('leaf')
    expect(originOfUuid(contentUuids(cid).v5, all)).toBe('content')
    expect(originOfUuid(contentUuids(cid).v8, all)).toBe('content')
    expect(originOfUuid(entryUuid({ ...place, sequence: 8 }), all)).toBeUndefined()
    expect(originOfUuid(leafUuid(leafHash), { place })).toBeUndefined()
  })

  test('of content do not depend on the version that its CID is written in', () => {
    const v0 = parseCid('QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o')
    expect(contentUuids(v0)).toEqual(contentUuids({ ...v0, version: 1 }))
  })

  test.each([
    ['a name for a stream', { stream: 'roof', sequence: 0 }],
    ['a sequence below zero', { stream: place.stream, sequence: -1 }],
    ['half a sequence', { stream: place.stream, sequence: 0.5 }],
  ])('are not made of %s', (_, given) => {
    expect(() => entryUuid(given)).toThrow(refused)
  })
})

test('what is no UUID, and no digest of a SHA-256, is refused', () => {
  const unfit = expect.objectContaining({ code: 'argument-invalid' })
  for (const length of [0, 20, 31, 33]) expect(() => uuidV8(new Uint8Array(length))).toThrow(unfit)
  for (const text of ['', '6BA7B811-9DAD-51D1-80B4-00C04FD430C8', 'x'.repeat(100)]) {
    expect(() => uuidBytes(text)).toThrow(unfit)
  }
})
