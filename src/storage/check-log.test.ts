import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ed25519 } from '@noble/curves/ed25519.js'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  limits,
  reading,
  readings,
  receipt,
  submission,
  temporaryFolder,
  testLog,
  variant,
} from '../../test/storage/support.ts'
import type { Signer } from '../core/signer.ts'
import { appendLeaf, emptyFrontier, type Frontier, frontierRoot, leafHash } from '../proof/merkle.ts'
import { verifierKeyOf } from '../proof/verifier-key.ts'
import { checkLog, databaseName, openLog } from './index.ts'

const secret = new Uint8Array(32).fill(5)
const signer: Signer = {
  algorithms: ['ed25519'],
  publicKey: () => ed25519.getPublicKey(secret),
  sign: async data => ed25519.sign(data, secret),
}

const verifier = verifierKeyOf('check.example', signer.publicKey('ed25519'))

let whole: string

/** A log of 44 entries in two streams, with a receipt and a checkpoint over the first 42. */
beforeAll(async () => {
  const { mkdtempSync } = await import('node:fs')
  const { tmpdir } = await import('node:os')
  whole = mkdtempSync(join(tmpdir(), 'energyweb-check-'))
  const log = await openLog({ folder: whole })
  await log.openStream({ name: 'roof' })
  await log.openStream({ name: 'barn', commitment: 'document' })
  for (let i = 0; i < 20; i++) {
    const device = { serial: 'S-2' }
    await Promise.all([
      log.record('roof', [reading(i + 1)], limits),
      log.record('barn', [reading(i + 1, { device })], limits),
    ])
  }
  await log.checkpoint({ signer, origin: 'check.example' })
  await log.openLine('roof/origin', 'roof')
  const { id } = await log.create(submission(), variant(0))
  await log.markMined(id, receipt(0))
  await log.finalise([id])
  await log.append('barn', 'note', { by: null, text: 'the end' })
  await log.close()
  return () => import('node:fs').then(({ rmSync }) => rmSync(whole, { recursive: true, force: true }))
})

/** A copy of the log that somebody has written to. */
function tampered(change: (database: DatabaseSync) => void): string {
  const folder = temporaryFolder()
  copyFileSync(join(whole, databaseName), join(folder, databaseName))
  const database = new DatabaseSync(join(folder, databaseName))
  change(database)
  database.close()
  return folder
}

async function firstBad(change: (database: DatabaseSync) => void) {
  const folder = tampered(change)
  const [full, hashes] = [await checkLog({ folder }), await checkLog({ folder, hashesOnly: true })]
  return { full: full.firstBad, hashes: hashes.firstBad, folder }
}

/** Makes leaf hashes, tree and head fit the texts, as somebody who knows the format would. */
function rehash(database: DatabaseSync): void {
  let frontier: Frontier = emptyFrontier
  for (const row of database.prepare('SELECT id, text FROM entries ORDER BY id').all()) {
    const leaf = leafHash(String(row.text))
    const appended = appendLeaf(frontier, leaf)
    const hashes = Buffer.concat([leaf, ...appended.completed])
    database
      .prepare('UPDATE entries SET id = ?, hashes = ? WHERE id = ?')
      .run(frontier.size, hashes, Number(row.id))
    frontier = appended.frontier
  }
  database.prepare('UPDATE head SET size = ?, root = ?').run(frontier.size, frontierRoot(frontier))
}

test('an untouched log is right, and its checkpoint fits', async () => {
  const progress: number[] = []
  const result = await checkLog({ folder: whole, onProgress: ({ done }) => progress.push(done) })
  expect(result).toEqual({
    ok: true,
    entries: 44,
    streams: 2,
    checkpoints: 1,
    signatures: 0,
    erased: 0,
    erasures: [],
    firstBad: undefined,
  })
  expect(progress).toEqual([44])
  expect(await checkLog({ folder: whole, hashesOnly: true })).toMatchObject({ ok: true, entries: 44 })
})

