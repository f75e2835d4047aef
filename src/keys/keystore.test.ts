import { execFile } from 'node:child_process'
import { verify } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect, promisify } from 'node:util'
import fc from 'fast-check'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toHex, utf8 } from '../core/bytes.ts'
import {
  describeKeystore,
  importKeystore,
  newKeystore,
  openKeystore,
  parsePrivateKey,
  writeKeystore,
} from './index.ts'

// The two test vectors of the Web3 Secret Storage Definition (ethereum.org).
const vectorKey = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
const vectorPassword = 'testpassword'
const vectorAddress = '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b'
const pbkdf2Vector = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      c: 262144,
      dklen: 32,
      prf: 'hmac-sha256',
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
}
const scryptVector = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
    ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c',
    kdf: 'scrypt',
    kdfparams: {
      dklen: 32,
      n: 262144,
      r: 1,
      p: 8,
      salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19',
    },
    mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
}

const cost = { n: 2, r: 8, p: 1 }
const password = 'a password nobody guesses'
const index = new URL('./index.ts', import.meta.url).href
let folder: string
let made = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'))
})
afterAll(() => rm(folder, { recursive: true }))

const newPath = () => join(folder, `key-${made++}.json`)

async function save(content: unknown): Promise<string> {
  const path = newPath()
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
  return path
}

async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string; hint?: string }> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it was not rejected')
}

async function run(script: string): Promise<string> {
  const arguments_ = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', script]
  return (await promisify(execFile)(process.execPath, arguments_)).stdout
}

