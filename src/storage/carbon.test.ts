import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeAll, describe, expect, test } from 'vitest'
import { limits, reading, readings, start, temporaryFolder, testLog } from '../../test/storage/support.ts'
import { fromBase64url, toBase64url } from '../core/bytes.ts'
import type { CarbonQuote, CarbonVerdict } from '../core/carbon-log.ts'
import { appendLeaf, emptyFrontier, type Frontier, frontierRoot, leafHash } from '../proof/merkle.ts'
import { composeEntry, composerOf } from './compose-entry.ts'
import { openHashes } from './hashes.ts'
import { checkLog, databaseName, type LogStore, openLog, openLogReader } from './index.ts'

const gram = 10n ** 18n
const nanogram = 10n ** 9n

const quoteOf = (gramsPerKilowattHour: bigint, changes: Partial<CarbonQuote> = {}): CarbonQuote => ({
  factor: gramsPerKilowattHour * gram,
  basis: 'marginal',
  scope: 'direct',
  estimated: false,
  raw: {
    bytes: new TextEncoder().encode(`{"value":${gramsPerKilowattHour}}`),
    mediaType: 'application/json',
  },
  provenance: 'test',
  ...changes,
})
const missing = (sequence: number, reason = 'source-empty'): CarbonVerdict => ({
  sequence,
  missing: { reason, detail: 'test' },
})

/** A log whose asset has readings of 1 Wh a minute; entry n + 1 is the reading of minute n + 1. */
async function roof(count = 6, before = 1) {
  const log = await testLog()
  await log.openStream({ name: 'roof', source: 'test' })
  if (before > 0) await log.record('roof', readings(before), limits)
  await log.openCarbon({ asset: 'roof', basis: 'marginal', source: 'service' })
  await log.record('roof', readings(count - before, before + 1), limits)
  return log
}

const schemasOf = async (log: LogStore) =>
  (await log.entries('roof/carbon', { after: -1, limit: 100 })).map(({ text }) => JSON.parse(text).schema)

test('each rise waits for its factor; what was before the opening is not priced', async () => {
  const log = await roof(4, 2)
  const steps = await log.carbonSteps('roof', { state: 'waiting', limit: 10 })
  expect(steps.map(({ sequence, energy, from, to }) => ({ sequence, energy, from, to }))).toEqual([
    { sequence: 3, energy: 3_600_000n, from: start + 2 * 60_000, to: start + 3 * 60_000 },
    { sequence: 4, energy: 3_600_000n, from: start + 3 * 60_000, to: start + 4 * 60_000 },
  ])
  expect(await log.carbon('roof')).toEqual({
    asset: 'roof',
    basis: 'marginal',
    total: 0n,
    cursor: 2,
    waiting: 2,
    missing: 0,
    outage: undefined,
  })
  expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true, entries: 6, streams: 2 })
})

test('a priced step says what was priced, with what, and whence', async () => {
  const log = await roof(2)
  const at = await log.priceCarbon('roof', [{ sequence: 2, quote: quoteOf(400n) }])
  expect(at).toMatchObject({ total: 400_000_000n, cursor: 2, waiting: 0 })
  const [asset] = await log.entries('roof', { after: 1, limit: 1 })
  const [, entry] = await log.entries('roof/carbon', { after: -1, limit: 9 })
  expect(entry?.document).toMatchObject({
    basis: 'marginal',
    carbon: 400_000_000n,
    energy: 3_600_000n,
    entry: toBase64url(asset?.leafHash ?? new Uint8Array()),
    factor: 400n * gram,
    from: '2024-05-01T08:01:00.000Z',
    to: '2024-05-01T08:02:00.000Z',
    reading: 2n,
    scope: 'direct',
    status: 'counted',
    stream: JSON.parse(asset?.text ?? '').stream,
    total: 400_000_000n,
  })
  const reader = openLogReader({ folder: log.folder })
  expect(Buffer.from(reader.raw(entry?.index ?? -1)?.bytes ?? []).toString()).toBe('{"value":400}')
  expect(reader.streams().map(({ stream }) => stream)).toEqual(['roof'])
  expect(reader.carbon('roof')).toEqual(await log.carbon('roof'))
  reader.close()
})

