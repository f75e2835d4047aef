import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Log } from '../../src/core/log.ts'
import { resumeLine } from '../../src/gateway/control-resume.ts'
import { openLog } from '../../src/storage/index.ts'
import { addEntry, addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { World } from './world.ts'

/*
 * An operator lets a stopped line go on while its ledger runs: the ledger is never opened anew in these tests.
 */

let world: World
let code: unknown

beforeAll(async () => {
  world = await World.open()
  code = await world.anvil.rpc('eth_getCode', [world.registries.producing.address, 'latest'])
})
afterAll(() => world.anvil.stop())

const range = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1))
const decision = { line: 'roof/origin', by: 'me', reason: undefined }

/** Notes of a log in memory: entries like all others. */
function logOf(stores: MemoryStores): Pick<Log, 'append'> {
  return {
    append: async (stream, kind, document) => {
      const { sequence } = addEntry(stores.entries, stream, kind, document)
      return { index: stores.entries.length - 1, sequence, kind }
    },
  }
}

async function fresh(readings: readonly bigint[]) {
  const id = await world.registries.producing.readyAsset()
  const stores = new MemoryStores()
  for (const value of readings) addReading(stores.entries, 'roof', value)
  return { id, stores, resume: () => resumeLine(logOf(stores), stores, decision) }
}

async function writtenByOther(id: bigint, value: bigint): Promise<void> {
  const registry = world.registries.producing
  await registry.send('updateSmartMeter', [id, registry.who('newMeter').address])
  await registry.sendReading(id, value, { from: registry.who('newMeter') })
  await registry.send('updateSmartMeter', [id, registry.who('meter').address])
}

/** While the registry's code is gone it takes every call and registers nothing. */
async function mineWithoutCode(): Promise<void> {
  const { address } = world.registries.producing
  await world.anvil.rpc('anvil_setCode', [address, '0x'])
  await world.anvil.mine()
  await world.anvil.rpc('anvil_setCode', [address, code])
}

test('a conflict that the administrator has removed: the line drains', async () => {
  const { id, stores, resume } = await fresh([10n, 20n])
  await writtenByOther(id, 5_000n)
  const ledger = await world.ledger({ stores, lines: [world.line(id)] })
  await world.work(ledger)
  expect((await world.only(ledger)).stopped).toMatch(/5000 Wh, more than our 10 Wh/)

  await world.registries.producing.initGeneral(id)
  await world.work(ledger)
  expect((await world.only(ledger)).stopped).toBeDefined()
  expect(await resume()).toMatchObject({ stopped: expect.stringMatching(/5000 Wh/), failed: [] })
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([5_000n, 10n, 20n])
  expect((await world.only(ledger)).stopped).toBeUndefined()
})

test('a conflict that is still there: the line stops again, and nothing lowers the total', async () => {
  const { id, stores, resume } = await fresh([10n])
  await writtenByOther(id, 5_000n)
  const ledger = await world.ledger({ stores, lines: [world.line(id)] })
  await world.work(ledger)
  await resume()
  await world.work(ledger)
  expect((await world.only(ledger)).stopped).toMatch(/5000 Wh, more than our 10 Wh/)
  expect(await world.values(id)).toEqual([5_000n])
})

test('a foreign writer who has been sent away: the contract is looked at again before anything is signed', async () => {
  // Fails when planLine does not begin anew: 300 Wh would be written over the foreign 9,000.
  const { id, stores, resume } = await fresh([100n])
  const ledger = await world.ledger({ stores, lines: [world.line(id)] })
  await world.settle(ledger)
  await writtenByOther(id, 7_000n)
  addReading(stores.entries, 'roof', 200n)
  for (let i = 0; i < 3; i++) {
    await world.work(ledger)
    await world.anvil.mine()
  }
  expect((await world.only(ledger)).stopped).toMatch(/held 7000 Wh when we registered 200 Wh/)

  await writtenByOther(id, 9_000n)
  addReading(stores.entries, 'roof', 300n)
  await resume()
  await world.work(ledger)
  expect((await world.only(ledger)).stopped).toMatch(/9000 Wh, more than our 300 Wh/)

  // The other writer puts back the total that we registered.
  await writtenByOther(id, 200n)
  await resume()
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([100n, 7_000n, 200n, 9_000n, 200n, 300n])
})

