import { type AssetBench, anyHash } from './asset-bench.ts'
import type { Flavour, Kind } from './bench.ts'

/** What a sequence of calls leads to: one text a step, for the double of release A and for our own registry. */
export interface ConformanceCase {
  readonly name: string
  /** Default both. */
  readonly only?: Kind
  readonly run: (registry: AssetBench) => Promise<readonly string[]>
  readonly double: readonly string[]
  /** Default as the double: nothing differs. */
  readonly strict?: readonly string[]
}

const max = 2n ** 256n - 1n
const unknown = 1_000_000n

export const readingCases: readonly ConformanceCase[] = [
  {
    name: 'first read',
    run: async registry => {
      const id = await registry.readyAsset()
      return [await registry.read(id, 100n), await registry.register(id)]
    },
    double: ['0 -> 100', 'register 100'],
  },
  {
    name: 'replay, byte for byte',
    run: async registry => {
      const id = await registry.readyAsset()
      return [await registry.read(id, 100n), await registry.read(id, 100n), await registry.register(id)]
    },
    double: ['0 -> 100', '100 -> 100', 'register 100'],
  },
  {
    name: 'decrease',
    run: async registry => {
      const id = await registry.readyAsset()
      return [await registry.read(id, 100n), await registry.read(id, 40n), await registry.register(id)]
    },
    double: ['0 -> 100', '100 -> 40', 'register 40'],
    strict: ['0 -> 100', 'reverted: register would fall', 'register 100'],
  },
  {
    name: 'zero with the down flag',
    run: async registry => {
      const id = await registry.readyAsset()
      return [
        await registry.read(id, 100n),
        await registry.read(id, 0n, { down: true }),
        await registry.register(id),
      ]
    },
    double: ['0 -> 100', '100 -> 0 down', 'register 0'],
    strict: ['0 -> 100', 'reverted: register would fall', 'register 100'],
  },
  {
    name: 'the last value with the down flag',
    run: async registry => {
      const id = await registry.readyAsset()
      return [
        await registry.read(id, 100n),
        await registry.read(id, 100n, { down: true }),
        await registry.register(id),
      ]
    },
    double: ['0 -> 100', '100 -> 100 down', 'register 100'],
  },
  {
    name: '2^128 - 1',
    run: async registry => [await registry.read(await registry.readyAsset(), 2n ** 128n - 1n)],
    double: [`0 -> ${2n ** 128n - 1n}`],
  },
  {
    name: '2^256 - 1',
    run: async registry => [await registry.read(await registry.readyAsset(), max)],
    double: [`0 -> ${max}`],
    strict: ['reverted: register above 2^128 - 1'],
  },
  {
    name: 'a hash of zeros, and the same hash again',
    run: async registry => {
      const id = await registry.readyAsset()
      const hash = `0x${'00'.repeat(32)}` as const
      return [await registry.read(id, 1n, { hash }), await registry.read(id, 2n, { hash: anyHash })]
    },
    double: ['0 -> 1', '1 -> 2'],
  },
  {
    name: 'a CO2 offset that falls',
    only: 'producing',
    run: async registry => {
      const id = await registry.readyAsset()
      return [
        await registry.read(id, 1n, { co2: 50n }),
        await registry.read(id, 2n, { co2: 20n }),
        await registry.read(id, 3n, { co2: 50n, co2Down: true }),
      ]
    },
    double: ['0 -> 1', '1 -> 2', '2 -> 3'],
    strict: ['0 -> 1', 'reverted: CO2 offset would fall', '1 -> 3'],
  },
  {
    name: 'a CO2 offset of 2^256 - 1',
    only: 'producing',
    run: async registry => [await registry.read(await registry.readyAsset(), 1n, { co2: max })],
    double: ['0 -> 1'],
    strict: ['reverted: CO2 offset above 2^128 - 1'],
  },
  {
    name: 'wrong sender',
    run: async registry => {
      const id = await registry.readyAsset()
      return [await registry.read(id, 1n, { from: registry.who('stranger') })]
    },
    double: ['reverted'],
    strict: ['reverted: sender is not the smart meter'],
  },
  {
    name: "the asset's owner, and the owner of the contract, as sender",
    run: async registry => {
      const id = await registry.readyAsset()
      return [
        await registry.read(id, 1n, { from: registry.who('owner') }),
        await registry.read(id, 1n, { from: registry.who('administrator') }),
      ]
    },
    double: ['reverted', 'reverted'],
    strict: ['reverted: sender is not the smart meter', 'reverted: sender is not the smart meter'],
  },
  {
    name: 'inactive',
    run: async registry => {
      const id = await registry.readyAsset()
      await registry.send('setActive', [id, false])
      const refused = await registry.read(id, 1n)
      await registry.send('setActive', [id, true])
      return [refused, await registry.read(id, 1n)]
    },
    double: ['reverted', '0 -> 1'],
    strict: ['reverted: asset is not active', '0 -> 1'],
  },
  {
    name: 'unknown id: write, view',
    run: async registry => [
      await registry.read(unknown, 1n),
      await registry.view('getAssetGeneral', [unknown]),
      await registry.view('getActive', [unknown]),
      await registry.view('getLastSmartMeterReadFileHash', [unknown]),
    ],
    double: ['reverted', 'reverted', 'reverted', 'reverted'],
    strict: Array(4).fill('reverted: unknown asset'),
  },
  {
    name: 'created only',
    run: async registry => {
      const id = await registry.createAsset()
      return [await registry.read(id, 1n), await registry.view('getAssetGeneral', [id])]
    },
    double: ['reverted', 'answered'],
    strict: ['reverted: asset is not initialised', 'answered'],
  },
  {
    name: 'general only: neither location nor properties',
    run: async registry => [await registry.read(await registry.readyAsset(), 7n)],
    double: ['0 -> 7'],
  },
  {
    name: 'coins sent along, an unknown selector',
    run: async registry => {
      const id = await registry.readyAsset()
      const data = registry.encode('setActive', [id, true])
      const administrator = registry.who('administrator')
      const coins = await registry.bench.send(administrator, registry.address, data, { value: 1n })
      const stray = await registry.bench.send(administrator, registry.address, '0x12345678')
      return [coins.text, stray.text]
    },
    double: ['reverted', 'reverted'],
  },
]

