import { type Address, encodeFunctionData, getAddress, parseAbi, zeroAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { AssetBench } from './asset-bench.ts'
import { Bench, deployDouble, deployStrict, eventIn, type Kind, people } from './bench.ts'

const ownershipAbi = parseAbi([
  'function owner() view returns (address)',
  'function offerOwnership(address newOwner)',
  'function acceptOwnership()',
  'event LogSmartMeterUpdated(uint256 indexed assetId, address oldSmartMeter, address newSmartMeter)',
  'event LogOwnershipTransferred(address indexed oldOwner, address indexed newOwner)',
])

let anvil: Anvil
let bench: Bench
let strict: Record<Kind, Address>
beforeAll(async () => {
  anvil = await startAnvil({ noMining: true })
  bench = new Bench(anvil)
  strict = await deployStrict(bench)
})
afterAll(() => anvil.stop())

describe('our registry', () => {
  test('names each change of a meter', async () => {
    const registry = new AssetBench(bench, 'consuming', 'strict', strict.consuming)
    const id = await registry.readyAsset()
    const changed = await registry.send('updateSmartMeter', [id, registry.who('newMeter').address])
    expect(eventIn(changed, ownershipAbi, 'LogSmartMeterUpdated')).toEqual({
      assetId: id,
      oldSmartMeter: registry.who('meter').address,
      newSmartMeter: registry.who('newMeter').address,
    })
  })

  test('is its own cooContract, whose owner() may do everything', async () => {
    const registry = new AssetBench(bench, 'producing', 'strict', strict.producing)
    expect(await registry.call('cooContract')).toBe(getAddress(registry.address))
    expect(await bench.call(ownershipAbi, registry.address, 'owner')).toBe(
      registry.who('administrator').address,
    )
  })

  test('answers getCoSaved with a reason where the arithmetic of release A would run wild', async () => {
    const registry = new AssetBench(bench, 'producing', 'strict', strict.producing)
    const id = await registry.readyAsset()
    expect(await registry.call('getCoSaved', [id, 5n])).toBe(0n)
    const largest = 2n ** 128n - 1n
    await registry.read(id, largest, { co2: largest })
    expect(await registry.call('getCoSaved', [id, largest])).toBe(largest)
    expect(await registry.view('getCoSaved', [id, largest + 1n])).toBe('reverted: more Wh than registered')
  })

  test('asks for a meter, an owner and a capacity, and initialises before it switches', async () => {
    const registry = new AssetBench(bench, 'producing', 'strict', strict.producing)
    const id = await registry.createAsset()
    const owner = registry.who('owner').address
    const failures = [
      await registry.send('setActive', [id, true]),
      await registry.send('initGeneral', [id, zeroAddress, owner, 0n, true]),
      await registry.send('initGeneral', [id, owner, zeroAddress, 0n, true]),
      await registry.send('initProducingProperties', [
        id,
        0,
        0n,
        0,
        registry.encodeText(''),
        registry.encodeText(''),
      ]),
    ]
    expect(failures.map(outcome => outcome.text)).toEqual([
      'reverted: asset is not initialised',
      'reverted: smart meter is missing',
      'reverted: asset owner is missing',
      'reverted: capacity is missing',
    ])
  })

  test('changes hands in two steps, so that a mistyped address cannot take it', async () => {
    const { producing } = await deployStrict(bench)
    const send = (who: keyof typeof people, data: `0x${string}`) =>
      bench.send(bench.account(people[who]), producing, data)
    const offer = (to: Address) =>
      encodeFunctionData({ abi: ownershipAbi, functionName: 'offerOwnership', args: [to] })
    const accept = encodeFunctionData({ abi: ownershipAbi, functionName: 'acceptOwnership' })
    const stranger = bench.account(people.stranger).address

    expect((await send('stranger', offer(stranger))).text).toBe('reverted: sender is not the owner')
    expect((await send('administrator', offer(stranger))).text).toBe('accepted')
    expect((await send('owner', accept)).text).toBe('reverted: ownership was not offered')
    expect((await send('stranger', accept)).text).toBe('accepted')
    expect((await send('stranger', accept)).text).toBe('reverted: ownership was not offered')
    expect((await send('administrator', offer(stranger))).text).toBe('reverted: sender is not the owner')
    const registry = new AssetBench(bench, 'producing', 'strict', producing)
    expect((await registry.send('createAsset', [], registry.who('stranger'))).text).toBe('accepted')
  })
})

// A read of release A's first public build at London rules, measured on the original contracts.
const original = { producing: 76_169n, consuming: 66_419n }

describe('gas of a read', () => {
  test('is at most 0.7 of release A, and the table in contracts/README.md says how much', async () => {
    const double = await deployDouble(bench)
    const table: Record<string, { first: bigint; steady: bigint }> = {}
    for (const kind of ['producing', 'consuming'] as const) {
      for (const flavour of ['strict', 'double'] as const) {
        const address = flavour === 'strict' ? strict[kind] : double[kind]
        const registry = new AssetBench(bench, kind, flavour, address)
        const id = await registry.readyAsset()
        const read = async (round: number) => {
          await anvil.rpc('evm_increaseTime', [60])
          const hash = `0x${(round * 17).toString(16).padStart(2, '0').repeat(32)}` as const
          return (
            await registry.sendReading(id, 1_000_000n * BigInt(round), { hash, co2: 5_000n * BigInt(round) })
          ).gasUsed
        }
        const first = await read(1)
        await read(2)
        table[`${flavour} ${kind}`] = { first, steady: await read(3) }
      }
      expect(table[`strict ${kind}`]!.steady * 10n).toBeLessThanOrEqual(original[kind] * 7n)
    }
    expect(table).toMatchInlineSnapshot(`
      {
        "double consuming": {
          "first": 78042n,
          "steady": 43842n,
        },
        "double producing": {
          "first": 101464n,
          "steady": 50164n,
        },
        "strict consuming": {
          "first": 71891n,
          "steady": 37691n,
        },
        "strict producing": {
          "first": 73602n,
          "steady": 39402n,
        },
      }
    `)
  })
})
