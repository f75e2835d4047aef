import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ed25519 } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import {
  limits,
  readings as manyReadings,
  reading,
  start,
  temporaryFolder,
  testLog,
} from '../../test/storage/support.ts'
import { fromBase64url, toBase64url } from '../core/bytes.ts'
import { decodeEntry } from '../core/entry.ts'
import type { Signer } from '../core/signer.ts'
import { verifyCheckpoint } from '../proof/checkpoint.ts'
import { leafHash, merkleRoot } from '../proof/merkle.ts'
import { verifierKeyOf } from '../proof/verifier-key.ts'
import { compactReadings } from './compact-readings.ts'
import { checkLog, databaseName, openLog, openLogReader } from './index.ts'

const secret = new Uint8Array(32).fill(5)
const publicKey = ed25519.getPublicKey(secret)
const signer: Signer = {
  algorithms: ['ed25519'],
  publicKey: () => publicKey,
  sign: async data => ed25519.sign(data, secret),
}

test('the first reading opens the stream, the next ones count, each entry names the one before', async () => {
  const log = await testLog()
  expect(await log.openStream({ name: 'roof', source: 'eumel-v2' })).toMatchObject({
    sequence: -1,
    opened: false,
  })
  const outcome = await log.record('roof', manyReadings(3), limits)
  expect(outcome.statuses).toEqual(['counted', 'counted', 'counted'])
  expect(outcome.appended.map(({ kind }) => kind)).toEqual(['opening', 'reading', 'reading', 'reading'])
  expect(outcome.register).toMatchObject({ sequence: 3, total: 7_200_000n, heldReadings: 0 })
  const entries = await log.entries('roof', { after: -1, limit: 10 })
  entries.forEach((stored, i) => {
    const entry = decodeEntry(stored.text)
    const before = entries[i - 1]
    expect(stored).toMatchObject({ index: i, sequence: i, stream: 'roof' })
    expect(stored.leafHash).toEqual(new Uint8Array(leafHash(stored.text)))
    expect(entry.previous).toBe(before === undefined ? null : toBase64url(before.leafHash))
    expect(fromBase64url(entry.stream)).toHaveLength(16)
  })
  expect(entries[0]?.document).toMatchObject({ asset: 'roof', source: 'eumel-v2' })
  const { size, root } = await log.head()
  expect(size).toBe(4)
  expect(root).toEqual(new Uint8Array(merkleRoot(entries.map(entry => entry.leafHash))))
})

test('what was said before is said after a new start, and the log goes on where it was', async () => {
  const folder = temporaryFolder()
  const first = await openLog({ folder })
  await first.openStream({ name: 'roof' })
  await first.record('roof', manyReadings(5), limits)
  const [head, register] = [await first.head(), await first.register('roof')]
  await first.close()
  const second = await testLog({ folder })
  expect(await second.head()).toEqual(head)
  expect(await second.register('roof')).toEqual(register)
  expect((await second.record('roof', [reading(5)], limits)).statuses).toEqual(['duplicate'])
  expect((await second.record('roof', [reading(6)], limits)).register.sequence).toBe(6)
})

test('questions of one turn share a commit, and a refused one among them fails alone', async () => {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.openStream({ name: 'barn' })
  const tooLong = { by: null, text: 'x'.repeat(5_000) }
  const results = await Promise.allSettled([
    log.record('roof', [reading(1)], limits),
    log.record('nowhere', [reading(1)], limits),
    log.append('roof', 'note', tooLong),
    log.record('barn', [reading(1), reading(2, { channel: 'import' })], limits),
    log.append('roof', 'note', { by: 'me' }),
    log.record('roof', [reading(2)], limits),
    log.record('barn', [reading(1)], limits),
  ])
  const codes = results.map(result => (result.status === 'rejected' ? result.reason.code : 'ok'))
  expect(codes).toEqual([
    'ok',
    'stream-unknown',
    'entry-too-large',
    'reading-invalid',
    'document-invalid',
    'ok',
    'ok',
  ])
  expect(await log.register('roof')).toMatchObject({ sequence: 2, total: 3_600_000n })
  // The reading before the refused one in the same call is not there either.
  expect(await log.register('barn')).toMatchObject({ sequence: 1 })
  expect((await log.entries('barn', { after: 0, limit: 9 })).map(({ kind }) => kind)).toEqual(['reading'])
})

