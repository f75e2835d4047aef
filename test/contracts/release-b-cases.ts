import { rolesB } from '../support/release-b.ts'
import type { KindB, WorldB } from './release-b-world.ts'

/** What a sequence of calls leads to, one text a step: of the originals and of our stand-in alike. */
export interface CaseB {
  readonly name: string
  /** Default both. */
  readonly only?: KindB
  readonly run: (world: WorldB) => Promise<readonly string[]>
  readonly expected: readonly string[]
}

const max = 2n ** 256n - 1n
const unknown = 1_000_000n
const missingRole = 'reverted: user does not have the required role'
const tooLow = 'reverted: saveSmartMeterRead: meterread too low'

export const readingCasesB: readonly CaseB[] = [
  {
    name: 'readings rise, and leave total and hash',
    run: async world => {
      const { id, meter } = await world.asset()
      return [
        await world.read(meter, id, 100n, 'one'),
        await world.read(meter, id, 101n, ''),
        await world.last(id),
        await world.read(meter, id, max, 'é'.repeat(40)),
        await world.last(id),
      ]
    },
    expected: ['0 -> 100', '100 -> 101', '101,', `101 -> ${max}`, `${max},${'é'.repeat(40)}`],
  },
  {
    name: 'a first reading of 0; an equal, a replayed and a lower one',
    run: async world => {
      const { id, meter } = await world.asset()
      return [
        await world.read(meter, id, 0n),
        await world.read(meter, id, 7n),
        await world.read(meter, id, 7n),
        await world.read(meter, id, 7n, 'another hash'),
        await world.read(meter, id, 6n),
        await world.last(id),
      ]
    },
    expected: [tooLow, '0 -> 7', tooLow, tooLow, tooLow, '7,hash'],
  },
  {
    name: 'sender before activity before value',
    run: async world => {
      const { id, meter, owner } = await world.asset()
      const inactive = 'reverted: saveSmartMeterRead: asset not active'
      await world.registry.send('setActive', [id, false])
      const refused = [await world.read(owner, id, 0n), await world.read(meter, id, 0n)]
      await world.registry.send('setActive', [id, true])
      return [
        ...refused.map(text => text.replace(inactive, 'inactive')),
        await world.read(world.releaseB.admin, id, 5n),
        await world.read(meter, id, 5n),
      ]
    },
    expected: [
      'reverted: saveSmartMeterRead: wrong sender',
      'inactive',
      'reverted: saveSmartMeterRead: wrong sender',
      '0 -> 5',
    ],
  },
  {
    name: 'an unknown id: no reason, in a view too, and the gas is burnt',
    run: async world => {
      const { meter } = await world.asset()
      const limit = 400_000n
      const burnt = await world.burnt(meter, [unknown, 1n, 'hash'], limit)
      return [
        await world.read(meter, unknown, 1n),
        await world.view('getAssetGeneral', unknown),
        await world.view('getLastMeterReadingAndHash', unknown),
        await world.view('getAssetById', unknown),
        burnt * 100n > limit * 97n ? 'burnt' : `cost ${burnt}`,
      ]
    },
    expected: ['reverted', 'reverted', 'reverted', 'reverted', 'burnt'],
  },
  {
    name: 'where the struct of an asset begins tells producers from consumers',
    run: async world => {
      const { id } = await world.asset()
      const call = { to: world.registry.address, data: `0xb3e444a7${id.toString(16).padStart(64, '0')}` }
      const answer = String(await world.anvil.rpc('eth_call', [call, 'latest']))
      const [outer, inner] = [2, 66].map(at => Number(`0x${answer.slice(at, at + 64)}`))
      return [`${outer}`, inner === (world.kind === 'producing' ? 64 : 32) ? 'own place' : `${inner}`]
    },
    expected: ['32', 'own place'],
  },
]

