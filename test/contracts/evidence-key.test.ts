import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { decodeFunctionResult, encodeFunctionData, type Hex, parseAbi, toFunctionSelector } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import evidenceKeyVerifier from '../../contracts/generated/EvidenceKeyVerifier.json' with { type: 'json' }
import { askPrecompile } from '../../src/ledgers/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { Bench } from './bench.ts'

const abi = parseAbi([
  'function canVerify() view returns (bool)',
  'function hasSigned(bytes text, bytes32 r, bytes32 s, bytes32 x, bytes32 y) view returns (bool)',
])
const text = Buffer.from('gateway.example.org/roof\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n')
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** A key of OpenSSL's making, and what it signs. */
function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = [x, y].map(part => Buffer.from(part, 'base64url'))
  return { privateKey, point: Buffer.concat(point) }
}
const signatureOf = (key: KeyObject, message = text) =>
  sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' })
const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`

async function verifierOn(anvil: Anvil) {
  const bytecode: Hex = `0x${evidenceKeyVerifier.bytecode.slice(2)}`
  const at = await new Bench(anvil).deploy({ abi, bytecode })
  const call = async (data: Hex) => String(await anvil.rpc('eth_call', [{ to: at, data }, 'latest']))
  return {
    async canVerify() {
      const data = await call(encodeFunctionData({ abi, functionName: 'canVerify' }))
      return decodeFunctionResult({ abi, functionName: 'canVerify', data: data as Hex })
    },
    async hasSigned(message: Uint8Array, signature: Uint8Array, point: Uint8Array) {
      const args = [hex(message), ...halves(signature), ...halves(point)] as const
      const data = await call(encodeFunctionData({ abi, functionName: 'hasSigned', args }))
      return decodeFunctionResult({ abi, functionName: 'hasSigned', data: data as Hex })
    },
  }
}

function halves(bytes: Uint8Array): readonly [Hex, Hex] {
  return [hex(bytes.subarray(0, 32)), hex(bytes.subarray(32))]
}

function looksOf(anvil: Anvil, message: Uint8Array, signature: Uint8Array, point: Uint8Array) {
  const digest = createHash('sha256').update(message).digest()
  return askPrecompile({ digest, signature, point }, { nodes: [{ url: anvil.url }] })
}

describe('a chain with the precompile of P-256 (EIP-7951)', () => {
  let anvil: Anvil
  let verifier: Awaited<ReturnType<typeof verifierOn>>
  beforeAll(async () => {
    anvil = await startAnvil({ hardfork: 'osaka', noMining: true })
    verifier = await verifierOn(anvil)
  })
  afterAll(() => anvil.stop())

  test('the contract and the precompile itself take what the key has signed, and nothing else', async () => {
    const { canVerify, hasSigned } = verifier
    expect(await canVerify()).toBe(true)
    const { privateKey, point } = keyPair()
    const signature = signatureOf(privateKey)
    expect(await hasSigned(text, signature, point)).toBe(true)
    expect(await looksOf(anvil, text, signature, point)).toMatchObject([
      { chainId: 31_337n, outcome: 'holds' },
    ])
    const tampered = Buffer.from(text.toString().replace('\n5\n', '\n6\n'))
    const bent = Buffer.from(signature)
    bent[40] = (bent[40] ?? 0) ^ 1
    for (const [message, given, key] of [
      [tampered, signature, point],
      [text, bent, point],
      [text, signature, keyPair().point],
      [text, new Uint8Array(64), point],
    ] as const) {
      expect(await hasSigned(message, given, key)).toBe(false)
      expect(await looksOf(anvil, message, given, key)).toMatchObject([{ outcome: 'false' }])
    }
  })

  test('both forms of a signature hold, that with low s and that with high s', async () => {
    const { hasSigned } = verifier
    const { privateKey, point } = keyPair()
    const signature = signatureOf(privateKey)
    const s = BigInt(hex(signature.subarray(32)))
    const other = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex')
    expect(await hasSigned(text, Buffer.concat([signature.subarray(0, 32), other]), point)).toBe(true)
  })
})

describe.each(['prague', 'london'])('a chain without it (%s)', hardfork => {
  let anvil: Anvil
  beforeAll(async () => {
    anvil = await startAnvil({ hardfork, noMining: true })
  })
  afterAll(() => anvil.stop())

  test('says so, and calls no signature bad', async () => {
    const { canVerify, hasSigned } = await verifierOn(anvil)
    expect(await canVerify()).toBe(false)
    const { privateKey, point } = keyPair()
    // The selector of NoPrecompile().
    await expect(hasSigned(text, signatureOf(privateKey), point)).rejects.toMatchObject({
      cause: { data: toFunctionSelector('NoPrecompile()') },
    })
    expect(await looksOf(anvil, text, signatureOf(privateKey), point)).toMatchObject([{ outcome: 'absent' }])
  })
})

test('a node that does not answer says nothing of the signature', async () => {
  const { privateKey, point } = keyPair()
  const digest = createHash('sha256').update(text).digest()
  const question = { digest, signature: signatureOf(privateKey), point }
  const looks = await askPrecompile(question, { nodes: [{ url: 'http://127.0.0.1:9' }], timeout: 2_000 })
  expect(looks).toMatchObject([{ chainId: undefined, outcome: 'unknown' }])
})