test('five readings within one second are five readings (U3)', async () => {
  // Fails with `Math.floor(key.measuredAt / 1000)` for `key.measuredAt` in `nameOf` of reading-keys.ts.
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  const burst = [0, 1, 2, 3, 4].map(i =>
    reading(1, { measuredAt: start + i, receivedAt: start + i, energy: BigInt(i) }),
  )
  expect((await log.record('roof', burst, limits)).statuses).toEqual(Array(5).fill('counted'))
  expect((await log.record('roof', burst, limits)).statuses).toEqual(Array(5).fill('duplicate'))
  expect((await log.register('roof')).sequence).toBe(5)
})

test('the raw bytes are kept with every reading and named by hash and CID, once for readings that share them (U6)', async () => {
  // Fails with `null` for `raw ?? null` where store.ts writes documents.
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  const shared = { bytes: new Uint8Array(2_000).fill(7), mediaType: 'application/json' }
  await log.record('roof', [reading(1, { raw: shared }), reading(2, { raw: shared })], limits)
  await log.record('roof', [reading(3, { raw: { ...shared } })], limits)
  const reader = openLogReader({ folder: log.folder })
  for (const index of [1, 2, 3]) expect(reader.raw(index)).toEqual(shared)
  expect(reader.raw(0)).toBeUndefined()
  reader.close()
  const database = new DatabaseSync(join(log.folder, databaseName), { readOnly: true })
  expect(database.prepare('SELECT count(*) AS n FROM raw').get()).toEqual({ n: 1 })
  database.close()
})

test('a thousand entries and a new start later, the chain goes on instead of beginning anew (U1)', async () => {
  // Fails with `this.#streams = new Map()` in the constructor of Store.
  const folder = temporaryFolder()
  const first = await testLog({ folder })
  await first.openStream({ name: 'roof' })
  for (let i = 0; i < 1_050; i += 70) await first.record('roof', manyReadings(70, i + 1), limits)
  await first.close()
  const second = await testLog({ folder })
  await second.openStream({ name: 'roof' })
  await second.record('roof', [reading(1_051)], limits)
  const [last] = await second.entries('roof', { after: 1_050, limit: 1 })
  expect(decodeEntry(last?.text ?? '')).toMatchObject({ sequence: 1_051, previous: expect.any(String) })
  await second.close()
  expect(await checkLog({ folder })).toMatchObject({ ok: true, entries: 1_052, streams: 1 })
})

test('listeners hear of each commit that appended; one that throws hurts nobody', async () => {
  const log = await testLog()
  const heard: string[] = []
  log.onAppend(() => {
    throw new Error('deaf')
  })
  const stop = log.onAppend(stream => heard.push(stream))
  await log.openStream({ name: 'roof' })
  await log.openStream({ name: 'gateway' })
  expect(heard).toEqual([])
  await Promise.all([
    log.record('roof', [reading(1)], limits),
    log.record('roof', [reading(2)], limits),
    log.append('gateway', 'note', { by: null, text: 'hello' }),
  ])
  expect(heard.sort()).toEqual(['gateway', 'roof'])
  stop()
  await log.record('roof', [reading(3)], limits)
  expect(heard).toHaveLength(2)
})

test('tells how long the disk took for each commit, and nothing for a question', async () => {
  // Fails when commit() in store.ts tells of transactions that wrote nothing.
  const log = await testLog()
  const durations: number[] = []
  const stop = log.onCommit(duration => durations.push(duration))
  await log.openStream({ name: 'roof', source: 'eumel-v2' })
  await Promise.all(manyReadings(3).map(one => log.record('roof', [one], limits)))
  expect(durations).toHaveLength(2)
  for (const duration of durations) expect(duration).toBeGreaterThan(0)
  await log.head()
  await log.entries('roof', { after: -1, limit: 10 })
  expect(durations).toHaveLength(2)
  stop()
  await log.record('roof', manyReadings(5).slice(4), limits)
  expect(durations).toHaveLength(2)
})

