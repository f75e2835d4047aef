import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { CarbonQuote } from '../../src/core/carbon-log.ts'
import { systemClock } from '../../src/core/clock.ts'
import { openLog } from '../../src/storage/index.ts'
import { reading } from '../storage/support.ts'
import { World } from './world.ts'

/*
 * Release A on a real chain, fed by the real log: what stands in its CO2 register, and when the flag says that it is not
 * all. Readings are 1 kWh apart.
 */

let world: World
const wait = 60_000
const limits = { resolution: 0n, opening: 'zero' } as const

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.anvil.stop())

const quote = (gramsPerKilowattHour: bigint): CarbonQuote => ({
  factor: gramsPerKilowattHour * 10n ** 18n,
  basis: 'marginal',
  scope: undefined,
  estimated: false,
  raw: { bytes: new TextEncoder().encode(String(gramsPerKilowattHour)), mediaType: 'text/plain' },
  provenance: 'test',
})

async function roof(options: { counted?: boolean; opening?: bigint } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-carbon-'))
  const age = { milliseconds: 0 }
  const clock = { ...systemClock, now: () => systemClock.now() - age.milliseconds }
  const log = await openLog({ folder, clock })
  onTestFinished(async () => {
    await log.close()
    rmSync(folder, { recursive: true })
  })
  const id = await world.registries.producing.readyAsset()
  await log.openStream({ name: 'roof' })
  const { counted = true, opening = 0n } = options
  if (counted) await log.openCarbon({ asset: 'roof', basis: 'marginal', source: 'test', opening })
  const ledger = await world.ledger({
    stores: log,
    lines: [world.line(id)],
    carbon: { book: log, waits: new Map([['roof', wait]]) },
  })
  /** Appends a reading, as one that was appended so long ago. */
  const read = async (i: number, milliseconds = 0) => {
    age.milliseconds = milliseconds
    await log.record('roof', [reading(i, { energy: BigInt(i) * 3_600_000_000n })], limits)
    age.milliseconds = 0
    return (await log.register('roof')).sequence
  }
  const events = async () =>
    (await world.events(id)).map(({ value, carbon, carbonDown }) => [value, carbon, carbonDown])
  return { log, ledger, id, read, events }
}

test('CO2 as of each reading; a missing factor raises the flag, its revision lowers it again', async () => {
  const { log, ledger, read, events } = await roof()
  await read(1)
  const second = await read(2)
  await log.priceCarbon('roof', [{ sequence: second, quote: quote(400n) }])
  await world.settle(ledger)
  expect(await events()).toEqual([
    [0n, 0n, false],
    [1_000n, 400n, false],
  ])

  // Its factor does not come in time: it goes out with what is known, and says that this is not all.
  const third = await read(3)
  await log.priceCarbon('roof', [{ sequence: third, missing: { reason: 'source-timeout', detail: 'test' } }])
  const fourth = await read(4)
  await log.priceCarbon('roof', [{ sequence: fourth, quote: quote(100n) }])
  await world.settle(ledger)
  expect((await events()).slice(2)).toEqual([
    [2_000n, 400n, true],
    [3_000n, 500n, true],
  ])

  await log.priceCarbon('roof', [{ sequence: third, quote: quote(50n) }])
  const fifth = await read(5)
  await log.priceCarbon('roof', [{ sequence: fifth, quote: quote(1n) }])
  await world.settle(ledger)
  expect((await events()).slice(4)).toEqual([[4_000n, 551n, false]])
})

test('a reading waits for its factor, and no longer than it may', async () => {
  const { log, ledger, read, events } = await roof()
  await read(1)
  await world.settle(ledger)
  const second = await read(2)
  for (let turn = 0; turn < 3; turn++) await world.work(ledger)
  expect(await world.only(ledger)).toMatchObject({ pending: {}, trouble: undefined })
  expect(await events()).toHaveLength(1)
  await log.priceCarbon('roof', [{ sequence: second, quote: quote(7n) }])
  await world.settle(ledger)
  await read(3, wait + 1)
  await world.settle(ledger)
  expect((await events()).slice(1)).toEqual([
    [1_000n, 7n, false],
    [2_000n, 7n, true],
  ])
})

test('where CO2 is not counted the register of the chain stays, flagged as out of service', async () => {
  const { ledger, read, events } = await roof({ counted: false })
  await read(1, wait + 1)
  await world.settle(ledger)
  expect(await events()).toEqual([[0n, 0n, true]])
})

test("the chain's register is never lowered; an operator is told how to go on from it", async () => {
  const { log, ledger, id, read, events } = await roof({ opening: 500n * 10n ** 9n })
  await read(1)
  await world.settle(ledger)
  // A second life of the gateway that begins at nothing.
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-carbon-'))
  const again = await openLog({ folder })
  onTestFinished(async () => {
    await again.close()
    rmSync(folder, { recursive: true })
  })
  await again.openStream({ name: 'roof' })
  await again.openCarbon({ asset: 'roof', basis: 'marginal', source: 'test' })
  await again.record('roof', [reading(2), reading(3, { energy: 7_200_000_000n })], {
    ...limits,
    opening: 3_600_000_000n,
  })
  const [step] = await again.carbonSteps('roof', { state: 'waiting', limit: 9 })
  await again.priceCarbon('roof', [{ sequence: step?.sequence ?? 0, quote: quote(10n) }])
  const next = await world.ledger({
    stores: again,
    lines: [world.line(id)],
    carbon: { book: again, waits: new Map([['roof', wait]]) },
  })
  await world.settle(next)
  const carbons = (await events()).map(([, carbon]) => carbon)
  expect(carbons.every(carbon => carbon === 500n)).toBe(true)
  expect((await world.only(next)).trouble).toMatch(/holds 500 g of CO2, more than our \d+ g.*carbon\.opening/)
  expect(await log.carbon('roof')).toMatchObject({ total: 500n * 10n ** 9n })
})