export const lifeCases: readonly ConformanceCase[] = [
  {
    name: 'rotation: the old key fails at once, the new one writes',
    run: async registry => {
      const id = await registry.readyAsset()
      const before = await registry.read(id, 5n)
      await registry.send('updateSmartMeter', [id, registry.who('newMeter').address])
      return [
        before,
        await registry.read(id, 6n),
        await registry.read(id, 6n, { from: registry.who('newMeter') }),
      ]
    },
    double: ['0 -> 5', 'reverted', '5 -> 6'],
    strict: ['0 -> 5', 'reverted: sender is not the smart meter', '5 -> 6'],
  },
  {
    name: 're-initGeneral',
    run: async registry => {
      const id = await registry.readyAsset()
      await registry.read(id, 100n)
      return [(await registry.initGeneral(id)).text, await registry.register(id), await registry.read(id, 3n)]
    },
    double: ['accepted', 'register 0', '0 -> 3'],
    strict: ['reverted: asset is already initialised', 'register 100', 'reverted: register would fall'],
  },
  {
    name: 're-initGeneral by the way of a meter that was taken away',
    run: async registry => {
      const id = await registry.readyAsset()
      await registry.read(id, 100n)
      const removed = await registry.send('updateSmartMeter', [id, `0x${'00'.repeat(20)}`])
      return [removed.text, (await registry.initGeneral(id)).text, await registry.register(id)]
    },
    double: ['accepted', 'accepted', 'register 0'],
    strict: ['reverted: smart meter is missing', 'reverted: asset is already initialised', 'register 100'],
  },
  {
    name: 're-initProducingProperties, re-initLocation',
    only: 'producing',
    run: async registry => {
      const id = await registry.readyAsset()
      await registry.initProperties(id)
      await registry.initLocation(id)
      await registry.read(id, 100n, { co2: 40n })
      const again = [(await registry.initProperties(id)).text, (await registry.initLocation(id)).text]
      const properties = (await registry.call('getAssetProducingProperties', [id])) as readonly unknown[]
      return [...again, `CO2 ${properties[3]}`, await registry.register(id)]
    },
    double: ['accepted', 'accepted', 'CO2 0', 'register 100'],
    strict: [
      'reverted: properties already initialised',
      'reverted: location is already initialised',
      'CO2 40',
      'register 100',
    ],
  },
  {
    name: 'complete, once, in whichever call completes it',
    run: async registry => {
      const id = await registry.createAsset()
      const producer = registry.kind === 'producing'
      const steps = [
        await registry.initLocation(id),
        ...(producer ? [await registry.initProperties(id)] : []),
        await registry.initGeneral(id),
        await registry.initGeneral(id),
      ]
      return [
        steps
          .map(step => (registry.event(step, 'LogAssetFullyInitialized') ? 1 : 0))
          .join('')
          .slice(-3),
      ]
    },
    double: ['010'],
  },
  {
    name: 'setActive speaks even without a change',
    run: async registry => {
      const id = await registry.readyAsset()
      const on = await registry.send('setActive', [id, true])
      const off = await registry.send('setActive', [id, false])
      return [on.logs.length, off.logs.length, registry.event(on, 'LogAssetSetActive')?.assetId === id].map(
        String,
      )
    },
    double: ['1', '1', 'true'],
  },
  {
    name: 'set-up by an account without a role',
    run: async registry => {
      const id = await registry.createAsset()
      const stranger = registry.who('stranger')
      return [
        (await registry.send('createAsset', [], stranger)).text,
        (await registry.send('setActive', [id, true], stranger)).text,
        (await registry.send('updateSmartMeter', [id, stranger.address], stranger)).text,
      ]
    },
    double: ['reverted', 'reverted', 'reverted'],
    strict: Array(3).fill('reverted: sender is not the owner'),
  },
  {
    name: 'set-up by an asset administrator who is not the owner of the contract',
    run: async registry => [(await registry.send('createAsset', [], registry.who('assetAdmin'))).text],
    double: ['accepted'],
    strict: ['reverted: sender is not the owner'],
  },
  {
    name: 'an asset owner without the role AssetManager',
    run: async registry => {
      const id = await registry.createAsset()
      return [(await registry.initGeneral(id, true, registry.who('stranger'))).text]
    },
    double: ['reverted'],
    strict: ['accepted'],
  },
  {
    name: 'an asset type and a compliance that do not exist',
    only: 'producing',
    run: async registry => {
      const id = await registry.createAsset()
      return [(await registry.initProperties(id, 4, 0)).text, (await registry.initProperties(id, 0, 4)).text]
    },
    double: ['invalid opcode', 'invalid opcode'],
    strict: ['reverted: unknown asset type', 'reverted: unknown compliance'],
  },
  {
    name: 'isRole: AssetAdmin of the owner and of a stranger, AssetManager of an asset owner, a role that does not exist',
    run: async registry => {
      const owner = await registry.call('isRole', [2, registry.who('administrator').address])
      const stranger = await registry.call('isRole', [2, registry.who('stranger').address])
      const manager = await registry.call('isRole', [4, registry.who('owner').address])
      const failure = await registry.view('isRole', [7, registry.who('stranger').address])
      return [String(owner), String(stranger), String(manager), failure]
    },
    double: ['true', 'false', 'true', 'invalid opcode'],
    strict: ['true', 'false', 'true', 'reverted: unknown role'],
  },
]

/** What a registry of that flavour must answer. */
export function expectedOf(entry: ConformanceCase, flavour: Flavour): readonly string[] {
  return flavour === 'strict' ? (entry.strict ?? entry.double) : entry.double
}
