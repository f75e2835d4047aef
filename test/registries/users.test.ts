import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { environmentSigner } from '../../src/keys/index.ts'
import {
  maskOf,
  openRegistries,
  type Release,
  rolesOf,
  signedSender,
  type UserDetails,
  UserRegistry,
} from '../../src/ledgers/registries/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { Registries } from '../support/registries.ts'
import { deployReleaseA } from '../support/release-a.ts'
import { deployReleaseB, hasReleaseB, rolesB } from '../support/release-b.ts'
import { type RegistryWorld, registryWorld } from './registry-world.ts'

let anvil: Anvil
let world: RegistryWorld
const registries = new Map<Release, UserRegistry>()

const person = {
  ...{ firstName: 'Erika', surname: 'Mustermann', organization: 'Sonne eG', street: 'Heidestraße' },
  ...{ number: '17', zip: '51147', city: 'Köln', country: 'DE' },
} satisfies UserDetails

const details: Readonly<Record<Release, UserDetails>> = { A: person, B: { organization: 'Sonne eG' } }

beforeAll(async () => {
  anvil = await startAnvil({ blockTime: 1 })
  world = await registryWorld(anvil)
  const acquaintances = world.accounts
  const a = await deployReleaseA(anvil)
  const placeA = await openRegistries(world.network, [{ address: a.producing.address }], { acquaintances })
  registries.set('A', UserRegistry.of(placeA))
  if (!hasReleaseB()) return
  const b = await deployReleaseB(anvil)
  await b.setUser(b.admin, rolesB.userAdmin | rolesB.assetAdmin, 'administration')
  const placeB = await openRegistries(world.network, [{ address: b.producing.address }], { acquaintances })
  registries.set('B', UserRegistry.of(placeB))
})

afterAll(() => anvil?.stop())

const releases: readonly Release[] = hasReleaseB() ? ['A', 'B'] : ['A']

describe.each(releases)('users of release %s', release => {
  const users = () => registries.get(release)!
  const admin = () => world.sender(0)
  const [user, stranger] = [3, 4]
  const account = (index: number) => world.accounts[index] ?? ''
  const mask = (...names: readonly string[]) =>
    maskOf(rolesOf(release).filter(({ name }) => names.includes(name)))

  test('an account that nobody registered has no text, no role, and does not exist', async () => {
    expect(await users().read(account(user))).toMatchObject({
      exists: false,
      roles: [],
      details: { organization: '' },
    })
  })

  test('roles are for users: who must be registered first is said before anything is sent', async () => {
    await expect(users().setRoles(account(user), 8n, admin())).rejects.toMatchObject({
      code: 'ledger-not-ready',
      message: expect.stringContaining('is no user of'),
      hint: expect.stringContaining('register-user'),
    })
  })

  test('a user is registered, gets roles by name, loses them, and ends; nothing is sent twice', async () => {
    const registered = await users().register(account(user), details[release], admin())
    expect(registered.transactions).toHaveLength(1)
    expect(registered.user).toMatchObject({ exists: true, roles: [], details: details[release] })
    expect((await users().register(account(user), details[release], admin())).transactions).toEqual([])

    const both = mask('AssetManager', 'Trader')
    const granted = await users().setRoles(account(user), both, admin())
    expect(granted.user.roles).toEqual(['AssetManager', 'Trader'])
    expect((await users().setRoles(account(user), both, admin())).transactions).toEqual([])
    expect((await users().setRoles(account(user), mask('Trader'), admin())).user.roles).toEqual(['Trader'])

    const ended = await users().deactivate(account(user), admin())
    // The registries go by the mask alone: what stayed in it would work on.
    expect(ended.user).toMatchObject({ exists: false, roles: [] })
    expect(ended.transactions).toHaveLength(2)
    expect((await users().deactivate(account(user), admin())).transactions).toEqual([])
    await expect(users().setRoles(account(user), both, admin())).rejects.toMatchObject({
      code: 'ledger-not-ready',
      message: expect.stringContaining('is no user of'),
    })
    expect((await users().register(account(user), details[release], admin())).user).toMatchObject({
      exists: true,
    })
  })

  test('who administers can not be ended, and it is said what to take away', async () => {
    await users().setRoles(account(user), mask('AssetAdmin', 'Trader'), admin())
    await expect(users().deactivate(account(user), admin())).rejects.toMatchObject({
      code: 'ledger-not-ready',
      message: expect.stringContaining('it is AssetAdmin'),
    })
  })

  test('a stranger is told which role is missing, and who can grant it; nothing is sent', async () => {
    const before = world.sent.length
    const by = world.sender(stranger)
    const refusal = {
      code: 'role-missing',
      message: expect.stringMatching(
        new RegExp(
          `it has not the role UserAdmin \\(number ${release === 'A' ? 1 : 0} of release ${release}\\)`,
        ),
      ),
      hint: expect.stringContaining(`UserAdmin: ${account(0)}`),
    }
    const [, other] = [user, account(5)]
    await expect(users().register(other, details[release], by)).rejects.toMatchObject(refusal)
    await expect(users().setRoles(account(user), 0n, by)).rejects.toMatchObject(refusal)
    await expect(users().deactivate(account(user), by)).rejects.toMatchObject(refusal)
    expect(world.sent.length).toBe(before)
  })
})

test('release A wants nine texts but one, and says which are missing', async () => {
  const users = registries.get('A')!
  const by = world.sender(0)
  await expect(
    users.register(world.accounts[6] ?? '', { organization: 'Sonne eG' }, by),
  ).rejects.toMatchObject({
    code: 'argument-invalid',
    message: 'release A wants more of a user: firstName, surname, street, number, zip, city, country',
  })
  const long = { ...person, city: 'x'.repeat(33) }
  await expect(users.register(world.accounts[6] ?? '', long, by)).rejects.toMatchObject({
    message: expect.stringContaining('longer than 32 bytes'),
  })
})

test.skipIf(!hasReleaseB())('release B keeps the organization only, and says so', async () => {
  await expect(
    registries.get('B')!.register(world.accounts[6] ?? '', person, world.sender(0)),
  ).rejects.toMatchObject({
    code: 'argument-invalid',
    message: expect.stringContaining('no firstName, surname'),
  })
})

test('a program administers with a signer of its own', async () => {
  const signer = await environmentSigner({
    variable: 'ADMIN',
    algorithm: 'secp256k1',
    environment: { ADMIN: anvil.accounts[0]!.privateKey },
  })
  const admin = signedSender(world.network, signer)
  expect(admin.address.toLowerCase()).toBe(world.accounts[0])
  const { user, transactions } = await registries.get('A')!.register(world.accounts[7] ?? '', person, admin)
  expect(user).toMatchObject({ exists: true, details: person })
  expect(transactions).toEqual([expect.stringMatching(/^0x[0-9a-f]{64}$/)])
})

test('a registry of ours has no users, and says who administers it', async () => {
  const ours = await Registries.deploy(anvil)
  const place = await openRegistries(world.network, [{ address: ours.address('producer') }])
  expect(() => UserRegistry.of(place)).toThrow('has no users')
})
