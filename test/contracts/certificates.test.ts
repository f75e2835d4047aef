import { type Address, encodeFunctionData } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { AssetBench } from './asset-bench.ts'
import { Bench, deployDouble, eventIn, type Outcome, people } from './bench.ts'
import { certificateAbi } from './origin-a-abi.ts'

// The double's certificates, in both public builds of release A: they differ in whether an asset must be complete.
describe.each([
  { build: 'first', audited: false, fork: 'london' },
  { build: 'second', audited: true, fork: 'london' },
  { build: 'first', audited: false, fork: 'homestead' },
  { build: 'second', audited: true, fork: 'homestead' },
])('certificates of the double, $build build, at $fork', ({ audited, fork }) => {
  let anvil: Anvil
  let bench: Bench
  let registry: AssetBench
  let certificates: Address
  afterAll(() => anvil.stop())
  beforeAll(async () => {
    anvil = await startAnvil({ noMining: true, hardfork: fork })
    bench = new Bench(anvil)
    const double = await deployDouble(bench, audited)
    registry = new AssetBench(bench, 'producing', 'double', double.producing)
    certificates = double.certificates
  })

  async function send(
    functionName: string,
    args: readonly unknown[],
    who: keyof typeof people,
  ): Promise<Outcome> {
    const data = encodeFunctionData({ abi: certificateAbi as never, functionName, args } as never)
    const outcome = await bench.send(bench.account(people[who]), certificates, data)
    // Before Byzantium the refusal of an inner call may leave too little gas to say no.
    return fork === 'homestead' && outcome.text === 'out of gas' ? { ...outcome, text: 'reverted' } : outcome
  }
  const create = (id: bigint, wh: bigint, who: keyof typeof people = 'matcher') =>
    send('createCertificateForAssetOwner', [id, wh], who)

  async function completeAsset(): Promise<bigint> {
    const id = await registry.readyAsset()
    await registry.initLocation(id)
    await registry.initProperties(id)
    return id
  }

  test('a Matcher mints to the asset owner, with the CO2 share; nobody else may', async () => {
    const id = await completeAsset()
    await registry.read(id, 1_000n, { co2: 300n })
    expect((await create(id, 1n, 'stranger')).text).toBe('reverted')
    const minted = await create(id, 500n)
    expect(eventIn(minted, certificateAbi, 'LogCreatedCertificate')).toEqual({
      certificateId: 0n,
      powerInW: 500n,
      owner: registry.who('owner').address,
      escrow: registry.who('matcher').address,
    })
    const certificate = (await bench.call(certificateAbi, certificates, 'getCertificate', [0n])) as unknown[]
    expect(certificate.slice(0, 7)).toEqual([
      id,
      registry.who('owner').address,
      500n,
      false,
      await registry.call('getLastSmartMeterReadFileHash', [id]),
      150n,
      registry.who('matcher').address,
    ])
    const properties = (await registry.call('getAssetProducingProperties', [id])) as unknown[]
    expect(properties.slice(2, 5)).toEqual([500n, 300n, 150n])
  })

  test('more than is left is refused; exactly the rest and 0 Wh are not', async () => {
    const id = await completeAsset()
    await registry.read(id, 100n)
    expect((await create(id, 101n)).text).toBe('reverted')
    expect((await create(id, 2n ** 256n - 1n)).text).toBe('reverted')
    expect((await create(id, 100n)).text).toBe('accepted')
    expect((await create(id, 0n)).text).toBe('accepted')
  })

  test('a register that fell below what was certified blocks certificates until it has passed it again', async () => {
    const id = await completeAsset()
    await registry.read(id, 100n)
    await create(id, 80n)
    await registry.read(id, 0n, { down: true })
    expect(await registry.view('getCoSaved', [id, 1n])).toBe('invalid opcode')
    expect((await create(id, 0n)).text).toBe('reverted')
    await registry.read(id, 120n)
    expect((await create(id, 40n)).text).toBe('accepted')
  })

  test('a CO2 offset that fell below what was used blocks them too', async () => {
    const id = await completeAsset()
    await registry.read(id, 100n, { co2: 50n })
    await create(id, 80n)
    await registry.read(id, 200n, { co2: 1n })
    expect(await registry.view('getCoSaved', [id, 1n])).toBe('invalid opcode')
    expect((await create(id, 1n)).text).toBe('reverted')
  })

  test(`an asset that is not complete is ${audited ? 'refused' : 'accepted'}`, async () => {
    const id = await registry.readyAsset()
    await registry.read(id, 10n)
    expect((await create(id, 5n)).text).toBe(audited ? 'reverted' : 'accepted')
  })

  test('changes hands, naming the new owner as the old one, and retires once with an event', async () => {
    const id = await completeAsset()
    await registry.read(id, 10n)
    const event = eventIn(await create(id, 5n), certificateAbi, 'LogCreatedCertificate')
    const certificate = event?.certificateId
    const { address } = registry.who('matcher')
    expect((await send('changeCertificateOwner', [certificate, address], 'stranger')).text).toBe('reverted')
    expect(
      (await send('changeCertificateOwner', [certificate, registry.who('stranger').address], 'owner')).text,
    ).toBe('reverted')
    const changed = await send('changeCertificateOwner', [certificate, address], 'owner')
    expect(eventIn(changed, certificateAbi, 'LogCertificateOwnerChanged')).toMatchObject({
      oldOwner: address,
      newOwner: address,
    })
    expect((await send('retireCertificate', [certificate], 'owner')).text).toBe('reverted')
    expect((await send('retireCertificate', [certificate], 'matcher')).logs).toHaveLength(1)
    expect(await send('retireCertificate', [certificate], 'matcher')).toMatchObject({
      text: 'accepted',
      logs: [],
    })
    expect((await send('changeCertificateOwner', [certificate, address], 'matcher')).text).toBe('reverted')
  })

  test(`isRole above 6 for the contract's owner ${audited ? 'hits an invalid opcode' : 'is true'}`, async () => {
    const args = [9, registry.who('administrator').address]
    expect(await registry.view('isRole', args)).toBe(audited ? 'invalid opcode' : 'answered')
  })
})
