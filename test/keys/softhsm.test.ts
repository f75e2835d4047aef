import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { recoverAddress } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { fromHex, toHex } from '../../src/core/bytes.ts'
import type { SignatureAlgorithm } from '../../src/core/signer.ts'
import { type OpenedTokenKey, type OpenTokenKeyOptions, openTokenKey } from '../../src/keys/index.ts'
import { named } from '../storage/machine.ts'
import { noSofthsm, pin, Softhsm, softhsmLibrary } from '../support/softhsm.ts'

/* A real PKCS#11 token, and keys that another client made in it. */

const reason = noSofthsm()

describe.skipIf(reason !== undefined)(named('keys in SoftHSM', reason), () => {
  const half = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
  let tokens: Softhsm
  const opened: OpenedTokenKey[] = []

  beforeAll(() => {
    tokens = new Softhsm()
    tokens.addToken('ew')
    tokens.makeKey('ew', { label: 'meter', type: 'EC:secp256k1', id: '01' })
    tokens.makeKey('ew', { label: 'evidence', type: 'EC:prime256v1', id: '02' })
    tokens.makeKey('ew', { label: 'log', type: 'EC:edwards25519', id: '03' })
    tokens.makeKey('ew', { label: 'large', type: 'EC:secp384r1', id: '04' })
    tokens.makeKey('ew', { label: 'twin', type: 'EC:secp256k1', id: '05' })
    tokens.makeKey('ew', { label: 'twin', type: 'EC:secp256k1', id: '06' })
  })
  afterEach(() => {
    for (const key of opened.splice(0)) key.close()
  })
  afterAll(() => tokens.remove())

  async function open(
    label: string,
    expect: SignatureAlgorithm,
    more: Partial<OpenTokenKeyOptions> = {},
  ): Promise<OpenedTokenKey> {
    const key = await openTokenKey({
      library: softhsmLibrary,
      token: 'ew',
      pin,
      key: { label },
      expect,
      environment: tokens.environment,
      ...more,
    })
    opened.push(key)
    return key
  }

  test('an account signs as any other: low s, and viem recovers its address', {
    timeout: 120_000,
  }, async () => {
    const { signer, address } = await open('meter', 'secp256k1')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async digest => {
        const signature = await signer.sign(digest, { algorithm: 'secp256k1' })
        expect(signature.length).toBe(65)
        expect(BigInt(`0x${toHex(signature.subarray(32, 64))}`) <= half).toBe(true)
        const [r, s] = [signature.subarray(0, 32), signature.subarray(32, 64)].map(
          part => `0x${toHex(part)}` as const,
        )
        const recovered = await recoverAddress({
          hash: `0x${toHex(digest)}`,
          signature: { r: r ?? '0x', s: s ?? '0x', yParity: signature[64] ?? 2 },
        })
        expect(recovered).toBe(address)
      }),
      { numRuns: 60 },
    )
  })

  test('the address is that of the public key which another client reads', async () => {
    const file = join(tokens.folder, 'meter.der')
    tokens.tool('ew', '--read-object', '--type', 'pubkey', '--label', 'meter', '--output-file', file)
    const { publicKey } = await open('meter', 'secp256k1')
    expect(toHex(readFileSync(file))).toContain(toHex(publicKey))
  })

  test('P-256 and Ed25519 sign messages that Node verifies', async () => {
    const message = new TextEncoder().encode('a checkpoint')
    for (const [label, algorithm, crv] of [
      ['evidence', 'p256', 'P-256'],
      ['log', 'ed25519', 'Ed25519'],
    ] as const) {
      const { signer, publicKey } = await open(label, algorithm)
      const signature = await signer.sign(message, { algorithm })
      const part = (from: number, to?: number) =>
        Buffer.from(publicKey.subarray(from, to)).toString('base64url')
      const key = createPublicKey({
        key:
          crv === 'Ed25519'
            ? { kty: 'OKP', crv, x: part(0) }
            : { kty: 'EC', crv, x: part(1, 33), y: part(33) },
        format: 'jwk',
      })
      const hash = algorithm === 'p256' ? 'sha256' : null
      expect(verify(hash, message, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
      expect(signature.length).toBe(64)
      await expect(signer.sign(message, { algorithm: 'secp256k1' })).rejects.toMatchObject({
        code: 'argument-invalid',
      })
    }
  })

  test('a key may be named by its id; a name of two keys is refused, and both are told', async () => {
    expect((await open('twin', 'secp256k1', { key: { label: 'twin', id: '06' } })).id).toBe('06')
    await expect(open('twin', 'secp256k1')).rejects.toMatchObject({
      code: 'key-invalid',
      message: 'the token ew has 2 private keys twin',
      hint: expect.stringMatching(/twin \(id 05\), twin \(id 06\)\.$/),
    })
  })

  test('what is not there is named, with what there is', async () => {
    await expect(open('roof', 'secp256k1')).rejects.toMatchObject({
      code: 'key-invalid',
      retryable: false,
      hint: expect.stringMatching(/meter \(id 01\)/),
    })
    await expect(open('meter', 'secp256k1', { token: 'other' })).rejects.toMatchObject({
      code: 'key-unavailable',
      retryable: true,
      hint: expect.stringMatching(/^There is ew \(serial [0-9a-f]{16}\)/),
    })
    await expect(open('meter', 'secp256k1', { library: '/nowhere/lib.so' })).rejects.toMatchObject({
      code: 'key-invalid',
      message: expect.stringContaining('/nowhere/lib.so is no PKCS#11 library'),
    })
  })

  test('a key of another curve is refused, never used', async () => {
    await expect(open('evidence', 'secp256k1')).rejects.toMatchObject({
      code: 'key-invalid',
      message: 'the key evidence of the token ew is of p256, not of secp256k1',
    })
    await expect(open('large', 'p256')).rejects.toMatchObject({ code: 'key-invalid' })
    await expect(open('meter', 'ed25519')).rejects.toMatchObject({ code: 'key-invalid' })
  })

  test('two tokens of one label are told apart by their serial numbers', async () => {
    const pair = new Softhsm()
    onTestFinished(() => pair.remove())
    pair.addToken('two')
    pair.makeKey('two', { label: 'meter', type: 'EC:secp256k1' })
    pair.addToken('two')
    const more = { token: 'two', environment: pair.environment }
    const refusal = await open('meter', 'secp256k1', more).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'key-invalid', message: '2 tokens are two' })
    const serials = [...JSON.stringify(Object(refusal).hint).matchAll(/\(serial (\w+)/g)].map(
      ([, serial]) => serial ?? '',
    )
    const found = await Promise.allSettled(
      serials.map(serial => open('meter', 'secp256k1', { ...more, serial })),
    )
    expect(found.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('a wrong PIN is tried once, however many ask', async () => {
    const wrong = { pin: '9999', token: 'ew' }
    const first = open('meter', 'secp256k1', wrong)
    await expect(first).rejects.toMatchObject({ code: 'key-password', retryable: false })
    // SoftHSM says that a wrong PIN was given, until the right one is.
    expect(flags(tokens)).toContain('user PIN count low')
    tokens.tool('ew', '--list-objects')
    expect(flags(tokens)).not.toContain('user PIN count low')
    await expect(open('evidence', 'p256', wrong)).rejects.toMatchObject({ code: 'key-password' })
    expect(flags(tokens)).not.toContain('user PIN count low')
    // The right one is another one.
    expect((await open('evidence', 'p256')).label).toBe('evidence')
  })

  test('keys of one token share its process, and it goes with the last of them', async () => {
    const [meter, log] = [await open('meter', 'secp256k1'), await open('log', 'ed25519')]
    await expect(open('evidence', 'p256', { pin: '4321' })).rejects.toMatchObject({
      code: 'key-password',
      message: 'the token ew was given two PINs',
    })
    meter.close()
    const digest = new Uint8Array(32)
    expect((await log.signer.sign(digest, { algorithm: 'ed25519' })).length).toBe(64)
    log.close()
    await expect(log.signer.sign(digest, { algorithm: 'ed25519' })).rejects.toMatchObject({ code: 'aborted' })
  })

  test('a key that asks for its owner at every signature gets the PIN each time', async () => {
    const words = ['--key-type', 'EC:secp256k1', '--label', 'careful', '--id', '0c', '--always-auth']
    tokens.tool('ew', '--keypairgen', ...words)
    const { signer } = await open('careful', 'secp256k1')
    for (let times = 0; times < 3; times++) {
      expect((await signer.sign(new Uint8Array(32).fill(times), { algorithm: 'secp256k1' })).length).toBe(65)
    }
  })

  test('a key that could leave its token is doubtful', async () => {
    tokens.tool(
      'ew',
      '--keypairgen',
      '--key-type',
      'EC:secp256k1',
      '--label',
      'loose',
      '--id',
      '0a',
      '--extractable',
    )
    expect((await open('loose', 'secp256k1')).warnings).toEqual([
      'it can be taken out of the token (CKA_EXTRACTABLE)',
    ])
    expect((await open('meter', 'secp256k1')).warnings).toEqual([])
  })

  test('the same digest is signed by the key that signed before, after the token was away', async () => {
    const away = new Softhsm()
    onTestFinished(() => away.remove())
    away.addToken('away')
    away.makeKey('away', { label: 'meter', type: 'EC:secp256k1' })
    const { signer } = await open('meter', 'secp256k1', { token: 'away', environment: away.environment })
    const digest = createHash('sha256').update('energy').digest()
    const sign = () => signer.sign(digest, { algorithm: 'secp256k1' })
    await sign()
    away.takeAway()
    await expect(sign()).rejects.toMatchObject({ code: 'key-unavailable', retryable: true })
    await expect(sign()).rejects.toMatchObject({ code: 'key-unavailable', retryable: true })
    away.bringBack()
    await expect
      .poll(
        () =>
          sign().then(
            found => found.length,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(65)
  })

  test('a token of the same name with another key signs nothing', async () => {
    const swapped = new Softhsm()
    onTestFinished(() => swapped.remove())
    swapped.addToken('swap')
    swapped.makeKey('swap', { label: 'meter', type: 'EC:secp256k1' })
    const { signer } = await open('meter', 'secp256k1', { token: 'swap', environment: swapped.environment })
    swapped.tool('swap', '--delete-object', '--type', 'privkey', '--label', 'meter')
    swapped.tool('swap', '--delete-object', '--type', 'pubkey', '--label', 'meter')
    const sign = () => signer.sign(fromHex('11'.repeat(32)), { algorithm: 'secp256k1' })
    await expect(sign()).rejects.toMatchObject({ code: 'key-unavailable', retryable: true })
    swapped.makeKey('swap', { label: 'meter', type: 'EC:secp256k1' })
    await expect
      .poll(
        () =>
          sign().then(
            () => 'signed',
            (error: Error) => error.message,
          ),
        { timeout: 20_000 },
      )
      .toMatch(/^the token swap, key meter, is another key now: 0x\w{40}, not 0x\w{40}$/)
  })
})

function flags(tokens: Softhsm): string {
  return tokens.slots().replace(/\n/g, ' ')
}
