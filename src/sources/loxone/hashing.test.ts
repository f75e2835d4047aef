import { expect, test } from 'vitest'
import { isVersion, keyedHash, passwordHash } from './hashing.ts'

test('the password is proven by the hash that a Miniserver expects', () => {
  const said = { salt: '3162666130643133', key: '3031413246334234' }
  expect(passwordHash({ user: 'gateway', password: 's3cret' }, { ...said, algorithm: 'SHA256' })).toBe(
    '5ca3d125be641776a7c456b4abb54d94341e23b522fb2a39f99362a4059b8c21',
  )
  expect(passwordHash({ user: 'gateway', password: 's3cret' }, { ...said, algorithm: 'SHA1' })).toHaveLength(
    40,
  )
})

test('a keyed hash is that of RFC 4231 and RFC 2202', () => {
  const [key, text] = [Buffer.from('Jefe').toString('hex'), 'what do ya want for nothing?']
  expect(keyedHash(text, key, 'SHA256')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
  expect(keyedHash(text, key, 'SHA1')).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79')
})

test.each([
  ['10.1.12.5', '10.1.12.5', true],
  ['10.1.12.4', '10.1.12.5', false],
  ['12.0.0.0', '10.1.12.5', true],
  ['9.9.99.99', '10.1.12.5', false],
  ['10.4', '10.4.0.0', true],
])('version %s is %s or later: %s', (version, from, is) => {
  expect(isVersion(version, from)).toBe(is)
})