test('an outage is one gap; what was missing is filled by revisions, later and in any order', async () => {
  const log = await roof(6)
  await log.priceCarbon('roof', [{ sequence: 2, quote: quoteOf(100n) }, missing(3), missing(4)])
  await log.priceCarbon('roof', [missing(5, 'source-unreachable'), { sequence: 6, quote: quoteOf(300n) }])
  expect(await schemasOf(log)).toEqual([
    'carbon-opening/1',
    'carbon/1',
    'gap/1',
    'carbon/1',
    'carbon/1',
    'gap/1',
    'carbon/1',
    'carbon/1',
  ])
  expect(await log.carbon('roof')).toMatchObject({ total: 400n * 1_000_000n, missing: 3, outage: undefined })
  const points = () => log.carbonAt('roof', [0, 1, 2, 3, 4, 5, 6])
  const totals = async () => (await points())?.map(({ total }) => total / 1_000_000n)
  expect(await totals()).toEqual([0n, 0n, 100n, 100n, 100n, 100n, 400n])
  expect((await points())?.map(({ complete }) => complete)).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
    false,
  ])
  await log.priceCarbon('roof', [{ sequence: 4, quote: quoteOf(20n) }])
  expect(await totals()).toEqual([0n, 0n, 100n, 100n, 120n, 120n, 420n])
  await log.priceCarbon('roof', [
    { sequence: 3, quote: quoteOf(3n) },
    { sequence: 5, quote: quoteOf(1_000n) },
  ])
  expect(await totals()).toEqual([0n, 0n, 100n, 103n, 123n, 1_123n, 1_423n])
  expect((await points())?.every(({ complete, sequence }) => complete || sequence === 0)).toBe(true)
  expect(await log.carbon('roof')).toMatchObject({ total: 1_423n * 1_000_000n, missing: 0, waiting: 0 })
  expect(await log.carbonSteps('roof', { state: 'missing', limit: 10 })).toEqual([])
  expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true, firstBad: undefined })
})

test('a step is settled once and in order; entries without energy have none', async () => {
  const log = await roof(4)
  await expect(log.priceCarbon('roof', [{ sequence: 3, quote: quoteOf(1n) }])).rejects.toMatchObject({
    code: 'carbon-law',
    message: 'entry 3 is priced before entry 2',
  })
  await expect(log.priceCarbon('roof', [{ sequence: 0, quote: quoteOf(1n) }])).rejects.toThrow(
    /no energy to price/,
  )
  const verdict = { sequence: 2, quote: quoteOf(1n) }
  await log.priceCarbon('roof', [verdict, verdict])
  const size = (await log.head()).size
  await log.priceCarbon('roof', [verdict, missing(2)])
  expect((await log.head()).size).toBe(size)
  await expect(
    log.priceCarbon('roof', [
      { sequence: 3, quote: quoteOf(1n) },
      { sequence: 4, quote: quoteOf(1n, { basis: 'average' }) },
    ]),
  ).rejects.toThrow(/average factor in a register of marginal/)
  expect((await log.head()).size, 'all or none').toBe(size)
})

test('marginal and average are never mixed; what has priced nothing yet may be opened anew', async () => {
  const log = await roof(3)
  await log.openCarbon({ asset: 'roof', basis: 'average', source: 'other', opening: 5n * nanogram })
  expect(await log.carbon('roof')).toMatchObject({ basis: 'average', total: 5n * nanogram, waiting: 2 })
  await log.openCarbon({ asset: 'roof', basis: 'average', source: 'other', opening: 5n * nanogram })
  expect(await schemasOf(log)).toHaveLength(2)
  await log.priceCarbon('roof', [{ sequence: 2, quote: quoteOf(1n, { basis: 'average' }) }])
  await expect(log.openCarbon({ asset: 'roof', basis: 'marginal', source: 'x' })).rejects.toMatchObject({
    code: 'carbon-basis',
    message: expect.stringMatching(/has counted average factors, x gives marginal ones/),
  })
  // Its opening counts once: another one in the configuration changes nothing any more.
  await log.openCarbon({ asset: 'roof', basis: 'average', source: 'other', opening: 9n * nanogram })
  expect(await checkLog({ folder: log.folder })).toMatchObject({ ok: true, firstBad: undefined })
})

test('an asset without a carbon register has no steps, and says so', async () => {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(3), limits)
  expect(await log.carbon('roof')).toBeUndefined()
  expect(await log.carbonAt('roof', [1])).toBeUndefined()
  await expect(log.priceCarbon('roof', [])).rejects.toMatchObject({ code: 'stream-unknown' })
})

test('a restart remembers it', async () => {
  const log = await roof(4)
  await log.priceCarbon('roof', [{ sequence: 2, quote: quoteOf(7n) }, missing(3)])
  const before = await log.carbon('roof')
  await log.close()
  const again = await testLog({ folder: log.folder })
  expect(await again.carbon('roof')).toEqual(before)
  await again.record('roof', [reading(5)], limits)
  expect(await again.carbon('roof')).toMatchObject({ waiting: 2, missing: 1, outage: 'source-empty' })
})

