import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { Reading } from '../../src/core/reading.ts'
import { checkLog, type LogStore, openLog, openLogReader } from '../../src/storage/index.ts'
import { limits, reading, readings, receipt, start, submission, testLog, variant } from './support.ts'

const decision = { by: 'anna@roof', reason: 'the tenant has moved out' }

/** A log whose clock a test sets. */
async function timedLog() {
  const time = { now: start }
  const clock = { now: () => time.now, monotonic: () => time.now, after: () => () => undefined }
  const log = await testLog({ clock })
  await log.openStream({ name: 'roof' })
  return Object.assign(log, { time })
}

/** Every file of a folder whose bytes hold one of the texts. */
function filesWith(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder).flatMap(name => {
    const bytes = readFileSync(join(folder, name))
    return texts.filter(text => bytes.includes(text)).map(text => `${name}: ${text}`)
  })
}

async function expectGood(folder: string) {
  const result = await checkLog({ folder })
  expect(result.firstBad).toBeUndefined()
  return result
}

async function report(log: LogStore, last: number): Promise<void> {
  await log.openLine('roof/origin', 'roof')
  const { id } = await log.create(submission({ last, reading: last }), variant(0))
  await log.markMined(id, receipt(0))
  await log.finalise([id])
}

test('documents and raw bytes before a day go, the check goes on from the register at their end', async () => {
  const log = await timedLog()
  await log.record('roof', readings(5), limits)
  log.time.now += 86_400_000
  await log.record('roof', readings(3, 6), limits)
  const outcome = await log.erase({ streams: ['roof'], range: { before: log.time.now }, ...decision })
  expect(outcome).toEqual({
    erased: [{ stream: 'roof', first: 0, last: 5, documents: 6, shortened: undefined, entry: 9 }],
    remains: undefined,
  })
  expect(await expectGood(log.folder)).toMatchObject({
    entries: 10,
    erased: 6,
    erasures: [{ stream: 'roof', first: 0, last: 5, ...decision }],
  })
  const entries = await log.entries('roof', { after: -1, limit: 20 })
  expect(entries.map(({ document }) => document === undefined)).toEqual(
    Array.from({ length: 10 }, (_, i) => i <= 5),
  )
  await log.record('roof', readings(2, 9), limits)
  expect((await log.register('roof')).total).toBe(9n * 3_600_000n)
  expect(await expectGood(log.folder)).toMatchObject({ entries: 12, erased: 6 })
})

test('what was erased is in no file of the data folder, while the log is open', async () => {
  const log = await timedLog()
  // In no order, so that pages of keys split in their middle and leave earlier states behind.
  const secrets: Reading[] = Array.from({ length: 600 }, (_, i) => {
    const at = 1 + ((i * 401) % 600)
    const energy = 7_654_321_000_000n + BigInt(at) * 1_237n
    const raw = { bytes: new TextEncoder().encode(`<secret n="raw-${at}-secret"/>`), mediaType: 'text/xml' }
    return reading(at, { energy, raw, quality: `TENANT-${at}-X` })
  })
  for (const secret of secrets) await log.record('roof', [secret], { ...limits, opening: 'zero' })
  const texts = secrets.flatMap(({ energy, quality }, i) => [
    String(energy),
    `${quality}`,
    `raw-${i + 1}-secret`,
  ])
  expect(filesWith(log.folder, texts).length).toBeGreaterThan(1_000)
  log.time.now += 1_000
  const later = 9_999_999_000_000n
  const after = reading(9_000, { energy: later, raw: { bytes: new Uint8Array(9), mediaType: 'text/xml' } })
  await log.record('roof', [after], limits)
  const { remains } = await log.erase({ streams: ['roof'], range: { before: log.time.now }, ...decision })
  expect(remains).toBeUndefined()
  await expectGood(log.folder)
  const kept = filesWith(log.folder, texts).map(found => found.replace(/^log\.db(-wal)?: /, ''))
  // The register needs the last counted value and the one before it: its law judges the next ones by them.
  const [erasure] = (await log.entries('roof', { after: 600, limit: 10 })).slice(-1)
  expect(kept.filter(text => !String(erasure?.document?.state).includes(text))).toEqual([])
  expect(kept.length).toBeLessThan(6)
  expect(filesWith(log.folder, [String(later)])).not.toEqual([])
})

