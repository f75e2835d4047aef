import type { Abi, Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import producingB from '../contracts/generated/ProducingRegistryB.json' with { type: 'json' }
import { deployReleaseBDouble } from '../contracts/release-b-double.ts'
import { DeployedContract } from '../support/deployed-contract.ts'
import { hasReleaseB } from '../support/release-b.ts'
import { flavours, OriginBWorld, type OurAsset } from './origin-b-world.ts'

const nobody = `0x${'0'.repeat(40)}`

for (const { flavour, isHere, deploy } of flavours) {
  describe.skipIf(!isHere)(`what the ledger of release B says of ${flavour}`, () => {
    let world: OriginBWorld

    beforeAll(async () => {
      if (isHere) world = await OriginBWorld.open(deploy)
    })
    afterAll(() => world?.anvil.stop())

    const stores = (stream: string, ...totals: readonly bigint[]) => {
      const made = new MemoryStores()
      for (const total of totals) addReading(made.entries, stream, total)
      return made
    }
    const told = (asset: OurAsset, options: object = {}) =>
      world.told(asset, { stores: stores(asset.line.stream, 5n), ...options })
    const at = (producing: string) => ({ options: { producing } })

    test('an address without a contract, and one of another contract', async () => {
      const asset = await world.asset('roof')
      expect(await told(asset, at(asset.owner))).toMatch(/there is no contract at 0x/)
      const { userRegistry } = world.releaseB
      expect(await told(asset, at(userRegistry.address))).toMatch(/not a registry of Origin release B/)
    })

    test('registries that are mixed up, whose assets have the same numbers', async () => {
      const asset = await world.asset('roof')
      const consumer = await world.asset('roof', 'consuming')
      const { producing, consuming } = world.releaseB
      while (Number(await consuming.read('getAssetListLength')) <= asset.id)
        await world.asset('more', 'consuming')
      const options = { producing: consuming.address, consuming: producing.address }
      expect(await told(asset, { options })).toMatch(/is the registry of consumers, not that of producers/)
      expect(await told(consumer, { options })).toMatch(/is the registry of producers, not that of consumers/)
    })

    test('an asset that does not exist, with what to ask of whom', async () => {
      const asset = await world.asset('roof')
      const line = { ...asset.line, target: { assetId: 999 } }
      expect(await told({ ...asset, line })).toMatch(
        new RegExp(
          `asset 999 .* does not exist: .* AssetAdmin.* with ${asset.meter} as its smart meter .*AssetManager`,
        ),
      )
    })

    test("somebody else's asset, and another one of ours", async () => {
      const [asset, other] = [await world.asset('roof'), await world.asset('shed')]
      const line = { ...asset.line, target: other.line.target }
      expect(await told({ ...asset, line })).toMatch(
        /takes readings from 0x.* another asset of this registry: correct assetId/,
      )
      const { signer } = await world.asset('elsewhere', 'consuming')
      expect(await told({ ...asset, signer })).toMatch(/Release B can't give an asset another smart meter/)
    })

    test('an asset that is switched off, until it is on again', async () => {
      const asset = await world.asset('roof')
      const { producing } = world.releaseB
      await producing.send('setActive', [asset.id, false])
      const kept = stores('roof', 5n)
      expect(await told(asset, { stores: kept })).toMatch(/is not active.*setActive/)
      expect(await world.values(asset)).toEqual([])
      await producing.send('setActive', [asset.id, true])
      await world.settle(await world.ledger(asset, { stores: kept }))
      expect(await world.values(asset)).toEqual([5n])
    })

    test('an asset that is switched off while it is reported', async () => {
      const asset = await world.asset('roof')
      const kept = stores('roof', 5n)
      const ledger = await world.ledger(asset, { stores: kept })
      await world.settle(ledger)
      await world.releaseB.producing.send('setActive', [asset.id, false])
      // What a call takes is asked anew by now, and answered by a refusal.
      world.clock.push(24 * 3_600_000)
      addReading(kept.entries, 'roof', 6n)
      await world.work(ledger)
      expect((await world.only(ledger)).trouble).toMatch(/is not active/)
      await world.releaseB.producing.send('setActive', [asset.id, true])
      world.clock.push(60_000)
      await world.settle(ledger)
      expect(await world.values(asset)).toEqual([5n, 6n])
    })

    test('a lookup by which nothing can be minted', async () => {
      const asset = await world.asset('roof')
      const { producing, assetLookup } = world.releaseB
      const set = (lookup: string) =>
        producing.send('setMarketLookupContract', [asset.id, lookup], { from: asset.owner })
      await set(asset.owner)
      expect(await told(asset)).toMatch(
        new RegExp(
          `by the lookup ${asset.owner}, and there is no contract there.* owner of the asset, ${asset.owner},`,
        ),
      )
      await set(assetLookup.address)
      expect(await told(asset)).toMatch(/names no certificates/)
      const elsewhere = await deployReleaseBDouble(world.anvil)
      await set(elsewhere.originLookup.address)
      expect(await told(asset)).toMatch(/its certificates 0x\w+ are those of 0x/)
      await set(nobody)
      expect(await told(asset)).toBeUndefined()
    })

    test('a key that nobody can replace, as long as nothing is registered', async () => {
      const asset = await world.asset('roof')
      const warnings: string[] = []
      const tell = (_: object, text: string) => void warnings.push(text)
      const log = { debug: () => {}, info: () => {}, warn: tell, error: tell }
      const kept = stores('roof', 5n)
      await world.settle(await world.ledger(asset, { stores: kept, log }))
      expect(warnings.filter(text => /keep a copy of meter/.test(text))).toHaveLength(1)
      addReading(kept.entries, 'roof', 6n)
      await world.settle(await world.ledger(asset, { stores: kept, log }))
      expect(warnings.filter(text => /keep a copy/.test(text))).toHaveLength(1)
    })

    test('the lookup names the registries, and one that is none says so', async () => {
      const { assetLookup, userLookup } = world.releaseB
      const by = (address: string) => ({ options: { assetLookup: address } })
      for (const kind of ['producing', 'consuming'] as const) {
        const asset = await world.asset('roof', kind)
        expect(await told(asset, by(userLookup.address))).toMatch(/names no registry of/)
        expect(await told(asset, by(asset.owner))).toMatch(/there is no contract at/)
        const ledger = await world.ledger(asset, { stores: stores('roof', 1n), ...by(assetLookup.address) })
        await world.settle(ledger)
        expect(await world.values(asset)).toEqual([1n])
      }
    })

    test('a ledger without the registry that a line needs', async () => {
      const asset = await world.asset('roof', 'consuming')
      await expect(world.ledger(asset, at(world.releaseB.producing.address))).rejects.toMatchObject({
        code: 'config-invalid',
        message: 'roof/origin: ledger origin has no registry of consumers',
      })
    })
  })
}

describe.skipIf(!hasReleaseB())('a registry whose logic was replaced', () => {
  test('is left for the one that the lookup names then', async () => {
    const world = await OriginBWorld.open(flavours[0].deploy)
    try {
      const asset = await world.asset('roof')
      const { assetLookup, userLookup } = world.releaseB
      const stores = new MemoryStores()
      addReading(stores.entries, 'roof', 5n)
      const ledger = await world.ledger(asset, { stores, options: { assetLookup: assetLookup.address } })
      await world.settle(ledger)
      const logic = await DeployedContract.deploy(
        world.anvil,
        { abi: producingB.abi as Abi, bytecode: producingB.bytecode as Hex },
        [userLookup.address, assetLookup.address],
      )
      await assetLookup.send('update', [logic.address, nobody])
      world.clock.push(24 * 3_600_000)
      addReading(stores.entries, 'roof', 6n)
      await world.work(ledger)
      expect((await world.only(ledger)).trouble).toMatch(
        new RegExp(`asset 0 of the producing registry ${logic.address} does not exist`),
      )
    } finally {
      await world.anvil.stop()
    }
  })
})
