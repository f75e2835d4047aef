import type { Abi, Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Logger } from '../../src/core/logger.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import impostorB from '../contracts/generated/ImpostorB.json' with { type: 'json' }
import { DeployedContract } from '../support/deployed-contract.ts'
import { rolesB } from '../support/release-b.ts'
import { flavours, OriginBWorld, type OurAsset } from './origin-b-world.ts'

/** A store with what else certificates need, which survives restarts. */
function shelf() {
  const kept = new Map<string, string>()
  const stores = new MemoryStores()
  const cursors = {
    eventCursor: async (name: string) => kept.get(name),
    async keepEventCursor(name: string, cursor: string) {
      kept.set(name, cursor)
    },
  }
  return { stores, certificates: stores, cursors }
}

for (const { flavour, isHere, deploy } of flavours) {
  describe.skipIf(!isHere)(`certificates that readings mint on ${flavour}`, () => {
    let world: OriginBWorld

    beforeAll(async () => {
      if (isHere) world = await OriginBWorld.open(deploy)
    })
    afterAll(() => world?.anvil.stop())

    async function minting(name: string): Promise<OurAsset> {
      const asset = await world.asset(name)
      await world.releaseB.mintCertificates(asset.id, asset.owner)
      return asset
    }

    /** Time passes, blocks come, and the ledger has its turns. */
    async function later(ledger: Awaited<ReturnType<OriginBWorld['ledger']>>): Promise<void> {
      await world.anvil.mine(14)
      world.clock.push(700_000)
      await world.work(ledger)
      await world.work(ledger)
    }

    const lower = (address: string) => address.toLowerCase()

    test('one a reading, for what it added, from when the owner wanted it', async () => {
      const asset = await world.asset('roof')
      const { producing, certificates } = world.releaseB
      const kept = shelf()
      const { stores } = kept
      addReading(stores.entries, 'roof', 10n)
      const ledger = await world.ledger(asset, kept)
      await world.settle(ledger)
      await world.releaseB.mintCertificates(asset.id, asset.owner)
      addReading(stores.entries, 'roof', 10n)
      const [two, three] = [25n, 26n].map(total => addReading(stores.entries, 'roof', total).sequence)
      await world.settle(ledger)
      await later(ledger)
      const found = await stores.certificates(asset.line.name)
      const told = found.map(({ state, energy, first, last, owner }) => ({
        state,
        energy,
        first,
        last,
        owner,
      }))
      const issued = { state: 'issued', owner: lower(asset.owner) }
      expect(told).toEqual([
        { ...issued, energy: 15n, first: two, last: two },
        { ...issued, energy: 1n, first: three, last: three },
      ])
      const [, , third] = await world.reads(asset)
      expect(found[1]).toMatchObject({
        contract: lower(certificates.address),
        transaction: third?.transaction,
        chainId: 31_337n,
      })
      expect(await certificates.read('getCertificateOwner', found[1]?.id)).toBe(
        await producing.read('getAssetOwner', asset.id),
      )
      // Once more, by another process: nothing is new.
      await later(await world.ledger(asset, kept))
      expect(stores.entries.filter(({ document }) => document?.certificate !== undefined)).toHaveLength(2)
    })

    test('is retired by its owner, or by the last transfer that it may have', async () => {
      const asset = await minting('retired')
      const { certificates } = world.releaseB
      const kept = shelf()
      for (const total of [10n, 30n, 60n]) addReading(kept.stores.entries, 'retired', total)
      await world.settle(await world.ledger(asset, kept))
      const ledger = await world.ledger(asset, kept)
      await later(ledger)
      const [one, two] = await kept.stores.certificates(asset.line.name)
      const buyer = await world.bench('producing').somebody()
      await world.releaseB.setUser(buyer, rolesB.trader)
      await certificates.send('retireCertificate', [one?.id], { from: asset.owner })
      await certificates.send('transferFrom', [asset.owner, buyer, two?.id], { from: asset.owner })
      await certificates.send('retireCertificate', [two?.id], { from: buyer })
      await later(ledger)
      const found = await kept.stores.certificates(asset.line.name)
      expect(found.map(({ state, energy, owner }) => [state, energy, owner])).toEqual([
        ['issued', 30n, lower(asset.owner)],
        ['retired', 10n, lower(asset.owner)],
        ['retired', 20n, lower(buyer)],
      ])
    })

    test('after a reorganisation deeper than finality it is told again, from where it stands then', async () => {
      const asset = await minting('moved')
      const kept = shelf()
      await world.anvil.mine(3)
      addReading(kept.stores.entries, 'moved', 10n)
      const ledger = await world.ledger(asset, kept)
      await world.settle(ledger)
      await later(ledger)
      const [before] = await kept.stores.certificates(asset.line.name)
      const head = BigInt(String(await world.anvil.rpc('eth_blockNumber')))
      await world.anvil.rpc('anvil_reorg', [Number(head - (before?.block ?? 0n)) + 1, []])
      expect(await world.values(asset)).toEqual([])
      for (let round = 0; round < 6; round++) await later(ledger)
      expect(await world.values(asset)).toEqual([10n])
      const [after, ...more] = await kept.stores.certificates(asset.line.name)
      expect(more).toEqual([])
      expect(after).toMatchObject({ state: 'issued', energy: 10n, transaction: before?.transaction })
      expect(after?.blockHash).not.toBe(before?.blockHash)
      const [read] = await world.reads(asset)
      expect(read?.transaction).toBe(after?.transaction)
    })

    test('what such a reorganisation moves before anybody looked for its certificate is not forgotten', async () => {
      // Fails when a call that is away counts as looked at.
      const asset = await minting('unseen')
      const kept = shelf()
      await world.anvil.mine(3)
      addReading(kept.stores.entries, 'unseen', 10n)
      const ledger = await world.ledger(asset, kept)
      await world.settle(ledger)
      await later(ledger)
      addReading(kept.stores.entries, 'unseen', 30n)
      await world.settle(ledger)
      expect(await kept.stores.certificates(asset.line.name)).toHaveLength(1)
      const [newest] = await kept.stores.ofLine(asset.line.name, 1)
      const head = BigInt(String(await world.anvil.rpc('eth_blockNumber')))
      await world.anvil.rpc('anvil_reorg', [Number(head - (newest?.receipt?.block ?? 0n)) + 1, []])
      for (let round = 0; round < 8; round++) await later(ledger)
      expect(await world.values(asset)).toEqual([10n, 30n])
      const found = await kept.stores.certificates(asset.line.name)
      expect(found.map(({ state, energy }) => [state, energy])).toEqual([
        ['issued', 10n],
        ['issued', 20n],
      ])
    })

    test('a consumer mints nothing', async () => {
      const asset = await world.asset('house', 'consuming')
      const kept = shelf()
      addReading(kept.stores.entries, 'house', 10n)
      const ledger = await world.ledger(asset, kept)
      await world.settle(ledger)
      await later(ledger)
      expect(await kept.stores.certificates(asset.line.name)).toEqual([])
    })

    test('what an impostor logs is told and not recorded', async () => {
      const asset = await world.asset('forged')
      const forged = { abi: impostorB.abi as Abi, bytecode: impostorB.bytecode as Hex }
      const impostor = await DeployedContract.deploy(world.anvil, forged)
      await world.releaseB.producing.send('setMarketLookupContract', [asset.id, impostor.address], {
        from: asset.owner,
      })
      const warnings: unknown[] = []
      const warn = (details: object, text: string) => void warnings.push({ ...details, text })
      const log: Logger = { debug: () => {}, info: () => {}, warn, error: warn }
      const kept = shelf()
      addReading(kept.stores.entries, 'forged', 10n)
      const ledger = await world.ledger(asset, { ...kept, log })
      await world.settle(ledger)
      await later(ledger)
      expect(await world.values(asset)).toEqual([10n])
      expect(await kept.stores.certificates(asset.line.name)).toEqual([])
      expect(warnings).toContainEqual(
        expect.objectContaining({
          contract: lower(impostor.address),
          text: expect.stringMatching(/lookups of its asset do not name: it is not followed/),
        }),
      )
    })

    test('those of a long catch-up are all found, also when nobody looked in between', async () => {
      const asset = await minting('caught-up')
      const kept = shelf()
      const count = 400
      for (let total = 1; total <= count; total++) addReading(kept.stores.entries, 'caught-up', BigInt(total))
      // One that does not look.
      await world.settle(await world.ledger(asset, { stores: kept.stores }), 200)
      const ledger = await world.ledger(asset, kept)
      for (let turn = 0; turn < 4; turn++) await later(ledger)
      const found = await kept.stores.certificates(asset.line.name)
      expect(found).toHaveLength(count)
      expect(new Set(found.map(({ id }) => id)).size).toBe(count)
      // What is certified is what is registered, to the watt-hour.
      expect(found.reduce((sum, { energy }) => sum + energy, 0n)).toBe(BigInt(count))
    }, 120_000)
  })
}
