import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  AssetRegistry,
  type AssetRole,
  openRegistries,
  type RegistrySender,
  registerAssetA,
  registerAssetB,
  setMarketLookup,
  setMatcher,
  updateMeter,
} from '../../src/ledgers/registries/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { Registries } from '../support/registries.ts'
import { deployReleaseA, type ReleaseA, rolesA } from '../support/release-a.ts'
import { deployReleaseB, hasReleaseB, type ReleaseB, rolesB } from '../support/release-b.ts'
import { type RegistryWorld, registryWorld } from './registry-world.ts'

let anvil: Anvil
let world: RegistryWorld

beforeAll(async () => {
  anvil = await startAnvil({ blockTime: 1 })
  world = await registryWorld(anvil)
})

afterAll(() => anvil?.stop())

const account = (index: number) => world.accounts[index] ?? ''
const roles: readonly AssetRole[] = ['producer', 'consumer']

async function assetsAt(address: string, role: AssetRole): Promise<AssetRegistry> {
  const acquaintances = world.accounts
  return AssetRegistry.of(await openRegistries(world.network, [{ address }], { acquaintances }), role)
}

const plant = {
  capacityWh: 10_000n,
  plantType: 'solar',
  operationalSince: 1_700_000_000n,
  place: { country: 'DE', region: 'Sachsen' },
} as const

/** Sends so many transactions, and then the machine goes down. */
function failingAfter(count: number, sender: RegistrySender): RegistrySender {
  let left = count
  return {
    address: sender.address,
    send: async transaction => {
      if (left-- === 0) throw new Error('the machine went down')
      return sender.send(transaction)
    },
  }
}

describe.each(roles)('a %s of release A', role => {
  let a: ReleaseA
  let registry: AssetRegistry
  const [admin, meter, owner, stranger, newMeter] = [0, 1, 2, 3, 4]

  beforeAll(async () => {
    a = await deployReleaseA(anvil)
    registry = await assetsAt(a.coo.address, role)
  })

  const asset = () => ({ ...plant, smartMeter: account(meter), owner: account(owner) })

  test('who lacks which role is said by name, with the account that can grant it, before anything is sent', async () => {
    const before = world.sent.length
    await expect(registerAssetA(registry, asset(), world.sender(stranger))).rejects.toMatchObject({
      code: 'role-missing',
      message: expect.stringMatching(
        /may not register assets .* the role AssetAdmin \(number 2 of release A\)/,
      ),
      hint: expect.stringContaining(`AssetAdmin have: ${account(admin)}`),
    })
    await expect(registerAssetA(registry, asset(), world.sender(admin))).rejects.toMatchObject({
      code: 'role-missing',
      message: expect.stringMatching(/may not own assets .* the role AssetManager \(number 4 of release A\)/),
      hint: expect.stringMatching(
        new RegExp(`grant ${account(owner)} AssetManager.*UserAdmin: ${account(admin)}`),
      ),
    })
    expect(world.sent.length).toBe(before)
    expect(await registry.count()).toBe(0n)
  })

  const steps = role === 'producer' ? 4 : 3
  test.each(Array.from({ length: steps }, (_, i) => i))(
    'registering that ends after %i transactions is taken up where it ended',
    async done => {
      await a.setUser(account(owner), rolesA.assetManager)
      const fresh = await deployReleaseA(anvil)
      await fresh.setUser(account(owner), rolesA.assetManager)
      const one = await assetsAt(fresh.producing.address, role)
      await expect(registerAssetA(one, asset(), failingAfter(done, world.sender(admin)))).rejects.toThrow(
        'went down',
      )
      const again = await registerAssetA(one, asset(), world.sender(admin))
      expect(again).toMatchObject({ id: 0n, existed: false })
      expect(again.transactions).toHaveLength(steps - done)
      expect(await registerAssetA(one, asset(), world.sender(admin))).toEqual({
        id: 0n,
        existed: true,
        transactions: [],
      })
      expect(await one.count()).toBe(1n)
      expect(await one.read(0n)).toMatchObject({
        ...{ smartMeter: account(meter), owner: account(owner), active: true, lastRead: 0n },
        details: { release: 'A', operationalSince: 1_700_000_000n },
      })
    },
  )

  test('an asset is switched off and on and gets another meter; the old one’s is another’s then', async () => {
    const by = world.sender(admin)
    const { id } = await registerAssetA(registry, asset(), by)
    expect((await registry.setActive(id, false, by)).asset.active).toBe(false)
    expect((await registry.setActive(id, false, by)).transactions).toEqual([])
    expect((await registry.setActive(id, true, by)).asset.active).toBe(true)
    const smartMeter = account(newMeter)
    expect((await updateMeter(registry, { id, smartMeter }, by)).asset.smartMeter).toBe(smartMeter)
    expect((await updateMeter(registry, { id, smartMeter }, by)).transactions).toEqual([])
    expect((await registry.findByMeter(smartMeter))?.id).toBe(id)
    expect(await registry.findByMeter(account(meter))).toBeUndefined()
    for (const deed of [
      () => registry.setActive(id, false, world.sender(stranger)),
      () => updateMeter(registry, { id, smartMeter: account(meter) }, world.sender(stranger)),
    ]) {
      await expect(deed()).rejects.toMatchObject({ code: 'role-missing' })
    }
  })

  test('a meter that writes for an asset of somebody else is no asset of ours; another one can be asked for', async () => {
    const by = world.sender(admin)
    const mine = { ...asset(), smartMeter: account(newMeter) }
    await expect(registerAssetA(registry, { ...mine, owner: account(admin) }, by)).rejects.toMatchObject({
      code: 'ledger-conflict',
      message: expect.stringContaining(`belongs to ${account(owner)}`),
    })
    const { id } = await registerAssetA(registry, mine, by)
    expect(await registerAssetA(registry, { ...mine, another: true }, by)).toMatchObject({
      id: id + 1n,
      existed: false,
    })
  })

  test('what release A does not know is refused by name, and so is an id that there is not', async () => {
    const by = world.sender(owner)
    await expect(setMarketLookup(registry, { id: 0n, lookup: undefined }, by)).rejects.toMatchObject({
      code: 'argument-invalid',
    })
    await expect(registry.read(99n)).rejects.toMatchObject({
      message: expect.stringContaining('has no asset 99'),
    })
  })
})

