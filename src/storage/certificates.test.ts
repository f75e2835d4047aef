import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { limits, readings, temporaryFolder, testLog } from '../../test/storage/support.ts'
import type { Certificate } from '../core/certificate.ts'
import { checkLog, databaseName, openLogReader } from './index.ts'

const line = 'roof/certified'

function certificate(changes: Partial<Certificate> = {}): Certificate {
  return {
    state: 'issued',
    chainId: 246n,
    contract: `0x${'c0'.repeat(20)}`,
    id: 0n,
    energy: 3n,
    owner: `0x${'0e'.repeat(20)}`,
    first: 0,
    last: 3,
    transaction: `0x${'7a'.repeat(32)}`,
    block: 100n,
    blockHash: `0x${'b1'.repeat(32)}`,
    logIndex: 2,
    ...changes,
  }
}

async function lineLog(folder = temporaryFolder()) {
  const log = await testLog({ folder })
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(3), limits)
  await log.openLine(line, 'roof')
  return log
}

/** The log's database, changed by hand behind its back. */
function tamper(folder: string, statement: string): void {
  const database = new DatabaseSync(join(folder, databaseName))
  database.exec(statement)
  database.close()
}

test('a certificate is a receipt of the asset, in a schema of its own, and is known after a new start', async () => {
  const first = await lineLog()
  await first.recordCertificates(line, [certificate()])
  const [entry] = await first.entries('roof', { after: 3, limit: 9 })
  expect(entry).toMatchObject({
    kind: 'receipt',
    sequence: 4,
    document: { certificate: 0n, energy: 3n, ledger: 'certified', first: 0n, last: 3n, state: 'issued' },
  })
  expect(entry?.text).toContain('"schema":"certificate/1"')
  await first.close()
  const second = await testLog({ folder: first.folder })
  expect(await second.certificates(line)).toEqual([certificate()])
  await second.recordCertificates(line, [certificate()])
  expect((await second.register('roof')).sequence).toBe(4)
  const reader = openLogReader({ folder: first.folder })
  expect(reader.certificates(line)).toEqual([certificate()])
  reader.close()
  await second.close()
  expect(await checkLog({ folder: first.folder })).toMatchObject({ ok: true, entries: 5 })
})

test('it leaves the register as it is, and listeners hear of it', async () => {
  const log = await lineLog()
  const before = await log.register('roof')
  const heard: string[] = []
  log.onAppend(stream => heard.push(stream))
  await log.recordCertificates(line, [certificate(), certificate({ id: 1n, logIndex: 5 })])
  expect(heard).toEqual(['roof'])
  expect(await log.register('roof')).toEqual({ ...before, sequence: 5 })
  await log.recordCertificates(line, [certificate()])
  expect(heard).toEqual(['roof'])
})

test.each([
  ['a state of its own invention', { state: 'lost' as 'issued' }, '"lost" is no state'],
  ['an id below zero', { id: -1n }, 'below zero'],
  ['an owner in mixed case', { owner: `0x${'0E'.repeat(20)}` }, 'owner'],
  ['a contract that is none', { contract: '0x12' }, 'contract'],
  ['a short block hash', { blockHash: '0xb1' }, 'block hash'],
  ['a range beyond the stream', { last: 4 }, 'which has 0 to 3'],
  ['a range that ends before it begins', { first: 3, last: 2 }, 'no range'],
  ['a place that is none', { logIndex: 1.5 }, 'no place'],
])('%s is refused, and nothing of its call is kept', async (_, changes, why) => {
  const log = await lineLog()
  const attempt = log.recordCertificates(line, [certificate(), certificate({ id: 9n, ...changes })])
  await expect(attempt).rejects.toMatchObject({
    code: 'argument-invalid',
    message: expect.stringContaining(why),
  })
  expect(await log.certificates(line)).toEqual([])
  expect((await log.register('roof')).sequence).toBe(3)
})

test('a line that is not open has none, and the log itself can have none', async () => {
  const log = await lineLog()
  await expect(log.certificates('roof/other')).rejects.toMatchObject({ code: 'argument-invalid' })
  await log.openLine('gateway/anchor', 'gateway')
  await expect(log.recordCertificates('gateway/anchor', [certificate()])).rejects.toMatchObject({
    code: 'argument-invalid',
  })
})

test.each([
  ['a row that points elsewhere', 'UPDATE certificates SET sequence = 5 WHERE sequence = 4'],
  ['a row that is gone', 'DELETE FROM certificates WHERE sequence = 4'],
  ['a row too many', "INSERT INTO certificates VALUES (1, '1', '0x', '7', 'issued', '0x', 0, 4)"],
])('log check finds %s', async (_, statement) => {
  const log = await lineLog()
  await log.recordCertificates(line, [certificate(), certificate({ id: 1n, logIndex: 5 })])
  await log.close()
  tamper(log.folder, statement)
  expect(await checkLog({ folder: log.folder })).toMatchObject({
    ok: false,
    firstBad: { reason: 'certificate' },
  })
})

test('an erasure leaves what a chain tells everybody: certificates stay, like receipts', async () => {
  const log = await lineLog()
  await log.recordCertificates(line, [certificate()])
  await log.skip(line, 0, 4, 'tested')
  await log.erase({ by: 'test', reason: 'test', streams: ['roof'], range: { first: 0, last: 4 } })
  expect(await log.certificates(line)).toEqual([certificate()])
  expect(
    (await log.entries('roof', { after: -1, limit: 9 })).map(({ document }) => document === undefined),
  ).toEqual([true, true, true, true, false, false])
  await log.close()
  expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true, erased: 4 })
})
