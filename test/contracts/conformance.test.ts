import type { Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { AssetBench, anyHash, firstLink } from './asset-bench.ts'
import { Bench, deployDouble, deployStrict, type Flavour, hexOf, type Kind } from './bench.ts'
import { expectedOf, lifeCases, readingCases } from './conformance-cases.ts'

/** Each on the oldest fork that it is for; the double of release A, which is of 2017, on that of Energy Web Chain, too. */
const subjects = [
  { flavour: 'double', fork: 'london' },
  { flavour: 'strict', fork: 'london' },
  { flavour: 'double', fork: 'homestead' },
] as const
const kinds: readonly Kind[] = ['producing', 'consuming']

let registries: Record<Kind, AssetBench>

/** Deploys on a chain of its own, before the tests that stand beside the call. */
function deployed(flavour: Flavour, fork: string): void {
  let anvil: Anvil
  beforeAll(async () => {
    anvil = await startAnvil({ noMining: true, hardfork: fork })
    const bench = new Bench(anvil)
    const at = flavour === 'double' ? await deployDouble(bench) : await deployStrict(bench)
    registries = {
      producing: new AssetBench(bench, 'producing', flavour, at.producing),
      consuming: new AssetBench(bench, 'consuming', flavour, at.consuming),
    }
  })
  afterAll(() => anvil.stop())
}

/** Before Byzantium a refusal is what an impossible opcode is; in an inner call it leaves no gas to the outer one. */
const refused = (texts: readonly string[]) =>
  texts.map(text => text.replace(/^(reverted|invalid opcode|out of gas)$/, 'refused'))

describe.each(subjects)('$flavour at $fork', ({ flavour, fork }) => {
  deployed(flavour, fork)
  describe.each(kinds)('%s', kind => conforms(kind, { flavour, fork }))
})

function conforms(kind: Kind, { flavour, fork }: { flavour: Flavour; fork: string }): void {
  const registry = () => registries[kind]
  const isOld = fork === 'homestead'

  // First of all: it needs the first asset.
  test('counts ids from 0, on its own', async () => {
    expect(await registry().call('getAssetListLength')).toBe(0n)
    const created = await registry().send('createAsset', [])
    expect(registry().event(created, 'LogAssetCreated')).toEqual({
      assetId: 0n,
      sender: registry().who('administrator').address,
    })
    await registry().initGeneral(0n)
    expect(await registry().read(0n, kind === 'producing' ? 11n : 22n)).toMatch(/^0 -> /)
    expect(await registry().register(0n)).toBe(kind === 'producing' ? 'register 11' : 'register 22')
  })

  for (const entry of [...readingCases, ...lifeCases]) {
    if (entry.only !== undefined && entry.only !== kind) continue
    test(entry.name, async () => {
      const found = await entry.run(registry())
      const expected = expectedOf(entry, flavour)
      if (isOld) expect(refused(found)).toEqual(refused(expected))
      else expect(found).toEqual(expected)
    })
  }

  test('emits the reading under its topic, with old values, hash and flags', async () => {
    const id = await registry().readyAsset()
    await registry().sendReading(id, 10n, { co2: 3n })
    const outcome = await registry().sendReading(id, 25n, {
      hash: firstLink,
      down: true,
      co2: 4n,
      co2Down: true,
    })
    const shared = {
      assetId: id,
      fileHash: firstLink,
      oldMeterRead: 10n,
      newMeterRead: 25n,
      smartMeterDown: true,
    }
    expect(outcome.logs).toHaveLength(1)
    expect(registry().event(outcome, 'LogNewMeterRead')).toEqual(
      kind === 'consuming'
        ? { ...shared, certificatesUsedForWh: 0n }
        : {
            ...shared,
            certificatesCreatedForWh: 0n,
            oldCO2OffsetReading: 3n,
            newCO2OffsetReading: 4n,
            serviceDown: true,
          },
    )
    expect(outcome.logs[0]?.topics[0]).toBe(
      kind === 'consuming'
        ? '0xa0ab5f173b69a28f81848a665a77213faedda299f939f047032c1e714ce6e94b'
        : '0xe45acadd06cd9b354bd940dd24cd458d64a46ff62f06dbcbc65e6474f73c4a8e',
    )
    expect(await registry().call('getLastSmartMeterReadFileHash', [id])).toBe(firstLink)
  })

  test('answers getAssetGeneral with its own layout behind the shared selector', async () => {
    const id = await registry().readyAsset()
    await registry().read(id, 77n)
    const data = registry().encode('getAssetGeneral', [id])
    const answer = (await registry().bench.anvil.rpc('eth_call', [
      { to: registry().address, data },
      'latest',
    ])) as Hex
    expect((answer.length - 2) / 64).toBe(kind === 'producing' ? 6 : 9)
    expect(await registry().general(id)).toEqual({
      smartMeter: registry().who('meter').address,
      owner: registry().who('owner').address,
      operationalSince: 1_500_000_000n,
      lastSmartMeterReadWh: 77n,
      active: true,
      lastSmartMeterReadFileHash: anyHash,
      ...(kind === 'consuming'
        ? { capacityWh: 5_000n, maxCapacitySet: true, certificatesUsedForWh: 0n }
        : {}),
    })
  })

  test('keeps location and properties', async () => {
    const id = await registry().readyAsset()
    await registry().initLocation(id)
    const place = (await registry().call('getAssetLocation', [id])) as readonly Hex[]
    const texts = place.map(word => Buffer.from(word.slice(2), 'hex').toString().replace(/\0+$/, ''))
    expect(texts).toEqual(['DE', 'Hamburg', '20095', 'Hamburg', 'Am Kai', '7', '53.55', '9.99'])
    if (kind === 'consuming') return
    await registry().initProperties(id)
    await registry().read(id, 1_000n, { co2: 300n })
    const properties = (await registry().call('getAssetProducingProperties', [id])) as readonly unknown[]
    expect(properties.slice(0, 6)).toEqual([1n, 10_000n, 0n, 300n, 0n, 2n])
    expect(await registry().call('getAssetType', [id])).toBe(1)
    expect(await registry().call('getCompliance', [id])).toBe(2)
    expect(await registry().call('getCoSaved', [id, 500n])).toBe(150n)
  })

  test(`${flavour === 'double' ? 'burns' : 'does not burn'} the gas on an unknown id; estimates fail either way`, async () => {
    const outcome = await registry().sendReading(1_000_000n, 1n)
    if (flavour === 'double') expect(outcome.gasUsed).toBeGreaterThan(392_000n)
    else expect(outcome.gasUsed).toBeLessThan(40_000n)

    const args =
      kind === 'producing' ? [1_000_000n, 1n, false, anyHash, 0n, false] : [1_000_000n, 1n, anyHash, false]
    const call = {
      from: registry().who('meter').address,
      to: registry().address,
      data: registry().encode('saveSmartMeterRead', args),
      gas: hexOf(400_000n),
    }
    const estimate = registry().bench.anvil.rpc('eth_estimateGas', [call])
    await expect(estimate).rejects.toMatchObject({ cause: { code: isOld ? -32003 : 3 } })
  })

  test.runIf(isOld)('takes all the gas of any call that it refuses', async () => {
    const id = await registry().readyAsset()
    const outcome = await registry().sendReading(id, 1n, { from: registry().who('stranger') })
    expect(outcome).toMatchObject({ text: 'reverted', gasUsed: 400_000n, logs: [] })
  })
}

describe('an address without code', () => {
  deployed('double', 'london')

  test('looks like success, without logs', async () => {
    const registry = registries.producing
    const data = registry.encode('saveSmartMeterRead', [0n, 1n, false, anyHash, 0n, false])
    const outcome = await registry.bench.send(registry.who('meter'), registry.who('stranger').address, data)
    expect(outcome).toMatchObject({ text: 'accepted', logs: [] })
  })
})