test('a reader that looks on keeps the bytes there; the log says so, and removes them at its next start', async () => {
  const log = await timedLog()
  await log.record('roof', readings(20), limits)
  const looker = new DatabaseSync(join(log.folder, 'log.db'), { readOnly: true })
  looker.exec('BEGIN')
  looker.prepare('SELECT count(*) FROM entries').get()
  log.time.now += 1
  const { remains } = await log.erase({ streams: ['roof'], range: { before: log.time.now }, ...decision })
  expect(remains).toBe('another program has the log open for reading')
  expect(filesWith(log.folder, ['<reading n="3"/>'])).not.toEqual([])
  looker.close()
  await log.close()
  await (await openLog({ folder: log.folder })).close()
  expect(filesWith(log.folder, ['<reading n="3"/>'])).toEqual([])
  await expectGood(log.folder)
}, 20_000)

test('a source that says erased readings again does not bring them back', async () => {
  const log = await timedLog()
  await log.record('roof', readings(4), limits)
  log.time.now += 1
  await log.record('roof', readings(1, 5), limits)
  await log.erase({ streams: ['roof'], range: { before: log.time.now }, ...decision })
  const again = await log.record('roof', readings(6), limits)
  expect(again.statuses).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate', 'duplicate', 'counted'])
  // Whether it says the same, nobody can tell: the value before is gone.
  expect((await log.record('roof', [reading(2, { energy: 1n })], limits)).statuses).toEqual(['duplicate'])
  await expectGood(log.folder)
  await log.close()
  const later = await openLog({ folder: log.folder })
  expect((await later.record('roof', readings(4), limits)).statuses).toEqual(Array(4).fill('duplicate'))
  await later.close()
})

test('raw bytes that a kept reading shares stay until that goes too', async () => {
  const log = await timedLog()
  const raw = { bytes: new TextEncoder().encode('<shared/>'), mediaType: 'text/xml' }
  await log.record('roof', [reading(1, { raw })], limits)
  log.time.now += 1
  await log.record('roof', [reading(2, { raw })], limits)
  await log.erase({ streams: ['roof'], range: { before: log.time.now }, ...decision })
  await expectGood(log.folder)
  expect(filesWith(log.folder, ['<shared/>'])).not.toEqual([])
  // The row of the bytes must not be remembered beyond its end.
  log.time.now += 1
  await log.erase({ streams: ['roof'], range: { before: log.time.now }, ...decision })
  expect(filesWith(log.folder, ['<shared/>'])).toEqual([])
  await log.record('roof', [reading(3, { raw })], limits)
  await expectGood(log.folder)
})

test('a later erasure takes over from an earlier one; its own document goes with the range', async () => {
  const log = await timedLog()
  for (let i = 1; i <= 3; i++) {
    await log.record('roof', readings(2, i * 2 - 1), limits)
    log.time.now += 1
    await log.erase({ streams: ['roof'], range: { before: log.time.now }, ...decision, reason: `month ${i}` })
    log.time.now += 1
  }
  const { erasures, erased } = await expectGood(log.folder)
  // opening, 6 readings, and the first two erasures
  expect({ erasures, erased }).toMatchObject({
    erasures: [{ first: 0, last: 8, reason: 'month 3' }],
    erased: 9,
  })
})

test('a range in the middle, and one that overlaps it', async () => {
  const log = await timedLog()
  await log.record('roof', readings(12), limits)
  await log.erase({ streams: ['roof'], range: { first: 4, last: 6 }, ...decision })
  await expectGood(log.folder)
  await log.erase({ streams: ['roof'], range: { first: 6, last: 9 }, ...decision })
  expect(await expectGood(log.folder)).toMatchObject({
    erased: 6,
    erasures: [
      { first: 4, last: 6 },
      { first: 6, last: 9 },
    ],
  })
  await expect(log.erase({ streams: ['roof'], range: { first: 5, last: 8 }, ...decision })).rejects.toThrow(
    'there is nothing of roof to erase there',
  )
})

test('several streams go together, each by its own range, and one that has nothing is left alone', async () => {
  const log = await timedLog()
  await log.openStream({ name: 'roof/carbon' })
  await log.openStream({ name: 'empty' })
  await log.record('roof', readings(2), limits)
  await log.append('roof/carbon', 'note', { by: 'x', text: 'factor 77' })
  log.time.now += 1
  const streams = ['roof', 'roof/carbon', 'empty']
  const { erased } = await log.erase({ streams, range: { before: log.time.now }, ...decision })
  expect(erased.map(({ stream, documents }) => [stream, documents])).toEqual([
    ['roof', 3],
    ['roof/carbon', 1],
  ])
  expect(filesWith(log.folder, ['factor 77'])).toEqual([])
  await expectGood(log.folder)
})

