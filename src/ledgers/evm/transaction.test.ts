import fc from 'fast-check'
import { keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { fromHex } from '../../core/bytes.ts'
import type { Signer } from '../../core/signer.ts'
import { secp256k1Signer } from '../../keys/secp256k1-signer.ts'
import { accountOf, signTransaction, type TransactionInput } from './transaction.ts'

const key = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
const signer = await secp256k1Signer(fromHex(key))
const account = privateKeyToAccount(key)

const call = {
  chainId: 246n,
  nonce: 7,
  to: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
  data: `0x7715ad90${'01'.repeat(128)}`,
  gas: 99_000n,
} as const

const golden: readonly TransactionInput[] = [0, 1, 7, 127, 128, 255, 256, 65_536].flatMap(nonce => [
  { ...call, nonce, type: 'legacy', fees: { maxFeePerGas: 2_000_000_001n, maxPriorityFeePerGas: 0n } },
  { ...call, nonce, type: 'eip1559', fees: { maxFeePerGas: 2_000_000_001n, maxPriorityFeePerGas: 3n } },
  { ...call, nonce, chainId: 73799n, type: 'legacy', fees: { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n } },
])

test.each(golden)(
  "$type, chain $chainId, nonce $nonce: the same bytes as viem's own signing",
  async input => {
    const { chainId, nonce, to, data, gas, fees } = input
    const shared = {
      chainId: Number(chainId),
      nonce,
      to: to as `0x${string}`,
      data: data as `0x${string}`,
      gas,
    }
    const expected = await account.signTransaction(
      input.type === 'legacy'
        ? { ...shared, type: 'legacy', gasPrice: fees.maxFeePerGas }
        : { ...shared, type: 'eip1559', ...fees },
    )
    const variant = await signTransaction(input, { signer })
    expect(variant.raw).toBe(expected)
    expect(variant.hash).toBe(keccak256(expected))
    expect(variant).toMatchObject({ nonce, ...fees })
  },
)

test('a pinned legacy transaction, so that the bytes never change unseen', async () => {
  const fees = { maxFeePerGas: 2_000_000_001n, maxPriorityFeePerGas: 0n }
  const { hash } = await signTransaction({ ...call, type: 'legacy', fees }, { signer })
  expect(hash).toBe('0xd5b278d777e8792a437b97ede4e68fa8175b8b287fa9bdd2f6bf4f39ba257d5e')
})

test("the account is the one of viem's", () => {
  expect(accountOf(signer)).toBe(account.address.toLowerCase())
})

test('a signer that gives no recovery id is refused', async () => {
  const broken: Signer = { ...signer, sign: async () => new Uint8Array(64) }
  const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }
  await expect(signTransaction({ ...call, type: 'legacy', fees }, { signer: broken })).rejects.toMatchObject({
    code: 'key-invalid',
  })
})

test("whatever the transaction, viem's own signing gives the same bytes", async () => {
  const amount = fc.bigInt({ min: 0n, max: 2n ** 70n })
  const hex = (length: { minLength: number; maxLength: number }) =>
    fc.uint8Array(length).map(bytes => `0x${Buffer.from(bytes).toString('hex')}` as const)
  const recipient = fc.option(hex({ minLength: 20, maxLength: 20 }), { nil: undefined })
  const transaction = fc.record({
    type: fc.constantFrom('legacy' as const, 'eip1559' as const),
    chainId: fc.integer({ min: 1, max: 2 ** 31 }),
    nonce: fc.nat(),
    to: recipient,
    data: hex({ minLength: 0, maxLength: 300 }),
    gas: amount,
    value: amount,
    tip: amount,
    above: amount,
  })
  await fc.assert(
    fc.asyncProperty(transaction, async ({ type, chainId, nonce, to, data, gas, value, tip, above }) => {
      const fees = { maxFeePerGas: tip + above, maxPriorityFeePerGas: tip }
      const shared = { chainId, nonce, data, gas, value, ...(to && { to }) }
      const expected = await account.signTransaction(
        type === 'legacy' ? { ...shared, type, gasPrice: fees.maxFeePerGas } : { ...shared, type, ...fees },
      )
      const { raw } = await signTransaction(
        { type, chainId: BigInt(chainId), nonce, to, data, gas, value, fees },
        { signer },
      )
      expect(raw).toBe(expected)
    }),
    { numRuns: 60 },
  )
})
