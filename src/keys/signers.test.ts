import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { privateKeyToAccount, sign as viemSign } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex, utf8 } from '../core/bytes.ts'
import { ed25519Signer, environmentSigner, ethereumAddress, secp256k1Signer, verifierKey } from './index.ts'

const anyKey = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter(key => key[0] !== 0xff && key.some(byte => byte !== 0))
const halfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

describe('a secp256k1 signer', () => {
  test('gives the same account and the same bytes as viem, with low s and the recovery id last', async () => {
    await fc.assert(
      fc.asyncProperty(anyKey, fc.uint8Array({ minLength: 32, maxLength: 32 }), async (key, digest) => {
        const signer = await secp256k1Signer(key)
        const hex = `0x${toHex(key)}` as const
        expect(await ethereumAddress(signer.publicKey('secp256k1'))).toBe(privateKeyToAccount(hex).address)
        const signature = await signer.sign(digest, { algorithm: 'secp256k1' })
        const theirs = await viemSign({ hash: `0x${toHex(digest)}`, privateKey: hex })
        expect(signature).toHaveLength(65)
        expect(`0x${toHex(signature.subarray(0, 32))}`).toBe(theirs.r)
        expect(`0x${toHex(signature.subarray(32, 64))}`).toBe(theirs.s)
        expect(signature[64]).toBe(theirs.yParity)
        expect(BigInt(theirs.s) <= halfOrder).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('keeps its own copy of the key, and gives copies of its public key', async () => {
    const key = randomBytes(32)
    const digest = randomBytes(32)
    const signer = await secp256k1Signer(key)
    const before = await signer.sign(digest, { algorithm: 'secp256k1' })
    key.fill(0)
    signer.publicKey('secp256k1').fill(0)
    expect(await signer.sign(digest, { algorithm: 'secp256k1' })).toEqual(before)
    expect(signer.publicKey('secp256k1')[0]).toBe(4)
  })

  test('signs a 32-byte digest only, and nothing as another algorithm or after an abort', async () => {
    const signer = await secp256k1Signer(randomBytes(32))
    const refused = { code: 'argument-invalid' }
    await expect(signer.sign(randomBytes(31), { algorithm: 'secp256k1' })).rejects.toMatchObject(refused)
    await expect(signer.sign(randomBytes(32), { algorithm: 'ed25519' })).rejects.toMatchObject(refused)
    expect(() => signer.publicKey('ed25519')).toThrow(expect.objectContaining(refused))
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(signer.sign(randomBytes(32), { algorithm: 'secp256k1', signal })).rejects.toThrow('enough')
  })
})

describe('an Ed25519 signer', () => {
  // RFC 8032 section 7.1, tests 1 to 3.
  test.each([
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('signs the RFC’s message of key %s', async (seed, publicKey, message, signature) => {
    const signer = ed25519Signer(fromHex(seed))
    expect(toHex(signer.publicKey('ed25519'))).toBe(publicKey)
    expect(toHex(await signer.sign(fromHex(message), { algorithm: 'ed25519' }))).toBe(signature)
    await expect(signer.sign(utf8('x'), { algorithm: 'secp256k1' })).rejects.toMatchObject({
      code: 'argument-invalid',
    })
  })
})

describe('an account address', () => {
  test('carries the checksum of EIP-55 and needs the uncompressed public key', async () => {
    const signer = await secp256k1Signer(
      fromHex('4646464646464646464646464646464646464646464646464646464646464646'),
    )
    const publicKey = signer.publicKey('secp256k1')
    // The key of EIP-155's example.
    expect(await ethereumAddress(publicKey)).toBe('0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F')
    const compressed = Uint8Array.of(2, ...publicKey.subarray(1, 33))
    await expect(ethereumAddress(compressed)).rejects.toMatchObject({ code: 'argument-invalid' })
  })
})

describe('a key from the environment', () => {
  const key = '4646464646464646464646464646464646464646464646464646464646464646'

  test('signs, for either algorithm', async () => {
    const chain = await environmentSigner({
      variable: 'K',
      algorithm: 'secp256k1',
      environment: { K: `0x${key}` },
    })
    expect(await ethereumAddress(chain.publicKey('secp256k1'))).toBe(
      '0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F',
    )
    const log = await environmentSigner({ variable: 'K', algorithm: 'ed25519', environment: { K: key } })
    expect(log.algorithms).toEqual(['ed25519'])
  })

  test('that is missing or is none says so without showing it', async () => {
    const open = (environment: Record<string, string>) =>
      environmentSigner({ variable: 'K', algorithm: 'secp256k1', environment })
    await expect(open({})).rejects.toMatchObject({ code: 'secret-unavailable' })
    await expect(open({ K: '' })).rejects.toMatchObject({ code: 'secret-unavailable' })
    for (const wrong of [key.slice(1), `${key}00`, key.replace('4', 'g'), '0'.repeat(64)]) {
      await expect(open({ K: wrong })).rejects.toMatchObject({
        code: 'key-invalid',
        message: expect.not.stringContaining('4646'),
      })
    }
  })
})

describe('a log’s verifier key', () => {
  test('is that of the specification’s form, and its key id depends on the name', () => {
    const { publicKey } = { publicKey: new Uint8Array(32).fill(7) }
    const [name, id, material] = verifierKey('example.org/roof', publicKey).split('+')
    expect(name).toBe('example.org/roof')
    expect(Buffer.from(material ?? '', 'base64')).toEqual(Buffer.from([1, ...publicKey]))
    expect(verifierKey('example.org/cellar', publicKey)).not.toContain(id)
  })

  test('agrees with a published key (the Go checksum database)', () => {
    const published = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
    const publicKey = Buffer.from('Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8', 'base64').subarray(1)
    expect(verifierKey('sum.golang.org', publicKey)).toBe(published)
  })

  test.each(['', 'a b', 'a+b', 'a\nb', 'a\u00a0b', 'a\u2003b', 'a\0'])('refuses the name %j', name => {
    expect(() => verifierKey(name, new Uint8Array(32))).toThrow(
      expect.objectContaining({ code: 'argument-invalid' }),
    )
  })

  test('refuses a public key of another length', () => {
    expect(() => verifierKey('a', new Uint8Array(33))).toThrow(
      expect.objectContaining({ code: 'argument-invalid' }),
    )
  })
})