describe('what was done to a carbon register is found and named', () => {
  let whole = ''

  beforeAll(async () => {
    const { mkdtempSync, rmSync } = await import('node:fs')
    const { tmpdir } = await import('node:os')
    whole = mkdtempSync(join(tmpdir(), 'energyweb-carbon-'))
    const log = await openLog({ folder: whole })
    await log.openStream({ name: 'roof' })
    await log.openCarbon({ asset: 'roof', basis: 'marginal', source: 'service' })
    await log.record('roof', readings(7), limits)
    await log.priceCarbon('roof', [{ sequence: 2, quote: quoteOf(400n) }, missing(3), missing(4)])
    await log.priceCarbon('roof', [{ sequence: 4, quote: quoteOf(50n) }])
    await log.priceCarbon('roof', [{ sequence: 5, quote: quoteOf(60n) }])
    await log.close()
    return () => rmSync(whole, { recursive: true, force: true })
  })

  const firstBad = async (change: (database: DatabaseSync) => void | Promise<void>) => {
    const folder = temporaryFolder()
    copyFileSync(join(whole, databaseName), join(folder, databaseName))
    const database = new DatabaseSync(join(folder, databaseName))
    await change(database)
    database.close()
    return (await checkLog({ folder })).firstBad
  }

  /** Rewrites the document of an entry and all hashes behind it, as somebody who knows the format would. */
  async function forge(
    database: DatabaseSync,
    sequence: number,
    change: (body: Record<string, unknown>) => void,
  ) {
    const composer = composerOf(await openHashes())
    const rows = database
      .prepare(
        'SELECT e.id, e.stream, e.sequence, e.text, d.body, d.seed FROM entries e JOIN documents d ON d.entry = e.id ORDER BY e.id',
      )
      .all()
    const { decodeDocumentAs } = await import('../core/document.ts')
    const { schemaNamed } = await import('../core/carbon-document.ts')
    const carbon = Number(database.prepare('SELECT stream FROM carbon_registers').get()?.stream)
    const last = new Map<unknown, Uint8Array>()
    let frontier: Frontier = emptyFrontier
    for (const { id, stream, sequence: at, text, body, seed } of rows) {
      const entry = JSON.parse(String(text))
      const schema = schemaNamed(entry.kind, entry.schema)
      if (schema === undefined) throw new Error('schema')
      const changed = JSON.parse(String(body))
      if (stream === carbon && at === sequence) change(changed)
      const document = decodeDocumentAs(schema, JSON.stringify(changed))
      const place = {
        stream: entry.stream,
        commitment: 'fields' as const,
        sequence: Number(at),
        previous: last.get(stream),
        at: Date.parse(entry.at),
        seed: Uint8Array.from(seed as Uint8Array),
      }
      const made = composeEntry({ kind: entry.kind, schema: schema.name, document }, place, composer)
      const appended = appendLeaf(frontier, leafHash(made.text))
      frontier = appended.frontier
      last.set(stream, made.leaf)
      database
        .prepare('UPDATE entries SET text = ?, hashes = ? WHERE id = ?')
        .run(made.text, Buffer.concat([made.leaf, ...appended.completed]), Number(id))
      database.prepare('UPDATE documents SET body = ? WHERE entry = ?').run(made.body, Number(id))
    }
    for (const [stream, leaf] of last) {
      database.prepare('UPDATE registers SET leaf = ? WHERE stream = ?').run(leaf, Number(stream))
    }
    database.prepare('UPDATE head SET size = ?, root = ?').run(frontier.size, frontierRoot(frontier))
  }

  test('nothing, when nothing was', async () => {
    expect(await firstBad(() => undefined)).toBeUndefined()
    expect(await firstBad(database => forge(database, 1, () => undefined))).toBeUndefined()
  })

  // Entries of the carbon stream: 0 opening, 1 counted, 2 gap, 3 and 4 missing, 5 revision of 4, 6 counted.
  test.each([
    ['a larger total', 1, { total: '500000000', carbon: '500000000' }, /the document says carbon/],
    ['a larger total alone', 1, { total: '500000000' }, /the document says total/],
    [
      'another factor with figures that fit',
      1,
      { factor: '1000000000000000000', carbon: '1000000', total: '1000000' },
      /./,
    ],
    [
      'another energy with figures that fit',
      1,
      { energy: '7200000', carbon: '800000000', total: '800000000' },
      /added 3600000 mJ/,
    ],
    ['another time', 1, { from: '2024-05-01T08:00:00.000Z' }, /added 3600000 mJ of/],
    ['another entry', 1, { reading: '3' }, /before entry 2/],
    ["another entry's hash", 1, { entry: 'A'.repeat(43) }, /added 3600000 mJ/],
    ['another basis', 1, { basis: 'average' }, /average factor in a register/],
    ['an opening elsewhere', 0, { reading: '1' }, /opens at another place/],
    ['an opening with something', 0, { total: '99' }, /./],
    ['a missing one with another reason', 3, { reason: 'x' }, /without its gap/],
    ['a revision of another entry', 5, { revises: '3' }, /another energy, time or entry/],
    [
      'a revision of more',
      5,
      { carbon: '900000000', total: '1300000000' },
      /says otherwise|the document says carbon/,
    ],
    ['a revision of what was counted', 5, { revises: '1' }, /revises what is not missing/],
  ] as const)('%s, with every hash made to fit', async (_, sequence, change, detail) => {
    const bad = await firstBad(database => forge(database, sequence, body => Object.assign(body, change)))
    expect(bad?.reason).toMatch(/^carbon-|^raw-/)
    expect(bad?.detail).toMatch(detail)
    expect(bad?.stream).toBe('roof/carbon')
  })

  test.each([
    ['a removed step', 'DELETE FROM carbon_steps WHERE sequence = 2'],
    ['a removed waiting step', 'DELETE FROM carbon_steps WHERE sequence = 7'],
    ['an invented step', "INSERT INTO carbon_steps VALUES (1, 1, 0, 0, 1, '5', 'waiting', NULL, NULL, NULL)"],
    ['a step with another energy', "UPDATE carbon_steps SET energy = '5' WHERE sequence = 6"],
    ['a step settled by nothing', "UPDATE carbon_steps SET state = 'counted' WHERE sequence = 7"],
    ['a missing step that counts', "UPDATE carbon_steps SET state = 'counted' WHERE sequence = 3"],
    ['a counted step that waits', "UPDATE carbon_steps SET state = 'waiting' WHERE sequence = 5"],
    ['another base', "UPDATE carbon_steps SET base = '1' WHERE sequence = 5"],
    ['a larger filling', "UPDATE carbon_steps SET filled = '9' WHERE sequence = 4"],
    ['another register', `UPDATE carbon_registers SET state = replace(state, '"cursor":5', '"cursor":6')`],
    ['a register that is none', "UPDATE carbon_registers SET state = '{}'"],
    ['no register at all', 'DELETE FROM carbon_registers'],
  ])('%s', async (_, sql) => {
    const bad = await firstBad(database => database.exec(sql))
    expect(bad?.reason).toMatch(/^carbon-|^register-law$|^database$/)
  })

  test('another word of the service than the bytes that are kept', async () => {
    const bad = await firstBad(database =>
      database.exec(`UPDATE raw SET bytes = x'00' WHERE media_type = 'application/json'`),
    )
    expect(bad).toMatchObject({ reason: 'raw-hash', stream: 'roof/carbon', sequence: 1 })
  })
})