test('a range ends before what is held, and an exact one that reaches it is refused', async () => {
  const log = await timedLog()
  await log.record('roof', readings(3), limits)
  await log.record('roof', [reading(4, { energy: 1n })], limits)
  log.time.now += 1
  const range = { first: 0, last: 4 }
  await expect(log.erase({ streams: ['roof'], range, ...decision })).rejects.toMatchObject({
    code: 'erasure-refused',
    message: expect.stringContaining('reading 4 was held there'),
    hint: 'Choose a range that ends with entry 3 or before.',
  })
  const before = { before: log.time.now }
  const { erased } = await log.erase({ streams: ['roof'], range: before, ...decision })
  expect(erased).toMatchObject([{ last: 3, shortened: expect.stringContaining('reading 4 was held there') }])
  await log.resolve('roof', { kind: 'write-off', ...decision }, limits)
  await expectGood(log.folder)
  log.time.now += 1
  await log.erase({ streams: ['roof'], range: { before: log.time.now }, ...decision })
  await log.record('roof', readings(2, 5), limits)
  await expectGood(log.folder)
})

test('what a report line still needs stays, and nothing goes while one is in dispute', async () => {
  const log = await timedLog()
  await log.record('roof', readings(4), limits)
  await report(log, 2)
  log.time.now += 1
  const all = { before: log.time.now }
  const { erased } = await log.erase({ streams: ['roof'], range: all, ...decision })
  expect(erased).toMatchObject([
    { last: 2, shortened: 'entries from 3 on are not final on roof/origin yet', documents: 3 },
  ])
  await expect(log.erase({ streams: ['roof'], range: { first: 3, last: 4 }, ...decision })).rejects.toThrow(
    'not final on roof/origin',
  )
  await log.setStopped('roof/origin', 'ledger-conflict')
  await expect(log.erase({ streams: ['roof'], range: all, ...decision })).rejects.toThrow('stands still')
  await expectGood(log.folder)
})

test('receipts stay: they say what a chain tells everybody', async () => {
  const log = await timedLog()
  await log.record('roof', readings(2), limits)
  await report(log, 2)
  await log.create(submission({ first: 3, last: 3, reading: 3 }), variant(1))
  const { id } = (await log.pending(246n, submission().account))[0] ?? { id: 0 }
  await log.markMined(id, receipt(1))
  await log.finalise([id])
  log.time.now += 1
  await log.erase({ streams: ['roof'], range: { before: log.time.now }, ...decision })
  const kinds = (await log.entries('roof', { after: -1, limit: 9 })).filter(({ document }) => document)
  expect(kinds.map(({ kind }) => kind)).toEqual(['receipt', 'receipt', 'erasure'])
  await expectGood(log.folder)
})

test('wrong numbers and unknown streams are refused', async () => {
  const log = await timedLog()
  await log.record('roof', readings(2), limits)
  const erase = (range: { first: number; last: number }, stream = 'roof') =>
    log.erase({ streams: [stream], range, ...decision })
  await expect(erase({ first: 0, last: 3 })).rejects.toThrow('are no range of roof, which has 0 to 2')
  await expect(erase({ first: 2, last: 1 })).rejects.toThrow('are no range')
  await expect(erase({ first: 0, last: 1 }, 'none')).rejects.toMatchObject({ code: 'stream-unknown' })
  const before = { before: start - 1 }
  await expect(log.erase({ streams: ['roof'], range: before, ...decision })).rejects.toMatchObject({
    code: 'erasure-refused',
  })
  expect(openLogReader(log).head().size).toBe(3)
})

test.each([
  [
    'an erased range of which nothing says that it was',
    'UPDATE documents SET body = replace(body, \'"first":"0"\', \'"first":"2"\') WHERE entry = 5',
    'document-missing',
  ],
  [
    'an erasure with another register',
    "UPDATE documents SET body = replace(body, '10800000', '10800001') WHERE entry = 5",
    'register-law',
  ],
  [
    'an erased key that says its value',
    "UPDATE readings SET energy = '3600000' WHERE sequence = 1",
    'reading-key',
  ],
  [
    'a key that pretends to be erased',
    "UPDATE readings SET status = 'erased', energy = '0' WHERE sequence = 4",
    'reading-key',
  ],
  ['a document more that is gone', 'DELETE FROM documents WHERE entry = 4', 'document-missing'],
])('the check finds %s', async (_, sql, reason) => {
  const log = await timedLog()
  await log.record('roof', readings(3), limits)
  log.time.now += 1
  await log.record('roof', readings(1, 4), limits)
  await log.erase({ streams: ['roof'], range: { before: log.time.now }, ...decision })
  await log.close()
  const db = new DatabaseSync(join(log.folder, 'log.db'))
  expect(db.prepare(sql).run().changes).toBe(1)
  db.close()
  expect((await checkLog({ folder: log.folder })).firstBad?.reason).toBe(reason)
})
