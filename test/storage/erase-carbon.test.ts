import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CarbonVerdict } from '../../src/core/carbon-log.ts'
import { isEnergywebError } from '../../src/core/errors.ts'
import { checkLog, type LogStore } from '../../src/storage/index.ts'
import { limits, readings, start, testLog } from './support.ts'

const decision = { by: 'anna', reason: 'test' }
const quoted = (sequence: number, grams = 400n): CarbonVerdict => ({
  sequence,
  quote: {
    factor: grams * 10n ** 18n,
    basis: 'marginal',
    scope: 'direct',
    estimated: false,
    raw: { bytes: new TextEncoder().encode(`{"value":${sequence}}`), mediaType: 'application/json' },
    provenance: 'test',
  },
})
const missing = (sequence: number): CarbonVerdict => ({
  sequence,
  missing: { reason: 'source-empty', detail: 'test' },
})

/** An asset with a carbon register; entry n is the reading of minute n, appended at second n. */
async function pricedLog(count: number) {
  const time = { now: start }
  const clock = { now: () => time.now, monotonic: () => time.now, after: () => () => undefined }
  const log = await testLog({ clock })
  await log.openStream({ name: 'roof' })
  await log.openCarbon({ asset: 'roof', basis: 'marginal', source: 'service' })
  for (let n = 1; n <= count; n++) {
    time.now = start + n * 1_000
    await log.record('roof', readings(1, n), limits)
  }
  time.now += 1_000
  return Object.assign(log, { time })
}

const eraseBefore = (log: LogStore, second: number) =>
  log.erase({ streams: ['roof'], range: { before: start + second * 1_000 }, ...decision })

async function expectGood(log: { folder: string }) {
  const result = await checkLog(log)
  expect(result.firstBad).toBeUndefined()
  return result
}

test('what a carbon register says goes along with its asset, and both go on', async () => {
  const log = await pricedLog(6)
  await log.priceCarbon(
    'roof',
    [2, 3, 4, 5, 6].map(n => quoted(n)),
  )
  const before = await log.carbon('roof')
  const { erased } = await eraseBefore(log, 5)
  // Opening and four readings; opening and the prices of 2, 3 and 4, whenever they were appended.
  expect(erased.map(({ stream, last, documents }) => [stream, last, documents])).toEqual([
    ['roof', 4, 5],
    ['roof/carbon', 3, 4],
  ])
  await expectGood(log)
  expect(await log.carbon('roof')).toEqual({ ...before, cursor: 7 })
  expect((await log.carbonAt('roof', [5, 6]))?.map(({ total }) => total)).toEqual([
    1_600_000_000n,
    2_000_000_000n,
  ])
  const db = new DatabaseSync(join(log.folder, 'log.db'), { readOnly: true })
  expect(db.prepare('SELECT sequence FROM carbon_steps ORDER BY sequence').all()).toEqual([
    { sequence: 5 },
    { sequence: 6 },
  ])
  db.close()
  await log.record('roof', readings(2, 7), limits)
  // Entry 7 is the erasure.
  await log.priceCarbon('roof', [quoted(8), quoted(9)])
  await expectGood(log)
  log.time.now += 10_000
  await eraseBefore(log, 1_000)
  expect(await expectGood(log)).toMatchObject({ erasures: [{ stream: 'roof' }, { stream: 'roof/carbon' }] })
})

test('a step that waits for its factor, or misses it, stays with all behind it', async () => {
  const log = await pricedLog(5)
  await log.priceCarbon('roof', [quoted(2), missing(3), quoted(4)])
  const { erased } = await eraseBefore(log, 100)
  expect(erased).toMatchObject([
    { stream: 'roof', last: 2, shortened: 'entry 3 waits for its carbon factor' },
    { stream: 'roof/carbon', last: 2 },
  ])
  await expectGood(log)
  await log.priceCarbon('roof', [quoted(5)])
  await log.priceCarbon('roof', [quoted(3)])
  await expectGood(log)
  // Entry 3 was filled in behind 4 and 5: the register has nothing open only at the end.
  await expect(eraseBefore(log, 5)).rejects.toMatchObject({ code: 'erasure-refused' })
  await eraseBefore(log, 100)
  await expectGood(log)
  await log.record('roof', readings(1, 6), limits)
  await expectGood(log)
})

test('a range of such an asset begins at its beginning, and a carbon register goes with its asset alone', async () => {
  const log = await pricedLog(4)
  await log.priceCarbon(
    'roof',
    [2, 3, 4].map(n => quoted(n)),
  )
  const erase = (stream: string, first: number) =>
    log.erase({ streams: [stream], range: { first, last: 3 }, ...decision })
  await expect(erase('roof', 2)).rejects.toThrow('as its carbon register goes along')
  await expect(erase('roof/carbon', 0)).rejects.toThrow('goes with its asset')
  await erase('roof', 0)
  await expectGood(log)
})

test('a register that has priced nothing is opened anew also when its first opening was erased', async () => {
  const log = await pricedLog(1)
  await eraseBefore(log, 100)
  // Fails when the erased opening is asked where the register begins.
  await log.openCarbon({ asset: 'roof', basis: 'average', source: 'other', opening: 5n })
  expect(await log.carbon('roof')).toMatchObject({ basis: 'average', total: 5n })
  await expectGood(log)
  await log.record('roof', readings(1, 2), limits)
  const [step] = await log.carbonSteps('roof', { state: 'waiting', limit: 1 })
  expect(step).toMatchObject({ energy: 3_600_000n })
  await expectGood(log)
})

test('energy from before the register was opened is not missed, also where the asset was erased before', async () => {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(1), limits)
  await log.erase({ streams: ['roof'], range: { first: 0, last: 1 }, ...decision })
  await log.record('roof', readings(1, 2), limits)
  await log.openCarbon({ asset: 'roof', basis: 'marginal', source: 'service' })
  // Fails when the check takes what was counted between the two for a step that should wait.
  await expectGood(log)
})

test('whatever is priced, missing, filled in and erased, the check agrees', {
  timeout: 120_000,
}, async () => {
  const step = fc.constantFrom('read', 'read', 'read', 'price', 'price', 'miss', 'fill', 'erase', 'erase')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ what: step, n: fc.nat(60) }), { minLength: 8, maxLength: 40 }),
      async steps => {
        const log = await pricedLog(1)
        let n = 2
        for (const { what, n: pick } of steps) {
          log.time.now += 1_000
          if (what === 'read') await log.record('roof', readings(1, n++), limits)
          const [waiting] = await log.carbonSteps('roof', { state: 'waiting', limit: 1 })
          const open = await log.carbonSteps('roof', { state: 'missing', limit: 9 })
          if (what === 'price' && waiting) await log.priceCarbon('roof', [quoted(waiting.sequence)])
          if (what === 'miss' && waiting) await log.priceCarbon('roof', [missing(waiting.sequence)])
          const filled = open[pick % Math.max(1, open.length)]
          if (what === 'fill' && filled) await log.priceCarbon('roof', [quoted(filled.sequence, 7n)])
          if (what === 'erase') {
            await eraseBefore(log, pick).catch(error => {
              if (!isEnergywebError(error, 'erasure-refused')) throw error
            })
          }
        }
        await expectGood(log)
        await log.close()
      },
    ),
    { numRuns: 15 },
  )
})