describe('submissions that failed', () => {
  test('are tried again in their order', async () => {
    // Fails when planLine does not begin anew: what failed would be looked for at the next start only.
    const { id, stores, resume } = await fresh(range(3))
    const ledger = await world.ledger({ stores, lines: [world.line(id)] })
    await world.work(ledger)
    await mineWithoutCode()
    await world.work(ledger)
    await world.anvil.mine()
    await world.work(ledger)
    expect((await world.only(ledger)).stopped).toMatch(/without the event/)
    addReading(stores.entries, 'roof', 4n)
    expect((await resume()).failed).toEqual(
      [0, 1, 2].map(entry => ({ first: entry, last: entry, outcome: 'tried-again' })),
    )
    await world.settle(ledger)
    expect(await world.values(id)).toEqual(range(4))
  })

  test('are given up once a later reading is final, and are no conflict until then', async () => {
    // Fails when compareWithChain goes on to retryFailed while the later one is only mined.
    const { id, stores, resume } = await fresh(range(2))
    const ledger = await world.ledger({ stores, lines: [world.line(id)], network: { confirmations: 4 } })
    await world.work(ledger)
    // Only the first is mined without code.
    const [second] = await stores.ofLine('roof/origin', 1)
    await world.anvil.rpc('anvil_dropTransaction', [second?.variants[0]?.hash])
    await mineWithoutCode()
    await world.work(ledger)
    expect(await world.only(ledger)).toMatchObject({
      stopped: undefined,
      trouble: expect.stringMatching(/without/),
    })
    await world.anvil.mine()
    world.clock.push(25_000)
    await world.work(ledger)
    await world.anvil.mine(2)
    await world.work(ledger)
    expect((await world.only(ledger)).stopped).toMatch(/without the event/)
    expect((await world.only(ledger)).pending).toEqual({ mined: 1 })
    expect((await resume()).failed).toEqual([{ first: 0, last: 0, outcome: 'given-up' }])
    await world.work(ledger)
    expect((await world.only(ledger)).stopped).toBeUndefined()
    await world.settle(ledger)
    expect(await world.values(id)).toEqual([2n])
    expect((await stores.ofLine('roof/origin', 2)).map(item => item.state)).toEqual(['final', 'skipped'])
  })
})

test('the note in a real log tells the ledger nothing: no submission comes of it, and the next reading covers it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'energyweb-resume-'))
  const log = await openLog({ folder })
  await log.openStream({ name: 'roof' })
  const reading = (energy: bigint) => {
    const raw = { bytes: new Uint8Array([1]), mediaType: 'text/plain' }
    const at = 1_800_000_000_000 + Number(energy)
    const shared = { channel: 'export', kind: 'counter', device: {}, raw, provenance: 'test' } as const
    return { ...shared, energy: energy * 3_600_000n, fraction: '', measuredAt: at, receivedAt: at }
  }
  const limits = { resolution: 0n, opening: 'zero' } as const
  await log.record('roof', [reading(0n), reading(5n)], limits)
  const id = await world.registries.producing.readyAsset()
  const ledger = await world.ledger({ stores: log, lines: [world.line(id)], settings: { window: 4 } })
  await world.settle(ledger)
  await log.setStopped('roof/origin', 'tested')
  await world.work(ledger)

  const { note } = await resumeLine(log, log, { ...decision, reason: 'because' })
  const noted = (await log.entries('roof', { after: -1, limit: 100 })).find(entry => entry.index === note)
  expect(noted).toMatchObject({
    kind: 'note',
    document: { by: 'me', text: expect.stringMatching(/roof\/origin goes on.*tested\n.*because/) },
  })
  const before = (await log.ofLine('roof/origin', 100)).length
  for (let i = 0; i < 6; i++) {
    await world.work(ledger)
    await world.anvil.mine()
  }
  expect(await world.only(ledger)).toMatchObject({ backlog: 0, stopped: undefined, trouble: undefined })
  expect(await log.ofLine('roof/origin', 100)).toHaveLength(before)
  await log.record('roof', [reading(9n)], limits)
  await world.settle(ledger)
  expect(await world.values(id)).toEqual([0n, 5n, 9n])

  // Decisions without end and no reading between them: whole windows are skipped, and that ends too.
  for (let i = 0; i < 10; i++) await log.append('roof', 'note', { by: 'me', text: String(i) })
  for (let i = 0; i < 4; i++) await world.work(ledger)
  const after = (await log.ofLine('roof/origin', 100)).length
  for (let i = 0; i < 4; i++) await world.work(ledger)
  expect(await log.ofLine('roof/origin', 100)).toHaveLength(after)
  await log.close()
  await rm(folder, { recursive: true })
})
