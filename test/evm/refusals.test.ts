import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromHex } from '../../src/core/bytes.ts'
import { type EvmNetwork, freeOfCharge, type Revert, type Signer, secp256k1Signer } from '../../src/evm.ts'
import { startAnvil } from '../../src/testing/anvil.ts'
import { hasNode, startOtherNode } from '../support/other-nodes.ts'
import { bytecode, networkOf, probeAbi } from './probe.ts'

/* The same contract refuses in the same seven ways on every node; a client must not see which node it is. */

const nodes = {
  anvil: () => startAnvil({ blockTime: 1, gasPrice: 0n, baseFee: 0n }),
  hardhat: () => startOtherNode('hardhat'),
  ganache: () => startOtherNode('ganache'),
} as const

const reverts: readonly (readonly [number, Revert])[] = [
  [0, { kind: 'error', text: 'not the owner' }],
  [1, { kind: 'custom', name: 'TooLow', args: [5n, 3n] }],
  [2, { kind: 'panic', code: 17n, text: 'an arithmetic overflow or underflow' }],
  [3, { kind: 'silent' }],
  [4, { kind: 'silent' }],
  [5, { kind: 'unknown', data: '0x12345678' }],
]

/** Of the mnemonic that Hardhat and anvil share; ganache makes up its own accounts. */
const testKey = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'

describe.each(['anvil', 'hardhat', 'ganache'] as const)('%s', name => {
  const there = name === 'anvil' || hasNode(name)
  let node: { url: string; stop(): Promise<void> }
  let network: EvmNetwork
  let signer: Signer
  let holder: string
  let address: string

  beforeAll(async () => {
    if (!there) return
    node = await nodes[name]()
    const fees =
      name === 'anvil' ? freeOfCharge : ({ type: 'legacy', floor: 1n, cap: 10n ** 12n, tip: 1n } as const)
    const [chainId, accounts] = await Promise.all(
      ['eth_chainId', 'eth_accounts'].map(method => rpc(node.url, method, [])),
    )
    network = await networkOf(node.url, { chainId: BigInt(chainId as string), fees })
    holder = (accounts as string[])[0] ?? ''
    signer = await secp256k1Signer(fromHex(testKey))
    if (name === 'ganache')
      await rpc(node.url, 'eth_sendTransaction', [
        { from: holder, to: '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266', value: '0xde0b6b3a7640000' },
      ])
    const { contract } = await network.deploy({
      abi: probeAbi,
      bytecode,
      signer,
      args: [holder as `0x${string}`],
      pollEvery: 50,
    })
    address = contract.address
  }, 120_000)
  afterAll(() => node?.stop())

  const contract = () => network.contract({ address, abi: probeAbi })

  test.skipIf(!there).each(reverts)('refusal %i, by an estimate', async (how, revert) => {
    const failure = (await contract()).sendRaw('refuse', [how], { signer })
    await expect(failure).rejects.toMatchObject({ code: 'transaction-reverted', meaning: 'reverted', revert })
  })

  test.skipIf(!there).each(reverts)('refusal %i, in its block', async (how, revert) => {
    const sent = await (await contract()).sendRaw('refuse', [how], { signer, gas: 200_000n })
    const failure = sent.wait({ pollEvery: 50 })
    await expect(failure).rejects.toMatchObject({ code: 'transaction-reverted', revert })
  })

  test.skipIf(!there)('refusal by an account that the node holds', async () => {
    const held = (await contract()).send('refuse', [1], { from: holder, gas: 200_000n })
    await expect(held.then(sent => sent.wait({ pollEvery: 50 }))).rejects.toMatchObject({
      code: 'transaction-reverted',
      revert: { kind: 'custom', name: 'TooLow', args: [5n, 3n] },
    })
  })

  test.skipIf(!there)('an account without coins', async () => {
    const poor = await secp256k1Signer(fromHex(`0x${'42'.repeat(32)}`))
    const paid = (await contract()).sendRaw('count', [], { signer: poor, value: 10n ** 20n, gas: 100_000n })
    await expect(paid).rejects.toMatchObject({ code: 'funds-insufficient', meaning: 'funds' })
  })

  test.skipIf(!there)('more gas than a block has', async () => {
    const huge = (await contract()).sendRaw('count', [], { signer, gas: 900_000_000n })
    await expect(huge).rejects.toMatchObject({ code: 'transaction-refused', meaning: 'gas-over-block' })
  })

  test.skipIf(!there)('too little gas to begin', async () => {
    const none = (await contract()).sendRaw('count', [], { signer, gas: 100n })
    await expect(none).rejects.toMatchObject({ code: 'transaction-refused', meaning: 'gas-too-low' })
  })

  test.skipIf(!there)('another chain', async () => {
    const wrong = await networkOf(node.url, { chainId: 246n })
    await expect(wrong.isSynced()).rejects.toMatchObject({ code: 'network-wrong-chain' })
  })
})

async function rpc(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  return ((await response.json()) as { result?: unknown }).result
}
