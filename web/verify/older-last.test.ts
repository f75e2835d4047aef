import { expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { formatNote } from '../../src/proof/signed-note.ts'
import { olderLast } from './older-last.ts'

function file(name: string, size: number, at: string) {
  const root = `${'A'.repeat(43)}=`
  const signatures = [{ name: 'log', keyId: new Uint8Array(4), signature: new Uint8Array(64) }]
  const checkpoint = formatNote({ text: `log\n${size}\n${root}\n`, signatures })
  return { name, bytes: utf8(JSON.stringify({ made: { at }, checkpoint })) }
}

const names = (files: readonly { name: string; bytes: Uint8Array }[]) =>
  olderLast(files).map(({ name }) => name)

test('the larger log is the newer one; of logs of one size, the file that was made later', () => {
  const [old, fresh, later] = [
    file('old', 5, '2024-06-02'),
    file('fresh', 9, '2024-06-01'),
    file('later', 9, '2024-06-03'),
  ]
  expect(names([old, fresh])).toEqual(['fresh', 'old'])
  expect(names([fresh, old])).toEqual(['fresh', 'old'])
  expect(names([fresh, later])).toEqual(['later', 'fresh'])
})

test('what is no evidence comes last, and one file stays alone', () => {
  const broken = { name: 'broken', bytes: Uint8Array.of(0xff, 0x00) }
  const none = { name: 'none', bytes: utf8('{"checkpoint":"no note"}') }
  expect(names([broken, file('good', 0, '')])).toEqual(['good', 'broken'])
  expect(names([none, file('good', 0, '')])).toEqual(['good', 'none'])
  expect(names([broken])).toEqual(['broken'])
})
