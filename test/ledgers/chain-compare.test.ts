import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toHex } from '../../src/core/bytes.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { people } from '../contracts/bench.ts'
import { World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.anvil.stop())

const range = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1))
const other = () => world.registries.producing.who('newMeter')

/** Another account writes the asset, as another gateway with another key would. */
async function writtenByOther(id: bigint, value: bigint): Promise<void> {
  const registry = world.registries.producing
  await registry.send('updateSmartMeter', [id, other().address])
  await registry.sendReading(id, value, { from: other() })
  await registry.send('updateSmartMeter', [id, registry.who('meter').address])
}

describe('before the first signature the contract is looked at, and the trouble says what to ask of whom', () => {
  async function troubleOf(options: Parameters<World['ledger']>[0]) {
    const stores = new MemoryStores()
    addReading(stores.entries, 'roof', 10n)
    const ledger = await world.ledger({ stores, ...options })
    await world.work(ledger)
    // Nothing was signed.
    expect(await stores.ofLine('roof/origin', 1)).toEqual([])
    return (await world.only(ledger)).trouble
  }

  test('an address without code, which would accept everything', async () => {
    const nobody = `0x${'12'.repeat(20)}`
    const trouble = await troubleOf({ lines: [world.line(0n)], contracts: { producing: nobody } })
    expect(trouble).toMatch(/no contract at 0x1212.*Ask whoever runs the registry/)
  })

  test('an asset that does not exist', async () => {
    expect(await troubleOf({ lines: [world.line(999n)] })).toMatch(
      /does not exist.*Ask an asset administrator/,
    )
  })

  test('an asset that was created and not initialised', async () => {
    const id = await world.registries.producing.createAsset()
    expect(await troubleOf({ lines: [world.line(id)] })).toMatch(/not initialised.*initialise it with 0x/)
  })

  test('an asset with another smart meter (U12)', async () => {
    // Fails when checkWriter no longer compares the smart meter: the call would revert without a reason.
    const id = await world.registries.producing.readyAsset()
    await world.registries.producing.send('updateSmartMeter', [id, other().address])
    expect(await troubleOf({ lines: [world.line(id)] })).toMatch(
      /takes readings from 0x.* only.*updateSmartMeter/,
    )
  })

  test('an asset that is not active', async () => {
    const id = await world.registries.producing.createAsset()
    await world.registries.producing.initGeneral(id, false)
    expect(await troubleOf({ lines: [world.line(id)] })).toMatch(/not active.*setActive/)
  })

  test('a consuming registry where a producing one is configured', async () => {
    const id = await world.registries.consuming.readyAsset()
    const contracts = { producing: world.registries.consuming.address }
    expect(await troubleOf({ lines: [world.line(id)], contracts })).toMatch(
      /not a producing registry.*mixed up/,
    )
  })

  test('a contract that is no registry at all', async () => {
    const contracts = {
      producing: await world.bench.deploy({ abi: [], bytecode: '0x6001600c60003960016000f300' }),
    }
    expect(await troubleOf({ lines: [world.line(0n)], contracts })).toMatch(
      /not an Origin release A registry/,
    )
  })
})

test('a total on the chain above ours stops the line and nothing lowers it', async () => {
  const id = await world.registries.producing.readyAsset()
  await writtenByOther(id, 5_000n)
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 10n)
  const ledger = await world.ledger({ stores, lines: [world.line(id)] })
  await world.work(ledger)
  expect((await world.only(ledger)).stopped).toMatch(/ledger-conflict.*5000 Wh, more than our 10 Wh/)
  expect(await world.values(id)).toEqual([5_000n])
})

test('a total on the chain below ours is where another system left off: it goes on', async () => {
  const id = await world.registries.producing.readyAsset()
  await writtenByOther(id, 500n)
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 501n)
  await world.settle(await world.ledger({ stores, lines: [world.line(id)] }))
  expect(await world.values(id)).toEqual([500n, 501n])
})