describe('opening a keystore', () => {
  test.each([
    ['pbkdf2', pbkdf2Vector],
    ['scrypt', scryptVector],
    ['"Crypto" instead of "crypto"', { ...pbkdf2Vector, crypto: undefined, Crypto: pbkdf2Vector.crypto }],
  ])('opens the published vector: %s', async (_, vector) => {
    const opened = await openKeystore({
      path: await save(vector),
      password: vectorPassword,
      expect: 'secp256k1',
    })
    expect(opened.address).toBe(vectorAddress)
    const account = privateKeyToAccount(`0x${vectorKey}`)
    expect(`0x${toHex(opened.publicKey)}`).toBe(account.publicKey)
    // Fails when the signer keeps a view of the decrypted bytes (Buffer.slice) instead of a copy: they are wiped.
    const digest = new Uint8Array(32).fill(5)
    const signature = await opened.signer.sign(digest, { algorithm: 'secp256k1' })
    const theirs = await account.sign({ hash: `0x${toHex(digest)}` })
    expect(`0x${toHex(signature.subarray(0, 64))}`).toBe(theirs.slice(0, 130))
    const wrong = { ...vector, address: '00'.repeat(20) }
    await expect(
      openKeystore({ path: await save(wrong), password: vectorPassword, expect: 'secp256k1' }),
    ).rejects.toMatchObject({ code: 'key-invalid', message: expect.stringContaining('another account') })
  })

  test('opens what was made, for any password, and only with that password', async () => {
    const anyPassword = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    const algorithm = fc.constantFrom('secp256k1' as const, 'ed25519' as const)
    await fc.assert(
      fc.asyncProperty(anyPassword, anyPassword, algorithm, async (right, wrong, algorithm) => {
        const keystore = await newKeystore({ algorithm, password: right, cost })
        const path = await save(keystore.text)
        const opened = await openKeystore({ path, password: right, expect: algorithm })
        expect(opened.publicKey).toEqual(keystore.publicKey)
        expect(opened.address).toBe(keystore.address)
        expect(opened.warnings).toEqual([])
        if (wrong !== right) {
          const open = openKeystore({ path, password: wrong, expect: algorithm })
          await expect(open).rejects.toMatchObject({ code: 'key-password', hint: expect.any(String) })
        }
      }),
      { numRuns: 25 },
    )
  })

  test('a changed digit anywhere in the cipher text, the mac, the salt or the cost is found', async () => {
    const { text } = await newKeystore({ algorithm: 'secp256k1', password, cost })
    for (const member of ['ciphertext', 'mac', 'salt']) {
      const changed = text.replace(
        new RegExp(`("${member}": "[0-9a-f]{10})([0-9a-f])`),
        (_, before, digit) => {
          return before + (digit === '0' ? '1' : '0')
        },
      )
      expect(changed).not.toBe(text)
      const open = openKeystore({ path: await save(changed), password, expect: 'secp256k1' })
      await expect(open).rejects.toMatchObject({ code: 'key-password' })
    }
    const path = await save(text.replace('"n": 2,', '"n": 4,'))
    await expect(openKeystore({ path, password, expect: 'secp256k1' })).rejects.toMatchObject({
      code: 'key-password',
    })
    const iv = text.replace(/("iv": ")(..)/, (_, before, digits) => before + (digits === '00' ? '01' : '00'))
    const moved = openKeystore({ path: await save(iv), password, expect: 'secp256k1' })
    // The mac does not cover the iv; the account named in the file does not fit the key it gives.
    await expect(moved).rejects.toMatchObject({ code: 'key-invalid' })
  })

  test('a log key never opens as a chain key, nor the other way round, not even when the file is edited', async () => {
    const log = await newKeystore({ algorithm: 'ed25519', password, cost })
    const chain = await newKeystore({ algorithm: 'secp256k1', password, cost })
    const { energyweb, ...bare } = JSON.parse(log.text)
    const { address, ...nameless } = JSON.parse(chain.text)
    const refused = { code: 'key-invalid', hint: expect.any(String) }
    for (const [content, expected] of [
      [log.text, 'secp256k1'],
      [chain.text, 'ed25519'],
      [bare, 'secp256k1'],
      [{ ...nameless, energyweb }, 'ed25519'],
    ] as const) {
      const open = openKeystore({ path: await save(content), password, expect: expected })
      await expect(open).rejects.toMatchObject(refused)
    }
    expect(address).toBe(chain.address?.slice(2).toLowerCase())
    // The refusal comes before the password is tried, and says what to do.
    const open = openKeystore({ path: await save(log.text), password: 'wrong', expect: 'secp256k1' })
    await expect(open).rejects.toMatchObject({ ...refused, message: expect.stringContaining('for ed25519') })
    // Fails when an Ed25519 seed is encrypted bare: the file would then import into any wallet.
    await expect(importKeystore({ path: await save(bare), password, cost })).rejects.toMatchObject(refused)
  })

  test('a missing file, a folder and a file that is no keystore each have their own error', async () => {
    const open = (path: string) => openKeystore({ path, password, expect: 'secp256k1' })
    await expect(open(newPath())).rejects.toMatchObject({ code: 'key-unavailable', retryable: true })
    await expect(open(folder)).rejects.toMatchObject({ code: 'key-unavailable' })
    await expect(open(await save('{}'))).rejects.toMatchObject({ code: 'key-invalid' })
    await expect(open(await save('\u0000'.repeat(100_000)))).rejects.toMatchObject({ code: 'key-invalid' })
    await expect(open(await save(' '.repeat(70_000)))).rejects.toMatchObject({ code: 'key-invalid' })
    const path = newPath()
    await writeFile(path, Uint8Array.of(0xff, 0xfe))
    await expect(open(path)).rejects.toMatchObject({ code: 'key-invalid' })
  })

  test('warns when others may read the file', async () => {
    const path = await save((await newKeystore({ algorithm: 'secp256k1', password, cost })).text)
    await chmod(path, 0o640)
    const opened = await openKeystore({ path, password, expect: 'secp256k1' })
    expect(opened.warnings).toEqual([expect.stringContaining('mode 640')])
    expect((await describeKeystore(path)).warnings).toHaveLength(1)
  })

  test('a costly scrypt takes its memory in another process, which is gone afterwards', async () => {
    const costly = { n: 2 ** 17, r: 8, p: 1 }
    const { text } = await newKeystore({ algorithm: 'secp256k1', password, cost: costly })
    const path = await save(text)
    const output = await run(`
      import { openKeystore } from ${JSON.stringify(index)}
      await import(${JSON.stringify(import.meta.resolve('tiny-secp256k1'))})
      const before = process.resourceUsage().maxRSS
      await openKeystore({ path: ${JSON.stringify(path)}, password: ${JSON.stringify(password)}, expect: 'secp256k1' })
      console.log(process.resourceUsage().maxRSS - before)
    `)
    // 128 MiB here if it ran in this process; maxRSS is the high-water mark, in kB.
    expect(Number(output)).toBeLessThan(64 * 1024)
  })

  test('a costly scrypt ends when it is aborted', async () => {
    const path = await save({
      ...scryptVector,
      crypto: { ...scryptVector.crypto, kdfparams: { ...scryptVector.crypto.kdfparams, r: 8, p: 4 } },
    })
    const reason = new Error('enough')
    const signal = AbortSignal.timeout(50)
    const began = performance.now()
    const open = openKeystore({ path, password, expect: 'secp256k1', signal: AbortSignal.any([signal]) })
    expect((await rejection(open)).name).toBe('TimeoutError')
    expect(performance.now() - began).toBeLessThan(2_000)
    const aborted = openKeystore({ path, password, expect: 'secp256k1', signal: AbortSignal.abort(reason) })
    await expect(aborted).rejects.toBe(reason)
  })
})

describe('making a keystore', () => {
  test('uses scrypt with n = 2^15 unless told otherwise', async () => {
    const { text } = await newKeystore({ algorithm: 'secp256k1', password })
    expect(JSON.parse(text).crypto.kdfparams).toMatchObject({ n: 32768, r: 8, p: 1, dklen: 32 })
  })

  test('keeps a given key, tells its account and leaves the caller’s bytes alone', async () => {
    const privateKey = Buffer.from(parsePrivateKey(`0x${vectorKey.toUpperCase()}\n`))
    const keystore = await newKeystore({ algorithm: 'secp256k1', password, privateKey, cost })
    expect(keystore.address).toBe(vectorAddress)
    expect(toHex(privateKey)).toBe(vectorKey)
    expect(keystore.text).not.toContain(vectorKey)
  })

  test('an Ed25519 keystore holds PKCS#8, tells its public key, and signs what Node verifies', async () => {
    const keystore = await newKeystore({ algorithm: 'ed25519', password, cost })
    const content = JSON.parse(keystore.text)
    expect(content.energyweb).toEqual({ algorithm: 'ed25519', publicKey: toHex(keystore.publicKey) })
    expect(content.address).toBeUndefined()
    expect(content.crypto.ciphertext).toHaveLength(96)
    const { signer } = await openKeystore({ path: await save(keystore.text), password, expect: 'ed25519' })
    const signature = await signer.sign(utf8('checkpoint'), { algorithm: 'ed25519' })
    const x = Buffer.from(keystore.publicKey).toString('base64url')
    const key = { key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' as const }
    expect(verify(null, utf8('checkpoint'), key, signature)).toBe(true)
  })

  test('refuses an empty password, a key that is none and a cost it would not read again', async () => {
    const make = (change: object) => newKeystore({ algorithm: 'secp256k1', password, cost, ...change })
    await expect(make({ password: '' })).rejects.toMatchObject({ code: 'argument-invalid' })
    for (const privateKey of [new Uint8Array(32), new Uint8Array(31).fill(1), new Uint8Array(32).fill(255)]) {
      await expect(make({ privateKey })).rejects.toMatchObject({ code: 'key-invalid' })
    }
    await expect(make({ algorithm: 'ed25519', privateKey: new Uint8Array(31) })).rejects.toMatchObject({
      code: 'key-invalid',
    })
    for (const wrong of [
      { n: 3, r: 8, p: 1 },
      { n: 2 ** 19, r: 1, p: 1 },
      { n: 2, r: 0, p: 1 },
    ]) {
      await expect(make({ cost: wrong })).rejects.toMatchObject({ code: 'key-invalid' })
    }
  })

  test('two keystores of one key and password have nothing in common but the account', async () => {
    const privateKey = parsePrivateKey(vectorKey)
    const one = await newKeystore({ algorithm: 'secp256k1', password, privateKey, cost })
    const two = await newKeystore({ algorithm: 'secp256k1', password, privateKey, cost })
    const [a, b] = [JSON.parse(one.text), JSON.parse(two.text)]
    expect(a.address).toBe(b.address)
    for (const member of ['ciphertext', 'mac']) expect(a.crypto[member]).not.toBe(b.crypto[member])
    expect(a.crypto.kdfparams.salt).not.toBe(b.crypto.kdfparams.salt)
    expect(a.crypto.cipherparams.iv).not.toBe(b.crypto.cipherparams.iv)
  })

  test('importing another program’s keystore gives one of ours, with a new password', async () => {
    const from = await save(pbkdf2Vector)
    const keystore = await importKeystore({
      path: from,
      password: vectorPassword,
      newPassword: password,
      cost,
    })
    expect(keystore.address).toBe(vectorAddress)
    expect(JSON.parse(keystore.text).crypto.kdf).toBe('scrypt')
    const opened = await openKeystore({ path: await save(keystore.text), password, expect: 'secp256k1' })
    expect(opened.address).toBe(vectorAddress)
    await expect(importKeystore({ path: from, password: 'wrong', cost })).rejects.toMatchObject({
      code: 'key-password',
    })
  })
})

describe('a keystore file', () => {
  test('is written for its owner alone, whole, and leaves nothing beside it', async () => {
    const inner = await mkdtemp(join(folder, 'write-'))
    const path = join(inner, 'key.json')
    await writeKeystore(path, 'content\n')
    expect(await readFile(path, 'utf8')).toBe('content\n')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(path)).nlink).toBe(1)
    expect(await readdir(inner)).toEqual(['key.json'])
  })

  test('is never overwritten, not even through a link, nor by one of many that write at once', async () => {
    const inner = await mkdtemp(join(folder, 'write-'))
    const path = join(inner, 'key.json')
    const writes = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => writeKeystore(path, `${i}`)))
    expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const write of writes) {
      if (write.status === 'rejected') expect(write.reason).toMatchObject({ code: 'argument-invalid' })
    }
    const dangling = join(inner, 'dangling.json')
    await symlink(join(inner, 'elsewhere.json'), dangling)
    await expect(writeKeystore(dangling, 'x')).rejects.toMatchObject({ code: 'argument-invalid' })
    expect((await readdir(inner)).sort()).toEqual(['dangling.json', 'key.json'])
    await expect(writeKeystore(join(inner, 'none', 'key.json'), 'x')).rejects.toMatchObject({
      code: 'key-unavailable',
    })
  })

  test('describes itself without a password', async () => {
    const chain = await newKeystore({ algorithm: 'secp256k1', password, cost })
    expect(await describeKeystore(await save(chain.text))).toEqual({
      algorithm: 'secp256k1',
      address: chain.address,
      warnings: [],
    })
    const log = await newKeystore({ algorithm: 'ed25519', password, cost })
    const path = await save(log.text)
    expect(await describeKeystore(path)).toEqual({
      algorithm: 'ed25519',
      publicKey: log.publicKey,
      warnings: [],
    })
    const { verifierKey } = await describeKeystore(path, { origin: 'example.org/roof' })
    expect(verifierKey).toMatch(/^example\.org\/roof\+[0-9a-f]{8}\+A[Q-Za-f][A-Za-z0-9+/]{42}$/)
    expect(await describeKeystore(await save(pbkdf2Vector))).toEqual({ algorithm: 'secp256k1', warnings: [] })
  })
})