test('a second writer is refused and told who has the folder; readers are not', async () => {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', [reading(1)], limits)
  await expect(openLog({ folder: log.folder })).rejects.toMatchObject({
    code: 'log-locked',
    message: expect.stringContaining(`process ${process.pid}`),
  })
  const reader = openLogReader({ folder: log.folder })
  expect(reader.register('roof')).toEqual(await log.register('roof'))
  expect(reader.entry(1)).toEqual((await log.entries('roof', { after: 0, limit: 1 }))[0])
  expect(reader.entry(2)).toBeUndefined()
  expect(() => reader.register('barn')).toThrow(/no stream "barn"/)
  reader.close()
  await log.close()
  const after = await openLog({ folder: log.folder })
  await after.close()
})

test('a closed log refuses, and closing waits for what was asked before', async () => {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  const asked = log.record('roof', manyReadings(50), limits)
  await log.close()
  expect((await asked).appended).toHaveLength(51)
  await expect(log.record('roof', [reading(51)], limits)).rejects.toMatchObject({ code: 'log-closed' })
})

test('a log of a newer format is left alone', async () => {
  const log = await testLog()
  await log.close()
  const database = new DatabaseSync(join(log.folder, databaseName))
  database.exec('PRAGMA user_version = 99')
  database.close()
  await expect(openLog({ folder: log.folder })).rejects.toMatchObject({ code: 'log-version' })
  await expect(checkLog({ folder: log.folder })).rejects.toMatchObject({ code: 'log-version' })
})

test('a log that format 1 wrote is read, checked and continued', async () => {
  const folder = temporaryFolder()
  copyFileSync(new URL('../../test/storage/golden/log-v1.db', import.meta.url), join(folder, databaseName))
  expect(await checkLog({ folder })).toMatchObject({ ok: true, entries: 15, streams: 2, checkpoints: 1 })
  const log = await testLog({ folder })
  expect(await log.register('roof')).toMatchObject({ sequence: 12, total: 25_200_000n, heldReadings: 1 })
  expect(await log.line('roof/origin')).toMatchObject({ cursor: 2, planned: 3 })
  await log.append('roof', 'note', { by: null, text: 'still here' })
  expect(await checkLog({ folder })).toMatchObject({ ok: true, entries: 16 })
})

test('where there is no log, a reader and a check say so', async () => {
  const folder = temporaryFolder()
  expect(() => openLogReader({ folder })).toThrow(/there is no log/)
  await expect(checkLog({ folder })).rejects.toMatchObject({ code: 'log-io' })
})

test('given randomness makes the same log twice', async () => {
  const roots = await Promise.all(
    [1, 2].map(async () => {
      let calls = 0
      const clock = { now: () => start, monotonic: () => 0, after: () => () => undefined }
      const log = await testLog({ clock, random: length => new Uint8Array(length).fill(calls++) })
      await log.openStream({ name: 'roof' })
      await log.record('roof', manyReadings(4), limits)
      return toBase64url((await log.head()).root)
    }),
  )
  expect(roots[0]).toBe(roots[1])
})