test('a check can be ended', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(checkLog({ folder: whole, signal })).rejects.toThrow('enough')
})

describe('what was done to the rows is found and named (U4)', () => {
  // Each fails when the comparison that its reason names is left out of the check.
  test('a changed letter', async () => {
    const { full, hashes } = await firstBad(db =>
      db.exec(`UPDATE entries SET text = replace(text, '"kind":"reading"', '"kind":"reeding"') WHERE id = 7`),
    )
    expect(full).toMatchObject({ index: 7, reason: 'leaf-hash' })
    expect(hashes).toEqual(full)
  })

  test('a changed hash', async () => {
    const { full, hashes } = await firstBad(db =>
      db.exec('UPDATE entries SET hashes = CAST(substr(hashes, 1, 32) || zeroblob(32) AS BLOB) WHERE id = 5'),
    )
    expect(full).toMatchObject({ index: 5, reason: 'tree-hash' })
    expect(hashes).toEqual(full)
  })

  test('a removed row', async () => {
    const { full, hashes } = await firstBad(db => db.exec('DELETE FROM entries WHERE id = 9'))
    expect(full).toMatchObject({ index: 9, reason: 'entry-missing' })
    expect(hashes).toEqual(full)
  })

  test('a swapped pair', async () => {
    const swap =
      'UPDATE entries SET id = -1 WHERE id = 12; UPDATE entries SET id = 12 WHERE id = 14; UPDATE entries SET id = 14 WHERE id = -1'
    const { full, hashes } = await firstBad(db => db.exec(swap))
    expect(full).toMatchObject({ index: 12, reason: 'stream-chain' })
    expect(hashes).toMatchObject({ index: 13, reason: 'tree-hash' })
  })

  test('a swapped pair of two streams', async () => {
    const swap =
      'UPDATE entries SET id = -1 WHERE id = 12; UPDATE entries SET id = 12 WHERE id = 13; UPDATE entries SET id = 13 WHERE id = -1'
    const { full, hashes } = await firstBad(db => db.exec(swap))
    expect(full).toMatchObject({ index: 12, reason: 'tree-hash' })
    expect(hashes).toEqual(full)
  })

  test('a cut tail', async () => {
    const { full, hashes, folder } = await firstBad(db => db.exec('DELETE FROM entries WHERE id >= 40'))
    expect(full).toMatchObject({ index: 40, reason: 'tail-missing' })
    expect(hashes).toEqual(full)
    await expect(openLog({ folder })).rejects.toMatchObject({ code: 'log-corrupt' })
  })

  test('a cut tail behind a head that was cut too: the checkpoint remembers', async () => {
    const { full, hashes, folder } = await firstBad(db => {
      db.exec('DELETE FROM entries WHERE id >= 40')
      rehash(db)
    })
    expect(full).toMatchObject({ index: 40, reason: 'tail-missing' })
    expect(full?.detail).toMatch(/42 were signed/)
    expect(hashes).toEqual(full)
    await expect(openLog({ folder })).rejects.toMatchObject({ code: 'log-corrupt' })
  })

  test('a cut tail that no checkpoint has seen: the streams remember', async () => {
    const { full, folder } = await firstBad(db => {
      db.exec('DELETE FROM entries WHERE id = 43')
      rehash(db)
    })
    expect(full).toMatchObject({ stream: 'barn', sequence: 21, reason: 'tail-missing' })
    await expect(openLog({ folder })).rejects.toMatchObject({ code: 'log-corrupt' })
  })

  test('a rewritten entry with every hash made to fit', async () => {
    const rewrite = (db: DatabaseSync) => {
      db.exec(`UPDATE entries SET text = replace(text, '"at":"20', '"at":"19') WHERE id = 7`)
      rehash(db)
    }
    const { full, hashes } = await firstBad(rewrite)
    expect(full).toMatchObject({ index: 9, reason: 'stream-chain' })
    expect(hashes).toMatchObject({ reason: 'checkpoint-root' })
  })

  test('an entry that is none', async () => {
    const { full } = await firstBad(db => {
      db.exec(`UPDATE entries SET text = replace(text, '"v":1', '"v":2') WHERE id = 3`)
      rehash(db)
    })
    expect(full).toMatchObject({ index: 3, reason: 'entry-invalid' })
  })

  test.each([
    [
      'another kind beside the text',
      "UPDATE entries SET kind = 'gap' WHERE id = 6",
      { index: 6, reason: 'entry-columns' },
    ],
    ['another head', 'UPDATE head SET root = zeroblob(32)', { reason: 'head' }],
    ['a removed document', 'DELETE FROM documents WHERE entry = 8', { index: 8, reason: 'document-missing' }],
    [
      'a changed energy',
      `UPDATE documents SET body = replace(body, '"energy":"', '"energy":"9') WHERE entry = 8`,
      { index: 8, reason: 'commitment' },
    ],
    [
      'a changed energy under a commitment to the whole document',
      `UPDATE documents SET body = replace(body, '"energy":"', '"energy":"9') WHERE entry = 11`,
      { index: 11, reason: 'commitment', stream: 'barn' },
    ],
    [
      'a changed seed',
      'UPDATE documents SET seed = zeroblob(32) WHERE entry = 8',
      { index: 8, reason: 'commitment' },
    ],
    [
      'a document written otherwise',
      `UPDATE documents SET body = replace(body, '{', '{ ') WHERE entry = 8`,
      { index: 8, reason: 'document-invalid' },
    ],
    [
      'a document that is none',
      `UPDATE documents SET body = '{}' WHERE entry = 8`,
      { index: 8, reason: 'document-invalid' },
    ],
    ['removed raw bytes', 'DELETE FROM raw WHERE id = 3', { reason: 'raw-missing' }],
    [
      'changed raw bytes (U6)',
      "UPDATE raw SET bytes = CAST('other' AS BLOB) WHERE id = 3",
      { reason: 'raw-hash' },
    ],
    [
      'exchanged raw bytes',
      'UPDATE documents SET raw = (SELECT raw FROM documents WHERE entry = 4) WHERE entry = 8',
      { index: 8, reason: 'raw-hash' },
    ],
    ['another hash of raw bytes', 'UPDATE raw SET hash = zeroblob(32) WHERE id = 3', { reason: 'raw-hash' }],
    [
      'another register',
      `UPDATE registers SET state = replace(state, '"total":"', '"total":"1') WHERE stream = 1`,
      { reason: 'register-state', stream: 'roof' },
    ],
    ['a register that is none', "UPDATE registers SET state = '' WHERE stream = 1", { reason: 'database' }],
    [
      'an invented coverage',
      'INSERT INTO covered VALUES (1, 0, 1)',
      { reason: 'register-state', stream: 'roof' },
    ],
    [
      'a removed key',
      'DELETE FROM readings WHERE sequence = 5 AND stream = 1',
      { reason: 'reading-key', sequence: 5 },
    ],
    [
      'a key with another value',
      "UPDATE readings SET energy = '1' WHERE sequence = 5 AND stream = 1",
      { reason: 'reading-key', sequence: 5 },
    ],
    [
      'a key with another status',
      "UPDATE readings SET status = 'late' WHERE sequence = 5 AND stream = 1",
      { reason: 'reading-key', sequence: 5 },
    ],
    [
      'an invented key',
      "INSERT INTO readings VALUES (1, 1, 1, 5, '1', '', 'counted')",
      { reason: 'reading-key', stream: 'roof' },
    ],
    ['a removed submission', 'DELETE FROM submissions', { index: 42, reason: 'submission' }],
    [
      'a submission that is final without a receipt',
      'INSERT INTO submissions SELECT 9, line, 2, 3, 3, state, reason, chain_id, account, recipient, data, gas, value, nonce, receipt FROM submissions',
      { reason: 'submission' },
    ],
    ['a cursor moved on', 'UPDATE lines SET cursor = 5', { reason: 'cursor' }],
    ['a cursor moved back', 'UPDATE lines SET cursor = -1', { reason: 'cursor' }],
    ['a nonce given back', 'UPDATE nonces SET next = 0', { reason: 'submission' }],
    ['a checkpoint that is none', "UPDATE checkpoints SET note = 'x'", { reason: 'checkpoint-signature' }],
  ])('%s', async (_, change, expected) => {
    const { full } = await firstBad(db => db.exec(change))
    expect(full).toMatchObject(expected)
  })
})

