import { expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { formatNote } from '../../src/proof/signed-note.ts'
import { isOlder } from './is-older.ts'

function file(size: number, at: string): Uint8Array {
  const root = `${'A'.repeat(43)}=`
  const signatures = [{ name: 'log', keyId: new Uint8Array(4), signature: new Uint8Array(64) }]
  const checkpoint = formatNote({ text: `log\n${size}\n${root}\n`, signatures })
  return utf8(JSON.stringify({ made: { at }, checkpoint }))
}

test('the file that was made earlier is the older one, even when its log is larger; of one time, the smaller log', () => {
  expect(isOlder(file(5, '2024-06-02'), file(9, '2024-06-03'))).toBe(true)
  expect(isOlder(file(9, '2024-06-02'), file(5, '2024-06-03'))).toBe(true)
  expect(isOlder(file(9, '2024-06-03'), file(5, '2024-06-02'))).toBe(false)
  expect(isOlder(file(5, ''), file(9, ''))).toBe(true)
  expect(isOlder(file(9, ''), file(9, ''))).toBe(false)
})

test('what is no evidence is the older one: the check is about the other', () => {
  for (const broken of [
    Uint8Array.of(0xff, 0x00),
    utf8('{"checkpoint":"no note"}'),
    utf8('[]'),
    utf8('null'),
  ]) {
    expect(isOlder(broken, file(0, '2024-06-01'))).toBe(true)
    expect(isOlder(file(0, '2024-06-01'), broken)).toBe(false)
  }
})