test('an asset that was initialised again is reported, not repaired', async () => {
  const registry = world.registries.producing
  const id = await registry.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 100n)
  await world.settle(await world.ledger({ stores, lines: [world.line(id)] }))
  await registry.initGeneral(id)
  addReading(stores.entries, 'roof', 200n)
  const ledger = await world.ledger({ stores: stores.snapshot(), lines: [world.line(id)] })
  await world.work(ledger)
  expect((await world.only(ledger)).stopped).toMatch(/holds 0 Wh, below the 100 Wh.*not repaired/)
  expect(await world.values(id)).toEqual([100n])
})

test('a foreign writer while we run: found at our next registration, and the line stops', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  addReading(stores.entries, 'roof', 100n)
  const ledger = await world.ledger({ stores, lines: [world.line(id)] })
  await world.settle(ledger)
  await writtenByOther(id, 9_000n)
  addReading(stores.entries, 'roof', 200n)
  for (let i = 0; i < 3; i++) {
    await world.work(ledger)
    await world.anvil.mine()
  }
  expect((await world.only(ledger)).stopped).toMatch(/held 9000 Wh when we registered 200 Wh/)
})

test('restored from a backup: what is registered already is adopted, and nothing is registered twice', async () => {
  // Fails when compareWithChain no longer calls adoptRegistered.
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  const lines = [world.line(id)]
  for (const value of range(3)) addReading(stores.entries, 'roof', value)
  await world.settle(await world.ledger({ stores, lines }))
  // The entries up to ten are in the backup, the submissions of the last seven are not.
  for (const value of range(10).slice(3)) addReading(stores.entries, 'roof', value)
  const backup = stores.snapshot([...stores.entries])
  await world.settle(await world.ledger({ stores, lines }))
  const before = await world.events(id)
  const ledger = await world.ledger({ stores: backup, lines })
  await world.settle(ledger)
  expect(await world.events(id)).toEqual(before)
  expect((await world.only(ledger)).backlog).toBe(0)
  const adopted = await backup.ofLine('roof/origin', 7)
  expect(adopted.map(item => item.receipt?.transaction).reverse()).toEqual(
    before.slice(3).map(e => e.transaction),
  )
  addReading(backup.entries, 'roof', 11n)
  await world.settle(ledger)
  expect((await world.events(id)).at(-1)?.link).toBe(
    `0x${toHex(backup.entries.filter(e => e.kind === 'reading').at(-2)?.leafHash ?? new Uint8Array())}`,
  )
})

test('restored from a backup while the first life still has a transaction in the pool', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  const lines = [world.line(id)]
  addReading(stores.entries, 'roof', 1n)
  await world.settle(await world.ledger({ stores, lines }))
  addReading(stores.entries, 'roof', 2n)
  const backup = stores.snapshot([...stores.entries])
  await world.work(await world.ledger({ stores, lines }))
  await world.settle(await world.ledger({ stores: backup, lines }))
  expect(await world.values(id)).toEqual([1n, 2n])
})

test('a failed submission is tried again once an operator lets the line go on (U15)', async () => {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  const lines = [world.line(id)]
  addReading(stores.entries, 'roof', 1n)
  await world.work(await world.ledger({ stores, lines }))
  const [item] = await stores.ofLine('roof/origin', 1)
  await world.anvil.rpc('anvil_dropTransaction', [item?.variants[0]?.hash])
  await stores.fail(item?.id ?? 0, 'tested')
  const ledger = await world.ledger({ stores, lines })
  await world.work(ledger)
  expect((await world.only(ledger)).stopped).toBe('tested')
  await stores.setStopped('roof/origin', undefined)
  // Its nonce was never used: something else fills it first.
  await world.foreign(item?.nonce)
  await world.anvil.mine()
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([1n])
  expect(people.meter).toBe(1)
})
