import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLog } from '../../src/storage/index.ts'
import { World } from '../ledgers/world.ts'
import { childReading } from '../storage/child-reading.ts'

/* A program rents things with the account that registers its readings: one log, one book of nonces. */

let world: World
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'energyweb-shared-'))
  world = await World.open()
})
afterAll(async () => {
  await world?.anvil.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a ledger and calls of one account take no nonce twice', async () => {
  const log = await openLog({ folder })
  await log.openStream({ name: 'roof' })
  const id = await world.registries.producing.readyAsset()
  const options = { stores: log, lines: [world.line(id)], network: { confirmations: 2 } }
  const ledger = await world.ledger(options)
  // Another client of the same chain: what they share is the log alone.
  const network = await world.network({ confirmations: 2 })
  const registry = await network.contract({
    address: world.registries.producing.address,
    abi: ['function getAssetListLength() returns (uint256)'],
  })
  const calls = []
  for (let i = 1; i <= 5; i++) {
    await log.record('roof', [childReading(i)], { resolution: 0n, opening: 'meter' })
    const asked = { signer: world.signer, log, pollEvery: 20, settings: { retryAfter: 50 } }
    calls.push(await registry.sendRaw('getAssetListLength', [], asked))
    await world.work(ledger)
  }
  const mining = setInterval(() => void world.anvil.mine(), 60)
  const working = setInterval(() => void world.work(ledger).catch(() => undefined), 100)
  await Promise.all(calls.map(call => call.wait({ pollEvery: 50, timeout: 25_000 })))
  const deadline = Date.now() + 20_000
  while ((await world.only(ledger)).backlog > 0 && Date.now() < deadline) {
    world.clock.push(1_000)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  clearInterval(mining)
  clearInterval(working)
  const registered = await world.values(id)
  expect(await world.nonce()).toBe(5 + registered.length)
  expect(registered.at(-1)).toBe(5n)
  expect(new Set(registered).size).toBe(registered.length)
  await ledger.close()
  await log.close()
}, 60_000)
