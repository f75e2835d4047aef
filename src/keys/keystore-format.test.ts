import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatKeystore, longestKeystore, parseKeystore } from './keystore-format.ts'

const refused = expect.objectContaining({ code: 'key-invalid' })

function file(change: { top?: object; crypto?: object; kdfparams?: object } = {}) {
  return {
    version: 3,
    id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
    address: '008aeeda4d805471df9b2a5b0f38a0c3bcba786b',
    ...change.top,
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: '00'.repeat(16) },
      ciphertext: '11'.repeat(32),
      kdf: 'scrypt',
      mac: '22'.repeat(32),
      ...change.crypto,
      kdfparams: { dklen: 32, n: 4096, r: 8, p: 1, salt: '33'.repeat(32), ...change.kdfparams },
    },
  }
}

const parse = (value: unknown) => parseKeystore(JSON.stringify(value))

describe('a keystore file', () => {
  test('is read with the members other programs add, with 0x before hex, and without an address', () => {
    expect(parse(file()).address).toBe('008aeeda4d805471df9b2a5b0f38a0c3bcba786b')
    expect(parse(file({ top: { name: 'x', 'x-ethers': { version: '0.1' } } })).algorithm).toBe('secp256k1')
    expect(parse(file({ top: { address: '0x008AEEDA4D805471DF9B2A5B0F38A0C3BCBA786B' } })).address).toBe(
      '008aeeda4d805471df9b2a5b0f38a0c3bcba786b',
    )
    expect(parse(file({ top: { address: undefined } })).address).toBeUndefined()
    expect(parse(file({ top: { address: '' } })).address).toBeUndefined()
  })

  test('reads what it writes, whatever the bytes', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
    const derivation = fc.oneof(
      fc.record({
        kdf: fc.constant('scrypt' as const),
        n: fc.integer({ min: 1, max: 18 }).map(power => 2 ** power),
        r: fc.integer({ min: 1, max: 8 }),
        p: fc.integer({ min: 1, max: 4 }),
        salt: bytes(32),
      }),
      fc.record({
        kdf: fc.constant('pbkdf2' as const),
        iterations: fc.integer({ min: 1, max: 1e7 }),
        salt: bytes(16),
      }),
    )
    const secret = { derivation, iv: bytes(16), ciphertext: bytes(48), mac: bytes(32) }
    const kind = fc.oneof(
      fc.record({ algorithm: fc.constant('ed25519' as const), publicKey: bytes(32), ...secret }),
      fc.record({
        algorithm: fc.constant('secp256k1' as const),
        address: bytes(20).map(address => Buffer.from(address).toString('hex')),
        ...secret,
      }),
    )
    fc.assert(
      fc.property(kind, keystore => {
        expect(parseKeystore(formatKeystore(keystore))).toEqual(keystore)
      }),
    )
  })

  test.each<[string, unknown]>([
    ['a list', []],
    ['null', null],
    ['a text', 'x'],
    ['nothing', {}],
    ['version 1', file({ top: { version: 1 } })],
    ['version "3"', file({ top: { version: '3' } })],
    ['no crypto', { ...file(), crypto: undefined }],
    ['crypto twice', { ...file(), Crypto: file().crypto }],
    ['another cipher', file({ crypto: { cipher: 'aes-128-cbc' } })],
    ['an iv of 15 bytes', file({ crypto: { cipherparams: { iv: '00'.repeat(15) } } })],
    ['no iv', file({ crypto: { cipherparams: {} } })],
    ['a mac of 31 bytes', file({ crypto: { mac: '22'.repeat(31) } })],
    ['an odd number of digits', file({ crypto: { ciphertext: '1'.repeat(63) } })],
    ['a number for hex', file({ crypto: { ciphertext: 11 } })],
    ['an empty ciphertext', file({ crypto: { ciphertext: '' } })],
    ['a long ciphertext', file({ crypto: { ciphertext: '11'.repeat(81) } })],
    ['another kdf', file({ crypto: { kdf: 'argon2id' } })],
    ['a kdf that is a prototype member', file({ crypto: { kdf: '__proto__' } })],
    ['dklen 16', file({ kdfparams: { dklen: 16 } })],
    ['no salt', file({ kdfparams: { salt: '' } })],
    ['a long salt', file({ kdfparams: { salt: '33'.repeat(65) } })],
    ['n that is no power of two', file({ kdfparams: { n: 4097 } })],
    ['n = 1', file({ kdfparams: { n: 1 } })],
    ['n as text', file({ kdfparams: { n: '4096' } })],
    ['n = 2^19', file({ kdfparams: { n: 2 ** 19, r: 1 } })],
    ['n = 0.5', file({ kdfparams: { n: 0.5 } })],
    ['more than 256 MiB', file({ kdfparams: { n: 2 ** 18, r: 9 } })],
    ['r = 2^20', file({ kdfparams: { n: 1024, r: 2 ** 20 } })],
    ['p = 2^30', file({ kdfparams: { n: 2, r: 1, p: 2 ** 30 } })],
    ['much time', file({ kdfparams: { n: 2 ** 18, r: 8, p: 5 } })],
    ['negative r', file({ kdfparams: { r: -8 } })],
    [
      'pbkdf2 with another hash',
      file({ crypto: { kdf: 'pbkdf2' }, kdfparams: { c: 1000, prf: 'hmac-sha1' } }),
    ],
    ['pbkdf2 with c = 0', file({ crypto: { kdf: 'pbkdf2' }, kdfparams: { c: 0, prf: 'hmac-sha256' } })],
    ['pbkdf2 with c = 10^9', file({ crypto: { kdf: 'pbkdf2' }, kdfparams: { c: 1e9, prf: 'hmac-sha256' } })],
    ['an address of 19 bytes', file({ top: { address: '00'.repeat(19) } })],
    ['an unknown algorithm', file({ top: { address: undefined, energyweb: { algorithm: 'p256' } } })],
    [
      'an Ed25519 key without public key',
      file({ top: { address: undefined, energyweb: { algorithm: 'ed25519' } } }),
    ],
    [
      'an Ed25519 key with an address',
      file({ top: { energyweb: { algorithm: 'ed25519', publicKey: '00'.repeat(32) } } }),
    ],
  ])('with %s is refused', (_, value) => {
    expect(() => parse(value)).toThrow(refused)
  })

  test('that is no JSON, or longer than a keystore ever is, is refused without quoting it', () => {
    // It begins with a letter that begins no JSON word, so that Node's own parser would quote it.
    const bareKey = 'ca28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
    for (const text of ['', '{', bareKey, `"${bareKey}" `.repeat(2), ' '.repeat(longestKeystore + 1)]) {
      try {
        parseKeystore(text)
        expect.unreachable()
      } catch (error) {
        expect(error).toEqual(refused)
        expect(inspect(error)).not.toContain('ca28')
      }
    }
  })

  test('of any JSON at all is read or refused, never anything else', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('crypto', 'kdfparams', 'cipherparams', 'version'),
        (value, member) => {
          const broken =
            member === 'crypto' || member === 'version'
              ? { ...file(), [member]: value }
              : { ...file(), crypto: { ...file().crypto, [member]: value } }
          try {
            parse(broken)
          } catch (error) {
            expect(error).toEqual(refused)
          }
        },
      ),
    )
  })
})
