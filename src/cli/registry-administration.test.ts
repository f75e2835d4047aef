import { afterAll, beforeAll, expect, test } from 'vitest'
import { scaledClock } from '../core/clock.ts'
import type { AssetLine } from '../core/ledger.ts'
import { environmentSigner } from '../keys/index.ts'
import { EvmNetwork } from '../ledgers/evm/network.ts'
import { networkPresets } from '../ledgers/evm/presets.ts'
import { checkAsset } from '../ledgers/origin-a/check.ts'
import { type Anvil, startAnvil } from '../testing/anvil.ts'
import type { ChainAccount } from './chain-transaction.ts'
import { deployRegistry, registerAsset } from './registry-administration.ts'

let anvil: Anvil
let network: EvmNetwork
const sent: string[] = []

beforeAll(async () => {
  // A block for every transaction, and the clock that waits for it twenty times as fast.
  anvil = await startAnvil({ noMining: true })
  network = await EvmNetwork.open({ ...networkPresets.local, name: 'test', rpc: [anvil.url] })
})

afterAll(() => anvil?.stop())

async function accountOf(index: number): Promise<ChainAccount> {
  const { address, privateKey } = anvil.accounts[index]!
  const environment = { KEY: privateKey }
  const signer = await environmentSigner({ variable: 'KEY', algorithm: 'secp256k1', environment })
  const onSent = async (what: string) => {
    sent.push(what)
    await anvil.mine()
  }
  return { network, signer, address: address.toLowerCase(), clock: scaledClock(20), onSent }
}

const asset = {
  capacityWh: 10_000n,
  plantType: 'solar',
  operationalSince: 1_700_000_000n,
  place: { country: 'DE', region: 'Sachsen' },
} as const

test.each(['producer', 'consumer'] as const)(
  'a registry of one’s own takes a %s, ready for readings',
  async role => {
    const owner = await accountOf(0)
    const meter = anvil.accounts[1]!.address
    const { address } = await deployRegistry(owner, role)
    const input = { ...asset, role, contract: address, smartMeter: meter, owner: owner.address }
    expect(await registerAsset(owner, input)).toBe(0n)
    // Its smart meter has an asset now: that is the one.
    expect(await registerAsset(owner, input)).toBe(0n)
    expect(await registerAsset(owner, { ...input, another: true })).toBe(1n)
    const line: AssetLine = { name: 'roof/origin', stream: 'roof', role, assetId: 1n, key: 'meter' }
    const state = await checkAsset({ network, ledger: 'origin', line, contract: address, account: meter })
    expect(state).toMatchObject({ smartMeter: meter.toLowerCase(), active: true, lastRead: 0n })
    // Who does not own the registry is told so, and nothing is sent.
    const before = sent.length
    const stranger = await accountOf(2)
    await expect(registerAsset(stranger, { ...input, another: true })).rejects.toMatchObject({
      code: 'role-missing',
      message: expect.stringContaining('sender is not the owner'),
    })
    expect(sent.length).toBe(before)
  },
)

test('an account without coins is told so before anything is signed', async () => {
  const environment = { KEY: `0x${'7'.repeat(64)}` }
  const signer = await environmentSigner({ variable: 'KEY', algorithm: 'secp256k1', environment })
  const address = '0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f'
  const account = { ...(await accountOf(0)), signer, address }
  await expect(deployRegistry(account, 'producer')).rejects.toMatchObject({
    code: expect.stringMatching(/funds-insufficient|transaction-refused/),
  })
})

test.each([
  ['a text that does not fit', { role: 'consumer', place: { country: 'x'.repeat(33), region: '' } }],
  ['a plant without capacity', { role: 'producer', capacityWh: 0n }],
] as const)('%s is refused before anything is sent', async (_what, change) => {
  const owner = await accountOf(0)
  const { address: contract } = await deployRegistry(owner, change.role)
  const before = sent.length
  const { address } = owner
  const input = { ...asset, contract, smartMeter: address, owner: address, ...change }
  await expect(registerAsset(owner, input)).rejects.toMatchObject({ code: 'argument-invalid' })
  expect(sent.length).toBe(before)
})
