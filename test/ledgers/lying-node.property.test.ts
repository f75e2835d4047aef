import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isEnergywebError } from '../../src/core/errors.ts'
import { resumeLine } from '../../src/gateway/control-resume.ts'
import { checkLog, openLog } from '../../src/storage/index.ts'
import { LyingNode, randomBy } from '../support/lying-node.ts'
import { World } from './world.ts'

/*
 * The law: a node may say anything for a while. When the truth is told again, and an operator lets a line go on that was
 * stopped meanwhile, the newest total is registered, no total twice or after a higher one, and the log is in order.
 */

let world: World

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.anvil.stop())

const reading = (wattHours: number) => {
  const at = 1_800_000_000_000 + wattHours * 1_000
  const raw = { bytes: new Uint8Array([1]), mediaType: 'text/plain' }
  const value = { energy: BigInt(wattHours) * 3_600_000n, fraction: '' }
  const shared = { channel: 'export', kind: 'counter', device: {}, raw, provenance: 'test' } as const
  return { ...shared, ...value, measuredAt: at, receivedAt: at }
}

/** What a turn may end with while a node lies: the log is never the trouble, and it is never a mistake of ours. */
const allowed = /^(network-\w|ledger-\w|transaction-reverted|funds-insufficient|abi-invalid)/

async function lieAndTellTheTruth(seed: number): Promise<void> {
  const random = randomBy(seed)
  const node = new LyingNode(random)
  const folder = await mkdtemp(join(tmpdir(), 'energyweb-lies-'))
  const stores = await openLog({ folder })
  try {
    await stores.openStream({ name: 'roof' })
    await stores.record('roof', [0, 1, 2, 3].map(reading), { resolution: 0n, opening: 'zero' })
    const id = await world.registries.producing.readyAsset()
    const lines = [world.line(id)]
    const open = () =>
      world.ledger({ stores, lines, fetch: node.fetch, network: { confirmations: 3, timeout: 5_000 } })
    let ledger = await open()
    for (let round = 0; round < 10; round++) {
      node.share = random() < 0.5 ? 0.15 : 0.02
      await world.work(ledger).catch(error => {
        if (!isEnergywebError(error) || !allowed.test(error.code)) throw error
      })
      world.clock.push(random() < 0.2 ? 100_000 : 3_000)
      if (random() < 0.1) ledger = await open()
      if (random() < 0.7) await world.anvil.mine()
    }
    node.share = 0
    const work = () =>
      world.work(ledger).catch(error => {
        if (!isEnergywebError(error) || !error.retryable) throw error
      })
    for (let round = 0; round < 60; round++) {
      world.clock.push(400_000)
      await work()
      const { stopped, backlog, pending } = await world.only(ledger)
      if (stopped !== undefined) {
        expect(stopped).toMatch(/./)
        await resumeLine(stores, stores, { line: 'roof/origin', by: 'test', reason: undefined })
      } else if (backlog === 0 && Object.keys(pending).length === 0) break
      await world.anvil.mine()
    }
    const values = await world.values(id)
    const status = await world.only(ledger)
    expect(values.at(-1), JSON.stringify(status)).toBe(3n)
    expect(values).toEqual([...new Set(values)].toSorted((a, b) => Number(a - b)))
    expect({ ...status, pending: Object.keys(status.pending) }).toMatchObject({
      backlog: 0,
      pending: [],
      stopped: undefined,
    })
  } catch (error) {
    const told = node.lies.join('\n')
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : error}\n${told}`, {
      cause: error,
    })
  } finally {
    await stores.close()
  }
  expect(await checkLog({ folder }), `seed ${seed}`).toMatchObject({ ok: true, firstBad: undefined })
  await rm(folder, { recursive: true })
}

test('whatever a node says for a while, the truth prevails: registered once, and the log is in order', {
  timeout: 600_000,
}, async () => {
  await fc.assert(fc.asyncProperty(fc.nat(2 ** 31), lieAndTellTheTruth), { numRuns: 6, endOnFailure: true })
})