test('no error and no signer shows the password or the private key, however it is printed', async () => {
  const privateKey = parsePrivateKey(vectorKey)
  const chain = await newKeystore({ algorithm: 'secp256k1', password, privateKey, cost })
  const log = await newKeystore({ algorithm: 'ed25519', password, privateKey, cost })
  const path = await save(chain.text)
  const logPath = await save(log.text)
  const open = (path: string, given: string, expected: 'secp256k1' | 'ed25519' = 'secp256k1') =>
    rejection(openKeystore({ path, password: given, expect: expected }))
  const big = JSON.parse(chain.text)
  big.crypto.kdfparams.n = 2 ** 18
  const { signer } = await openKeystore({ path, password, expect: 'secp256k1' })
  const printed = [
    await open(path, `${password}x`),
    await open(path, password, 'ed25519'),
    await open(logPath, password, 'secp256k1'),
    await open(await save(vectorKey), password),
    await open(await save(`{"version":3,"crypto":"${vectorKey}"}`), password),
    await open(await save(chain.text.replace(/"address": ".{4}/, '"address": "0000')), password),
    await open(await save(big), password),
    await rejection(newKeystore({ algorithm: 'secp256k1', password, privateKey: new Uint8Array(32), cost })),
    await rejection(
      newKeystore({ algorithm: 'secp256k1', password, privateKey: new Uint8Array([...privateKey, 1]), cost }),
    ),
    await rejection(writeKeystore(path, chain.text)),
    await rejection(Promise.resolve().then(() => parsePrivateKey(`${vectorKey}9`))),
    await rejection(signer.sign(privateKey.subarray(1), { algorithm: 'secp256k1' })),
    await rejection(signer.sign(privateKey, { algorithm: 'ed25519' })),
    signer,
    (await openKeystore({ path: logPath, password, expect: 'ed25519' })).signer,
  ].map(value => inspect(value, { depth: 20, showHidden: true }) + JSON.stringify(value))
  for (const text of printed) {
    expect(text).not.toContain(password)
    expect(text.toLowerCase().replaceAll(/[\s,]|0x/g, '')).not.toContain(vectorKey.slice(0, 12))
    expect(text).not.toContain([...privateKey.subarray(0, 4)].join(', '))
  }
})

test('importing the room loads neither curves nor hashes', async () => {
  const output = await run(`
    import { registerHooks } from 'node:module'
    const seen = []
    registerHooks({ resolve: (specifier, context, next) => (seen.push(specifier), next(specifier, context)) })
    await import(${JSON.stringify(index)})
    console.log(JSON.stringify(seen))
  `)
  const seen: string[] = JSON.parse(output)
  expect(seen).toContain('./open-keystore.ts')
  expect(seen.filter(specifier => !/^(\.|node:|file:)/.test(specifier))).toEqual([])
  expect(fileURLToPath(index)).toContain('keys')
})
