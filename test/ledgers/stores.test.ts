import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkLog, type LogStore, openLog } from '../../src/storage/index.ts'
import { addReading } from '../../src/testing/fake-entry.ts'
import { MemoryStores } from '../../src/testing/memory-stores.ts'
import { storeCases } from '../../src/testing/store-conformance.ts'
import { World } from './world.ts'

const folders: string[] = []
const logs: LogStore[] = []

async function newLog(): Promise<LogStore> {
  const folder = await mkdtemp(join(tmpdir(), 'energyweb-stores-'))
  folders.push(folder)
  const log = await openLog({ folder })
  logs.push(log)
  await log.openStream({ name: 'roof' })
  return log
}

afterAll(async () => {
  for (const log of logs) await log.close()
  for (const folder of folders) await rm(folder, { recursive: true })
})

const readings = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => {
    const at = 1_800_000_000_000 + (from + i) * 1_000
    const raw = { bytes: new Uint8Array([1]), mediaType: 'text/plain' }
    const value = { energy: BigInt(from + i) * 3_600_000n, fraction: '' }
    const shared = { channel: 'export', kind: 'counter', device: {}, raw, provenance: 'test' } as const
    return { ...shared, ...value, measuredAt: at, receivedAt: at }
  })

describe('stores in memory', () => {
  test.each(storeCases)('$name', async ({ run }) => {
    const stores = new MemoryStores()
    await run({
      stores,
      append: async count => {
        for (let i = 0; i < count; i++) addReading(stores.entries, 'roof', BigInt(i))
      },
    })
  })
})

describe('stores in the log', () => {
  test.each(storeCases)('$name', async ({ run }) => {
    const stores = await newLog()
    await run({
      stores,
      append: async count => {
        for (let i = 0; i < count; i++) {
          await stores.append('roof', 'note', { by: 'test', text: String(i) })
        }
      },
    })
  })
})

describe('a real log and a real chain', () => {
  let world: World
  beforeAll(async () => {
    world = await World.open({ flavour: 'strict' })
  })
  afterAll(() => world.anvil.stop())

  test('readings of the register are registered, out of the log, and again after a restart', async () => {
    const id = await world.registries.producing.readyAsset()
    const log = await newLog()
    const limits = { resolution: 0n, opening: 'zero' } as const
    await log.record('roof', readings(0, 30), limits)
    const stores = log
    const lines = [world.line(id)]
    await world.settle(await world.ledger({ stores, lines, settings: { inFlight: 10 } }))
    // A second ledger, as after a restart, goes on where the first one stopped.
    await log.record('roof', readings(30, 40), limits)
    await world.settle(await world.ledger({ stores, lines, settings: { inFlight: 10 } }))
    expect(await world.values(id)).toEqual(Array.from({ length: 40 }, (_, i) => BigInt(i)))
    const { total } = await log.register('roof')
    expect(total).toBe(39n * 3_600_000n)
  })

  test('after a reorg deeper than finality the log has the new receipts beside the old ones, and its check finds it whole', async () => {
    // Fails when SubmissionsCheck wants one receipt entry a submission.
    const id = await world.registries.producing.readyAsset()
    const log = await newLog()
    await world.anvil.mine(20)
    await log.record('roof', readings(0, 3), { resolution: 0n, opening: 'zero' })
    const ledger = await world.ledger({ stores: log, lines: [world.line(id)] })
    await world.settle(ledger)
    await world.anvil.rpc('anvil_reorg', [10, []])
    for (let i = 0; i < 12; i++) {
      await world.work(ledger)
      await world.anvil.mine()
      world.clock.push(25_000)
    }
    expect(await world.values(id)).toEqual([0n, 1n, 2n])
    const folder = folders.at(-1) ?? ''
    await log.close()
    expect(await checkLog({ folder })).toMatchObject({ ok: true, firstBad: undefined })
    const again = await openLog({ folder })
    logs.push(again)
    const entries = await again.unplanned('roof/origin', 99)
    expect(entries.filter(({ kind }) => kind === 'receipt')).toHaveLength(6)
  })
})