test("a database of today's format from before is read and checked for ever", async () => {
  const folder = temporaryFolder()
  copyFileSync(new URL('../../test/storage/golden/log-v2.db', import.meta.url), join(folder, databaseName))
  expect(await checkLog({ folder })).toMatchObject({ ok: true, entries: 21, streams: 3 })
  const log = await testLog({ folder })
  expect(await log.carbon('roof')).toMatchObject({ basis: 'marginal', missing: 0 })
  expect(fromBase64url(toBase64url((await log.head()).root))).toHaveLength(32)
})

test('a log of format 1 gets its carbon register when it is opened for writing, and is read without', async () => {
  const folder = temporaryFolder()
  copyFileSync(new URL('../../test/storage/golden/log-v1.db', import.meta.url), join(folder, databaseName))
  const reader = openLogReader({ folder })
  expect(reader.carbon('roof')).toBeUndefined()
  reader.close()
  const log = await testLog({ folder })
  await log.openCarbon({ asset: 'roof', basis: 'average', source: 'x' })
  const register = await log.register('roof')
  await log.record(
    'roof',
    [reading(20, { energy: register.total + 720_000_000n, measuredAt: start + 40 * 60_000 })],
    limits,
  )
  expect(await checkLog({ folder })).toMatchObject({ ok: true, firstBad: undefined })
})