export const creationCasesB: readonly CaseB[] = [
  {
    name: 'an asset created inactive is active all the same',
    run: async world => {
      const { owner } = await world.asset()
      const meter = await world.somebody()
      const done = await world.registry.send('createAsset', world.createArguments(meter, owner, [], false))
      const id = world.registry.events('LogAssetCreated', done)[0]?._assetId as bigint
      return [await world.read(meter, id, 1n)]
    },
    expected: ['0 -> 1'],
  },
  {
    name: 'roles are asked for, of the owner and of the caller; a meter serves once; matchers are counted',
    run: async world => {
      const { meter, owner } = await world.asset()
      const [stranger, fresh] = [await world.somebody(), await world.somebody()]
      const eleven = Array<string>(11).fill(stranger)
      const create = (args: readonly unknown[], from?: string) =>
        world.told(world.registry.send('createAsset', args, from === undefined ? {} : { from }))
      return [
        await create(world.createArguments(fresh, stranger)),
        await create(world.createArguments(fresh, owner), stranger),
        await create(world.createArguments(meter, owner)),
        await create(world.createArguments(fresh, owner, eleven)),
        await create(world.createArguments(fresh, owner, eleven.slice(1))),
      ]
    },
    expected: [
      missingRole,
      missingRole,
      'reverted: smartmeter does already exist',
      'reverted: addMatcher: too many matcher already',
      'accepted',
    ],
  },
  {
    name: 'who may switch it off, and who may have it mint',
    run: async world => {
      const { id, owner } = await world.asset()
      const lookup = world.releaseB.originLookup.address
      return [
        await world.told(world.registry.send('setActive', [id, false], { from: owner })),
        await world.told(world.registry.send('setMarketLookupContract', [id, lookup])),
        await world.told(world.registry.send('setMarketLookupContract', [id, lookup], { from: owner })),
        String(await world.registry.read('getMarketLookupContract', id)).toLowerCase() ===
        lookup.toLowerCase()
          ? 'set'
          : 'not set',
      ]
    },
    expected: [missingRole, 'reverted: sender is not the assetOwner', 'accepted', 'set'],
  },
  {
    name: 'users: an organization, an existing user for a role, no deactivation of administrators',
    only: 'producing',
    run: async world => {
      const { userRegistry } = world.releaseB
      const [user, stranger] = [await world.somebody(), await world.somebody()]
      const steps = [
        await world.told(userRegistry.send('setUser', [user, ''])),
        await world.told(userRegistry.send('setRoles', [user, rolesB.trader])),
        await world.told(userRegistry.send('setUser', [user, 'somebody'], { from: stranger })),
        await world.told(userRegistry.send('setUser', [user, 'somebody'])),
        await world.told(userRegistry.send('setRoles', [user, rolesB.assetAdmin])),
        await world.told(userRegistry.send('deactivateUser', [user])),
        await world.told(userRegistry.send('setRoles', [user, rolesB.trader])),
        await world.told(userRegistry.send('deactivateUser', [user])),
      ]
      const full = String(await userRegistry.read('getFullUser', user))
      const exists = String(await userRegistry.read('doesUserExist', user))
      const isTrader = String(await userRegistry.read('isRole', 4, user))
      return [...steps, full, exists, isTrader, String(await userRegistry.read('getRolesRights', stranger))]
    },
    expected: [
      'reverted: empty string',
      'reverted: User does not exist',
      missingRole,
      'accepted',
      'accepted',
      'reverted: user has an admin role at the moment',
      'accepted',
      'accepted',
      'somebody,16,false',
      'false',
      'true',
      '0',
    ],
  },
  {
    name: 'a role that does not exist',
    only: 'producing',
    run: async world => {
      const { userRegistry, admin } = world.releaseB
      return [
        await userRegistry.read('isRole', 6, admin).then(String, error => String(error.cause?.data)),
        await world.view('isRole', 6, admin),
      ]
    },
    expected: ['0x', 'reverted'],
  },
]