/** All that the check vouches for: names, media types and calls that are not final stand beside it. */
const vouchedFor = [
  '* FROM entries',
  '* FROM documents',
  'id, hash, bytes FROM raw',
  '* FROM registers',
  '* FROM readings',
  '* FROM head',
  'line, first, last, state, nonce, receipt FROM submissions',
  'cursor FROM lines',
  '* FROM checkpoints',
  '* FROM certificates',
]

test('every flipped bit in the file is found, or changes nothing that is kept', {
  timeout: 60_000,
}, async () => {
  const bytes = readFileSync(join(whole, databaseName))
  const rows = (folder: string) => {
    const database = new DatabaseSync(join(folder, databaseName), { readOnly: true })
    const kept = vouchedFor.map(table => JSON.stringify(database.prepare(`SELECT ${table}`).all()))
    database.close()
    return createHash('sha256').update(kept.join()).digest('hex')
  }
  const honest = rows(whole)
  let found = 0
  for (let i = 0; i < 120; i++) {
    // A fixed spread over the file, behind the first page: that one says what kind of file it is.
    const at = 4_096 + Math.floor(((i * 0.618_034) % 1) * (bytes.length - 4_096))
    const folder = temporaryFolder()
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ (1 << (i % 8))
    writeFileSync(join(folder, databaseName), changed)
    const { ok, firstBad } = await checkLog({ folder, keys: [verifier] })
    if (ok) expect(rows(folder), `bit ${i % 8} of byte ${at}`).toBe(honest)
    else expect(firstBad?.detail, `bit ${i % 8} of byte ${at}`).toBeTruthy()
    if (!ok) found += 1
  }
  expect(found).toBeGreaterThan(20)
})

