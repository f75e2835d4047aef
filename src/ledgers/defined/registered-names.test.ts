import { expect, test } from 'vitest'
import { formatRawCid } from '../../core/cid.ts'
import { fakeEntry } from '../../testing/fake-entry.ts'
import { registeredNames } from './registered-names.ts'

const digest = new Uint8Array(32).fill(0xab)
const entry = {
  ...fakeEntry([], 'roof', 'reading', { cid: formatRawCid(digest) }),
  seed: new Uint8Array(32),
}

test('names come in the forms that contracts take', () => {
  const { raw } = registeredNames(entry, { published: ['raw'], kind: 'mine' })
  expect(raw).toEqual({
    cid: {
      text: 'bafkreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm',
      bytes: `0x01551220${'ab'.repeat(32)}`,
      bytes32: `0x${'ab'.repeat(32)}`,
    },
    // RFC 9562: version 8 in byte 6, the variant in byte 8, all else is the digest.
    uuid8: {
      text: 'abababab-abab-8bab-abab-abababababab',
      bytes16: '0xabababababab8bababababababababab',
      bytes32: `0xabababababab8bababababababababab${'0'.repeat(32)}`,
    },
    uuid5: {
      text: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/),
      bytes16: expect.stringMatching(/^0x[0-9a-f]{32}$/),
      bytes32: expect.stringMatching(/^0x[0-9a-f]{32}0{32}$/),
    },
  })
})

test('what a kind does not say that it publishes it does not get', () => {
  const names = registeredNames(entry, { published: ['raw'], kind: 'mine' })
  expect(() => names.document).toThrow('the kind mine does not say that its calls name document')
})

test('an entry without raw bytes has no name of them, and one without a seed no record', () => {
  const bare = fakeEntry([], 'roof', 'release', { total: 1n })
  const names = registeredNames(bare, { published: ['raw', 'document'], kind: 'mine' })
  expect(names.raw).toBeUndefined()
  expect(() => names.document).toThrow('an entry without document and seed has no record')
})
