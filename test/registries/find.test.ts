import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRegistries } from '../../src/ledgers/registries/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { deployIssuer, hasIssuer } from '../support/issuer.ts'
import { Registries } from '../support/registries.ts'
import { deployReleaseA, type ReleaseA } from '../support/release-a.ts'
import { deployReleaseB, hasReleaseB, type ReleaseB } from '../support/release-b.ts'
import { type RegistryWorld, registryWorld } from './registry-world.ts'

let anvil: Anvil
let world: RegistryWorld
let a: ReleaseA
let ours: Registries

beforeAll(async () => {
  anvil = await startAnvil({ blockTime: 1 })
  world = await registryWorld(anvil)
  a = await deployReleaseA(anvil)
  ours = await Registries.deploy(anvil)
})

afterAll(() => anvil?.stop())

const find = (...addresses: readonly string[]) =>
  openRegistries(
    world.network,
    addresses.map(address => ({ address })),
  ).then(({ found }) => found)

const low = ({ address }: { address: string }) => address.toLowerCase()

describe('an installation is found from any of its contracts', () => {
  test.each(['coo', 'users', 'producing', 'consuming'] as const)('release A from %s', async name => {
    expect(await find(a[name].address)).toEqual({
      ...{ release: 'A', standalone: false, certificates: undefined },
      ...{ users: low(a.users), producing: low(a.producing), consuming: low(a.consuming) },
      ...{ lookups: [low(a.coo)], owners: [a.admin.toLowerCase()] },
    })
  })

  test('a registry of ours, which has no users; what it keeps is read from its code', async () => {
    const [producing, consuming] = [ours.address('producer'), ours.address('consumer')]
    const owners = [a.admin.toLowerCase()]
    const common = { release: 'A', standalone: true, users: undefined, lookups: [], owners }
    expect(await find(producing)).toMatchObject({ ...common, producing, consuming: undefined })
    expect(await find(consuming, producing)).toMatchObject({ ...common, producing, consuming })
  })

  test('an address without code, a contract of another kind and a mixture are refused by name', async () => {
    const nowhere = `0x${'1'.repeat(40)}`
    await expect(find(nowhere)).rejects.toMatchObject({
      code: 'ledger-not-ready',
      message: `there is no contract at ${nowhere} on chain 31337, which the configuration names`,
    })
    await expect(find(ours.address('producer'), a.producing.address)).rejects.toMatchObject({
      code: 'ledger-not-ready',
      message: expect.stringContaining('there are two producing registries'),
    })
  })

  test.skipIf(!hasIssuer())('a contract of another kind is refused', async () => {
    const { issuer } = await deployIssuer(anvil)
    await expect(find(issuer.address)).rejects.toMatchObject({
      code: 'ledger-not-ready',
      message: expect.stringContaining("is none of Origin's registries"),
    })
  })
})

describe.skipIf(!hasReleaseB())('release B', () => {
  let b: ReleaseB

  beforeAll(async () => {
    b = await deployReleaseB(anvil)
  })

  test.each([
    ['userLookup', { users: true }],
    ['userRegistry', { users: true }],
    // They belong to the lookup of assets.
    ['producing', { users: true, producing: true, consuming: true }],
    ['consuming', { users: true, producing: true, consuming: true }],
    ['assetLookup', { users: true, producing: true, consuming: true }],
    ['originLookup', { users: true, producing: true, consuming: true, certificates: true }],
    ['certificates', { users: true, producing: true, consuming: true, certificates: true }],
  ] as const)('from %s: what it names, and no more', async (name, wanted) => {
    const found = await find(b[name].address)
    const addresses = { ...b, users: b.userRegistry }
    expect(found).toMatchObject({ release: 'B', owners: [b.admin.toLowerCase()] })
    for (const kind of ['users', 'producing', 'consuming', 'certificates'] as const) {
      expect([kind, found[kind]]).toEqual([kind, kind in wanted ? low(addresses[kind]) : undefined])
    }
  })

  test('two releases are two ledgers', async () => {
    await expect(find(b.producing.address, a.consuming.address)).rejects.toMatchObject({
      message: expect.stringMatching(/two releases of Origin|there are two/),
    })
  })
})
