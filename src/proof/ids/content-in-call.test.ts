import { expect, test } from 'vitest'
import { parseCid } from '../../core/any-cid.ts'
import { toHex, utf8 } from '../../core/bytes.ts'
import { formatRawCid } from '../../core/cid.ts'
import { namesContent } from './content-in-call.ts'
import { contentUuids } from './derived-ids.ts'
import { uuidBytes } from './uuid.ts'

const cid = formatRawCid(Uint8Array.from({ length: 32 }, (_, i) => i + 1))
const { v5, v8 } = contentUuids(parseCid(cid))
const call = (hex: string) => `0xab03248f${'0'.repeat(64)}${hex}00`

test.each([
  ['the text', toHex(utf8(cid))],
  ['the digest', toHex(parseCid(cid).digest)],
  ['the digest in capitals', toHex(parseCid(cid).digest).toUpperCase()],
  ['a UUIDv5', toHex(uuidBytes(v5))],
  ['the text of a UUIDv8', toHex(utf8(v8))],
])('%s in a call names content', (_, hex) => {
  expect(namesContent(call(hex), cid)).toBe(true)
})

test('other content is not named', () => {
  const other = formatRawCid(new Uint8Array(32).fill(7))
  expect(namesContent(call(toHex(utf8(other))), cid)).toBe(false)
  expect(namesContent('0x', cid)).toBe(false)
})