test('a registry of ours is administered by its owner, who is named', async () => {
  const ours = await Registries.deploy(anvil)
  const registry = await assetsAt(ours.address('producer'), 'producer')
  const asset = { ...plant, smartMeter: account(1), owner: account(2) }
  await expect(registerAssetA(registry, asset, world.sender(3))).rejects.toMatchObject({
    code: 'role-missing',
    message: expect.stringContaining('sender is not the owner'),
    hint: expect.stringContaining(`Sign with the key of ${account(0)}`),
  })
  await expect(registerAssetA(registry, asset, failingAfter(1, world.sender(0)))).rejects.toThrow('went down')
  expect((await registerAssetA(registry, asset, world.sender(0))).transactions).toHaveLength(3)
  expect((await registerAssetA(registry, asset, world.sender(0))).existed).toBe(true)
})

describe.skipIf(!hasReleaseB()).each(roles)('a %s of release B', role => {
  let b: ReleaseB
  let registry: AssetRegistry
  const [admin, meter, owner, stranger, matcher] = [0, 1, 2, 3, 4]

  beforeAll(async () => {
    b = await deployReleaseB(anvil)
    registry = await assetsAt(b.assetLookup.address, role)
  })

  const asset = () => ({
    ...{ smartMeter: account(meter), owner: account(owner), matchers: [account(matcher)] },
    ...{ propertiesDocumentHash: 'QmSomething', url: 'https://example.org/roof', maxOwnerChanges: 3n },
  })

  test('who lacks which role is said by name before anything is sent', async () => {
    await expect(registerAssetB(registry, asset(), world.sender(stranger))).rejects.toMatchObject({
      code: 'role-missing',
      message: expect.stringMatching(/the role AssetAdmin \(number 1 of release B\)/),
      hint: expect.stringContaining(`AssetAdmin have: ${account(admin)}`),
    })
    await expect(registerAssetB(registry, asset(), world.sender(admin))).rejects.toMatchObject({
      code: 'role-missing',
      message: expect.stringMatching(/the role AssetManager \(number 3 of release B\)/),
    })
    expect(await registry.count()).toBe(0n)
  })

  test('an asset is registered in one transaction, and once', async () => {
    await b.setUser(account(owner), rolesB.assetManager)
    const by = world.sender(admin)
    const first = await registerAssetB(registry, asset(), by)
    expect(first).toMatchObject({ id: 0n, existed: false })
    expect(first.transactions).toHaveLength(1)
    expect(await registerAssetB(registry, asset(), by)).toEqual({ id: 0n, existed: true, transactions: [] })
    expect(await registry.read(0n)).toEqual({
      ...{ id: 0n, active: true, lastRead: 0n, lastHash: '' },
      ...{ smartMeter: account(meter), owner: account(owner) },
      details: {
        ...{ release: 'B', bundled: false, marketLookup: undefined },
        ...{ propertiesDocumentHash: 'QmSomething', url: 'https://example.org/roof' },
        matchers: [expect.stringMatching(new RegExp(account(matcher), 'i'))],
      },
    })
    await expect(registerAssetB(registry, { ...asset(), owner: account(admin) }, by)).rejects.toMatchObject({
      code: 'ledger-conflict',
    })
  })

  test('its owner alone names the market lookup and the matchers; AssetAdmin alone switches it', async () => {
    const by = world.sender(owner)
    const lookup = b.originLookup.address.toLowerCase()
    const named = await setMarketLookup(registry, { id: 0n, lookup }, by)
    expect(named.asset.details).toMatchObject({ marketLookup: lookup })
    expect((await setMarketLookup(registry, { id: 0n, lookup }, by)).transactions).toEqual([])
    const ended = await setMarketLookup(registry, { id: 0n, lookup: undefined }, by)
    expect(ended.asset.details).toMatchObject({ marketLookup: undefined })

    const change = { id: 0n, matcher: account(5) }
    const two = await setMatcher(registry, { ...change, allowed: true }, by)
    expect(two.asset.details).toMatchObject({ matchers: { length: 2 } })
    expect((await setMatcher(registry, { ...change, allowed: true }, by)).transactions).toEqual([])
    const one = await setMatcher(registry, { ...change, allowed: false }, by)
    expect(one.asset.details).toMatchObject({ matchers: { length: 1 } })

    const no = { code: 'role-missing', message: expect.stringContaining(`it belongs to ${account(owner)}`) }
    const other = world.sender(admin)
    await expect(setMarketLookup(registry, { id: 0n, lookup }, other)).rejects.toMatchObject(no)
    await expect(setMatcher(registry, { ...change, allowed: true }, other)).rejects.toMatchObject(no)
    await expect(registry.setActive(0n, false, by)).rejects.toMatchObject({ code: 'role-missing' })
    expect((await registry.setActive(0n, false, other)).asset.active).toBe(false)
  })

  test('more matchers than the lookup allows are refused before anything is sent', async () => {
    const limit = Number(await b.assetLookup.read('maxMatcherPerAsset'))
    const matchers = Array.from({ length: limit + 1 }, (_, i) => `0x${String(i + 1).padStart(40, '0')}`)
    const many = { ...asset(), smartMeter: account(6), matchers }
    const refusal = { code: 'argument-invalid', message: `${limit + 1} matchers: an asset may have ${limit}` }
    await expect(registerAssetB(registry, many, world.sender(admin))).rejects.toMatchObject(refusal)
    const { id } = await registerAssetB(
      registry,
      { ...many, matchers: matchers.slice(1) },
      world.sender(admin),
    )
    const one = { id, matcher: matchers[0] ?? '', allowed: true }
    await expect(setMatcher(registry, one, world.sender(owner))).rejects.toMatchObject(refusal)
  })

  test('its meter is for life, and it is said so', async () => {
    await expect(
      updateMeter(registry, { id: 0n, smartMeter: account(5) }, world.sender(admin)),
    ).rejects.toMatchObject({
      code: 'argument-invalid',
      hint: expect.stringContaining('for life'),
    })
  })
})
