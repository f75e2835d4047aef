import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { limits, reading, testLog } from '../../test/storage/support.ts'
import { openLog } from './index.ts'

const key = 'gateway.example.org/roof+01020304+Ag=='
const signature = new Uint8Array(64).fill(9)

async function logOf(streams: readonly string[], count: number) {
  const log = await testLog()
  for (const name of streams) await log.openStream({ name, source: 'eumel-v2' })
  const record = async (name: string, from: number, more = count) => {
    for (let i = from; i < from + more; i++) await log.record(name, [reading(i)], limits)
  }
  const waiting = async (assets = streams, limit = 1_000, of = log) =>
    (await of.entriesToSign({ assets, limit })).map(({ asset, sequence }) => `${asset} ${sequence}`)
  const sign = (asset: string, ...sequences: readonly number[]) =>
    log.keepEntrySignatures(
      key,
      sequences.map(sequence => ({ asset, sequence, signature })),
    )
  return { log, record, waiting, sign }
}

test('an asset begins with the readings that come after it was first named', async () => {
  const { log, record, waiting } = await logOf(['roof'], 3)
  await record('roof', 1)
  expect(await waiting()).toEqual([])
  await log.beginSigning(['roof', 'barn'])
  expect(await waiting(['roof', 'barn'])).toEqual([])
  await record('roof', 4, 2)
  // An opening is no reading.
  await log.openStream({ name: 'barn', source: 'eumel-v2' })
  await record('barn', 1, 1)
  expect(await waiting(['roof', 'barn'])).toEqual(['roof 4', 'roof 5', 'barn 1'])
  expect(await log.countEntriesToSign(['roof', 'barn'])).toBe(3)
})

test('what waits survives that it is named again, that nobody asks meanwhile, and a restart', async () => {
  const { log, record, waiting, sign } = await logOf(['roof'], 3)
  await log.beginSigning(['roof'])
  await record('roof', 1)
  await sign('roof', 1)
  await log.beginSigning(['roof'])
  await record('roof', 4, 1)
  expect(await waiting()).toEqual(['roof 2', 'roof 3', 'roof 4'])
  const { folder } = log
  await log.close()
  const again = await openLog({ folder })
  expect(await waiting(['roof'], 1_000, again as typeof log)).toEqual(['roof 2', 'roof 3', 'roof 4'])
  await again.close()
})

test('an asset with thousands lets another one have its turn', async () => {
  const { log, record, waiting } = await logOf(['roof', 'barn'], 20)
  await log.beginSigning(['roof', 'barn'])
  await record('roof', 1)
  await record('barn', 1, 2)
  expect(await waiting(['roof', 'barn'], 4)).toEqual(['roof 1', 'roof 2', 'barn 1', 'barn 2'])
  expect(await waiting(['roof', 'barn'], 1)).toEqual(['roof 1', 'barn 1'])
})

test('a leaf is the hash that the entry has in the log, and a signature changes nothing of it', async () => {
  const { log, record, sign } = await logOf(['roof'], 2)
  await log.beginSigning(['roof'])
  await record('roof', 1)
  const before = await log.head()
  const [first, second] = await log.entriesToSign({ assets: ['roof'], limit: 10 })
  const [, entry] = await log.entries('roof', { after: -1, limit: 2 })
  expect(first?.leaf).toEqual(entry?.leafHash)
  expect(JSON.parse(entry?.text ?? '')).toMatchObject({ stream: second?.stream, sequence: first?.sequence })
  await sign('roof', 1, 2)
  await sign('roof', 1)
  expect(await log.head()).toEqual(before)
  expect(await log.countEntriesToSign(['roof'])).toBe(0)
})

test('an entry that is not there has no signature', async () => {
  const { log, sign } = await logOf(['roof'], 0)
  await log.beginSigning(['roof'])
  await expect(sign('roof', 7)).rejects.toMatchObject({ code: 'argument-invalid' })
  await expect(sign('barn', 0)).rejects.toThrow('barn has no entry 0')
  expect(await log.countEntriesToSign(['roof'])).toBe(0)
})

test('a count goes no further than it must', async () => {
  const { log, record } = await logOf(['roof'], 1)
  await log.beginSigning(['roof'])
  await record('roof', 1)
  await log.close()
  const database = new DatabaseSync(`${log.folder}/log.db`)
  database.exec(`
    WITH RECURSIVE more (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM more WHERE n < 12000)
    INSERT INTO entries (stream, sequence, kind, text, hashes)
    SELECT stream, n, 'reading', text, hashes FROM entries, more WHERE sequence = 1`)
  const { countEntriesToSign } = await import('./entry-signatures.ts')
  const { Sql } = await import('./sql.ts')
  expect(countEntriesToSign(new Sql(database), ['roof'])).toBe(10_000)
  database.close()
})
