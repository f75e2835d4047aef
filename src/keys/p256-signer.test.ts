import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { expect, test } from 'vitest'
import { fromHex, toHex, utf8 } from '../core/bytes.ts'
import { p256Spki } from '../core/p256-spki.ts'
import { p256Signer, verifierKey } from './index.ts'

// RFC 6979 appendix A.2.5: key and public key.
const scalar = fromHex('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721')
const point = fromHex(
  '0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
)

test('the public key is that of the scalar, as RFC 6979 has it and as another library does', () => {
  expect(p256Signer(scalar).publicKey('p256')).toEqual(point)
  const key = randomBytes(32)
  expect(toHex(p256Signer(key).publicKey('p256'))).toBe(toHex(p256.getPublicKey(key, false)))
})

test('signatures are r || s over the SHA-256 of the message, as OpenSSL and another library verify them', async () => {
  const key = Uint8Array.from(scalar)
  const signer = p256Signer(key)
  key.fill(0)
  const message = utf8('a checkpoint\n')
  const signature = await signer.sign(message, { algorithm: 'p256' })
  expect(signature).toHaveLength(64)
  const spki = createPublicKey({ key: Buffer.from(p256Spki(point)), format: 'der', type: 'spki' })
  const encoding = { key: spki, dsaEncoding: 'ieee-p1363' } as const
  expect(verify('sha256', message, encoding, signature)).toBe(true)
  expect(verify('sha256', utf8('another\n'), encoding, signature)).toBe(false)
  expect(p256.verify(signature, message, point, { lowS: false })).toBe(true)
})

test('nothing is signed as another algorithm or after an abort, and no number beyond the curve is a key', async () => {
  const signer = p256Signer(scalar)
  const refused = { code: 'argument-invalid', hint: expect.stringContaining('evidence key') }
  await expect(signer.sign(utf8('m'), { algorithm: 'ed25519' })).rejects.toMatchObject(refused)
  expect(() => signer.publicKey('secp256k1')).toThrow(expect.objectContaining(refused))
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(signer.sign(utf8('m'), { algorithm: 'p256', signal })).rejects.toThrow('enough')
  for (const bad of [new Uint8Array(32), new Uint8Array(32).fill(0xff), new Uint8Array(31)]) {
    expect(() => p256Signer(bad)).toThrow(expect.objectContaining({ code: 'key-invalid' }))
  }
})

test('its verifier key has the id of its bytes alone, whatever its name is', () => {
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(scalar)
  const key = verifierKey('gateway.example.org/roof', new Uint8Array(pair.getPublicKey()), 'evidence')
  const [name, id, material = ''] = key.split('+', 3)
  expect(name).toBe('gateway.example.org/roof')
  expect(Buffer.from(material, 'base64')[0]).toBe(2)
  expect(verifierKey('another', point, 'evidence').split('+')[1]).toBe(id)
  expect(() => verifierKey('roof', point.subarray(1), 'evidence')).toThrow('a P-256 public key has 65 bytes')
})