export const certificateCasesB: readonly CaseB[] = [
  {
    name: 'a reading mints for what it rose by, inside of it',
    only: 'producing',
    run: async world => {
      const { id, meter, owner } = await world.mintingAsset()
      const done = await world.registry.send('saveSmartMeterRead', [id, 250n, 'link'], { from: meter })
      const { certificates } = world.releaseB
      const [minted] = certificates.events('LogCreatedCertificate', done)
      const { tradableEntity, certificateSpecific } = (await certificates.read(
        'getCertificate',
        minted?._certificateId,
      )) as { tradableEntity: Record<string, unknown>; certificateSpecific: Record<string, unknown> }
      return [
        ...world.names(done),
        `${minted?.powerInW}`,
        `${tradableEntity.powerInW} ${tradableEntity.assetId === id} ${String(tradableEntity.owner).toLowerCase() === owner}`,
        `${certificateSpecific.dataLog} ${certificateSpecific.retired} ${certificateSpecific.maxOwnerChanges}`,
      ]
    },
    expected: [
      'registry.LogNewMeterRead',
      'certificates.Transfer',
      'certificates.LogCreatedCertificate',
      '250',
      '250 true true',
      'link false 10',
    ],
  },
  {
    name: 'no lookup, no certificate',
    only: 'producing',
    run: async world => {
      const { id, meter, owner } = await world.mintingAsset()
      const nobody = `0x${'0'.repeat(40)}`
      await world.registry.send('setMarketLookupContract', [id, nobody], { from: owner })
      return world.names(await world.registry.send('saveSmartMeterRead', [id, 1n, ''], { from: meter }))
    },
    expected: ['registry.LogNewMeterRead'],
  },
  {
    name: 'a lookup without code takes the reading down with it',
    only: 'producing',
    run: async world => {
      const { id, meter, owner } = await world.asset()
      await world.registry.send('setMarketLookupContract', [id, owner], { from: owner })
      return [await world.read(meter, id, 1n)]
    },
    expected: ['reverted'],
  },
  {
    name: 'retiring: by the owner, and a second time without a word',
    only: 'producing',
    run: async world => {
      const { id, meter, owner } = await world.mintingAsset()
      const { certificates } = world.releaseB
      const done = await world.registry.send('saveSmartMeterRead', [id, 9n, ''], { from: meter })
      const certificate = certificates.events('LogCreatedCertificate', done)[0]?._certificateId
      const retire = (from: string) => certificates.send('retireCertificate', [certificate], { from })
      return [
        await world.told(retire(meter)),
        ...world.names(await retire(owner)),
        `${world.names(await retire(owner)).length}`,
        String(await certificates.read('isRetired', certificate)),
      ]
    },
    expected: ['reverted', 'certificates.LogCertificateRetired', '0', 'true'],
  },
  {
    name: 'splitting makes two of one, which can then neither be retired nor split',
    only: 'producing',
    run: async world => {
      const { id, meter, owner } = await world.mintingAsset()
      const { certificates } = world.releaseB
      const minted = await world.registry.send('saveSmartMeterRead', [id, 9n, ''], { from: meter })
      const parent = certificates.events('LogCreatedCertificate', minted)[0]?._certificateId as bigint
      const split = (power: bigint) => certificates.send('splitCertificate', [parent, power], { from: owner })
      const refused = await world.told(split(9n))
      const done = await split(4n)
      return [
        refused,
        ...world.names(done),
        String(certificates.events('LogCertificateSplit', done)[0]?._childTwo === parent + 2n),
        await world.told(split(1n)),
        await world.told(certificates.send('retireCertificate', [parent], { from: owner })),
      ]
    },
    expected: [
      'reverted',
      'certificates.Transfer',
      'certificates.Transfer',
      'certificates.LogCertificateSplit',
      'true',
      'reverted',
      'reverted',
    ],
  },
  {
    name: 'the transfer that reaches the limit retires',
    only: 'producing',
    run: async world => {
      const { releaseB } = world
      const [meter, owner, buyer] = [await world.somebody(), await world.somebody(), await world.somebody()]
      await releaseB.setUser(owner, rolesB.assetManager | rolesB.trader)
      await releaseB.setUser(buyer, rolesB.trader)
      const created = await world.registry.send('createAsset', world.createArguments(meter, owner))
      const id = world.registry.events('LogAssetCreated', created)[0]?._assetId as bigint
      await releaseB.mintCertificates(id, owner)
      const minted = await world.registry.send('saveSmartMeterRead', [id, 9n, ''], { from: meter })
      const { certificates } = releaseB
      const certificate = certificates.events('LogCreatedCertificate', minted)[0]?._certificateId
      const move = (from: string, to: string, by = from) =>
        certificates.send('transferFrom', [from, to, certificate], { from: by })
      return [
        await world.told(move(owner, buyer, meter)),
        await world.told(move(owner, buyer, buyer)),
        await world.told(move(buyer, owner)),
        ...world.names(await move(owner, buyer)),
        ...world.names(await move(buyer, owner)),
        await world.told(move(owner, buyer)),
      ]
    },
    expected: [
      missingRole,
      'reverted: simpleTransfer, missing rights',
      'reverted: not the owner of the entity',
      'certificates.Transfer',
      'certificates.Transfer',
      'certificates.LogCertificateRetired',
      'reverted',
    ],
  },
  {
    name: 'nobody else mints; an unknown certificate has no reason',
    only: 'producing',
    run: async world => {
      const { id, meter } = await world.mintingAsset()
      const { certificates } = world.releaseB
      return [
        await world.told(certificates.send('createTradableEntity', [id, 1n], { from: meter })),
        await world.told(certificates.read('getCertificate', unknown)),
        await world.told(certificates.send('retireCertificate', [unknown])),
      ]
    },
    expected: ['reverted: account is not accountAddress', 'reverted', 'reverted'],
  },
]