test('a checkpoint is signed when something new stands in the log, kept, and put beside it', async () => {
  const log = await testLog()
  const origin = 'gateway.example.org/roof'
  const keys = [verifierKeyOf(origin, publicKey)]
  await log.openStream({ name: 'roof' })
  expect(await log.checkpoint({ signer, origin })).toBeUndefined()
  await log.record('roof', manyReadings(3), limits)
  expect(await log.uncovered()).toBe(4)
  const note = await log.checkpoint({ signer, origin })
  expect(await log.uncovered()).toBe(0)
  expect(verifyCheckpoint(note ?? '', keys)).toMatchObject({ size: 4, root: (await log.head()).root })
  expect(readFileSync(join(log.folder, 'checkpoint'), 'utf8')).toBe(note)
  expect(existsSync(join(log.folder, 'checkpoint.new'))).toBe(false)
  expect(await log.lastCheckpoint()).toBe(note)
  expect(await log.checkpoint({ signer, origin })).toBeUndefined()
  expect(await checkLog({ folder: log.folder, keys })).toMatchObject({ ok: true, checkpoints: 1 })
  const stranger = [verifierKeyOf(origin, ed25519.getPublicKey(new Uint8Array(32).fill(6)))]
  expect(await checkLog({ folder: log.folder, keys: stranger })).toMatchObject({
    ok: false,
    firstBad: { reason: 'checkpoint-signature' },
  })
})

test('a checkpoint of another log is refused', async () => {
  const [one, other] = [await testLog(), await testLog()]
  for (const log of [one, other]) {
    await log.openStream({ name: 'roof' })
    await log.record('roof', [reading(1)], limits)
  }
  const note = await one.checkpoint({ signer, origin: 'one.example' })
  await expect(other.saveCheckpoint(note ?? '')).rejects.toMatchObject({ code: 'log-corrupt' })
  await expect(one.saveCheckpoint('nonsense')).rejects.toMatchObject({ code: 'note-invalid' })
  expect(one.failure).toBeUndefined()
})

test('what is not data is refused alone', async () => {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  const odd = { ...reading(1), device: { serial: (() => 'S-1') as unknown as string } }
  const results = await Promise.allSettled([
    log.record('roof', [reading(1)], limits),
    log.record('roof', [odd], limits),
    log.record('roof', [reading(2)], limits),
  ])
  expect(results.map(result => (result.status === 'rejected' ? result.reason.code : 'ok'))).toEqual([
    'ok',
    'argument-invalid',
    'ok',
  ])
})

test('readings share raw bytes that are a small part of a large buffer, and only that part is kept', async () => {
  const large = new Uint8Array(1_000_000).fill(3)
  const raw = { bytes: large.subarray(500, 600), mediaType: 'text/plain' }
  const [one, two] = compactReadings([reading(1, { raw }), reading(2, { raw })])
  expect(one?.raw).toBe(two?.raw)
  expect(one?.raw.bytes.buffer.byteLength).toBe(100)
  expect(one?.raw.bytes).toEqual(raw.bytes)
  expect(compactReadings([reading(1)])[0]?.raw.bytes.buffer.byteLength).toBeLessThan(2_000)
})

test('cosignatures join the checkpoint of their size; what is published is the newest one', async () => {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  const published = () => readFileSync(join(log.folder, 'checkpoint'), 'utf8')
  const sign = async (from: number) => {
    await log.record('roof', manyReadings(from), limits)
    return (await log.checkpoint({ signer, origin: 'example.org/log' })) ?? ''
  }
  const line = (name: string, byte: number) => ({
    name,
    keyId: Uint8Array.of(1, 2, 3, byte),
    signature: new Uint8Array(72).fill(byte),
  })
  const first = await sign(2)
  await log.addCosignatures(3, [line('one.example', 1)])
  await log.addCosignatures(3, [line('two.example', 2), line('one.example', 1)])
  const cosigned = (await log.lastCheckpoint()) ?? ''
  expect(cosigned.startsWith(first)).toBe(true)
  expect(cosigned.slice(first.length)).toMatch(/^— two\.example \S+\n— one\.example \S+\n$/)
  expect(published()).toBe(cosigned)
  const second = await sign(4)
  await log.addCosignatures(3, [line('late.example', 3)])
  expect([await log.lastCheckpoint(), published()]).toEqual([second, second])
  await expect(log.addCosignatures(4, [line('one.example', 1)])).rejects.toMatchObject({
    code: 'argument-invalid',
  })
  const size = Number(second.split('\n')[1])
  expect(await log.consistency({ from: 3, to: size })).not.toEqual([])
  await expect(log.consistency({ from: 3, to: size + 1 })).rejects.toMatchObject({ code: expect.any(String) })
})