test('one flipped bit in an entry, its document and its raw bytes is named by its index', async () => {
  const bytes = readFileSync(join(whole, databaseName))
  const database = new DatabaseSync(join(whole, databaseName), { readOnly: true })
  const [entry, document, raw] = [
    database.prepare('SELECT text FROM entries WHERE id = 20').get()?.text,
    database.prepare('SELECT body FROM documents WHERE entry = 20').get()?.body,
    '<reading n="10"/>',
  ]
  database.close()
  for (const [what, reason] of [
    [entry, 'leaf-hash'],
    [document, 'commitment'],
    [raw, 'raw-hash'],
  ] as const) {
    const changed = Buffer.from(bytes)
    const at = changed.indexOf(String(what)) + (reason === 'commitment' ? 70 : 8)
    changed[at] = (changed[at] ?? 0) ^ 1
    const folder = temporaryFolder()
    writeFileSync(join(folder, databaseName), changed)
    const database = new DatabaseSync(join(folder, databaseName), { readOnly: true })
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    database.close()
    const { firstBad } = await checkLog({ folder })
    if (reason === 'commitment') expect(['commitment', 'document-invalid']).toContain(firstBad?.reason)
    else expect(firstBad?.reason).toBe(reason)
    expect(firstBad?.index).toBe(20)
  }
})

test('while a gateway writes, the log is checked as it stood at the start', async () => {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(600), limits)
  let next = 601
  let writing: Promise<unknown> | undefined
  const result = await checkLog({
    folder: log.folder,
    onProgress: () => {
      writing ??= log.record('roof', readings(50, next), limits)
      next += 50
    },
  })
  await writing
  expect(result).toMatchObject({ ok: true, entries: 601 })
  expect((await log.head()).size).toBe(651)
})
