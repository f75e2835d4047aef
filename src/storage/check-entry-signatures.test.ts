import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits, readings, temporaryFolder } from '../../test/storage/support.ts'
import { p256Signer } from '../keys/index.ts'
import { entrySignature, evidenceKeyOf } from '../proof/evidence-signature.ts'
import { formatVerifierKey, type VerifierKey } from '../proof/verifier-key.ts'
import { checkLog, databaseName, openLog } from './index.ts'

const origin = 'check.example/roof'
const [signer, other] = [3, 4].map(byte => p256Signer(new Uint8Array(32).fill(byte))) as [
  ReturnType<typeof p256Signer>,
  ReturnType<typeof p256Signer>,
]
const key = evidenceKeyOf(origin, signer)
const otherKey = evidenceKeyOf(origin, other)

let whole: string

/** Entries 0 to 3 of `roof`: opening and three readings, unsigned; 4 to 9 signed readings; 10 and 11 wait. `barn` signs none. */
beforeAll(async () => {
  whole = mkdtempSync(join(tmpdir(), 'energyweb-check-'))
  const log = await openLog({ folder: whole })
  for (const name of ['roof', 'barn']) await log.openStream({ name, source: 'eumel-v2' })
  await log.record('roof', readings(3), limits)
  await log.beginSigning(['roof'])
  await log.record('roof', readings(8, 4), limits)
  await log.record('barn', readings(3), limits)
  const entries = await log.entriesToSign({ assets: ['roof'], limit: 6 })
  const signatures = await Promise.all(
    entries.map(async ({ asset, ...entry }) => {
      return { asset, sequence: entry.sequence, signature: await entrySignature(entry, { key, signer }) }
    }),
  )
  await log.keepEntrySignatures(formatVerifierKey(key), signatures)
  await log.close()
})

afterAll(() => rmSync(whole, { recursive: true, force: true }))

/** What is found in a copy to which somebody has written. */
async function found(change: string, evidenceKeys: readonly VerifierKey[] = []) {
  const folder = temporaryFolder()
  copyFileSync(join(whole, databaseName), join(folder, databaseName))
  const database = new DatabaseSync(join(folder, databaseName))
  database.exec(change)
  database.close()
  const { firstBad } = await checkLog({ folder, evidenceKeys })
  // No hash covers them.
  expect(await checkLog({ folder, hashesOnly: true })).toMatchObject({ ok: true })
  return firstBad
}

const entryOf = (sequence: number) =>
  `(SELECT e.id FROM entries e JOIN streams s ON s.id = e.stream WHERE s.name = 'roof' AND sequence = ${sequence})`
const signatureOf = (sequence: number) =>
  `(SELECT signature FROM entry_signatures WHERE entry = ${entryOf(sequence)})`
const put = (sequence: number) =>
  `INSERT INTO entry_signatures SELECT ${entryOf(sequence)}, 1, ${signatureOf(4)}`

test('a log whose readings are signed up to its mark is good, and tells how many are', async () => {
  const result = await checkLog({ folder: whole })
  expect(result).toMatchObject({ ok: true, signatures: 6, firstBad: undefined })
  expect(await checkLog({ folder: whole, evidenceKeys: [otherKey, key] })).toMatchObject({ ok: true })
  expect(await checkLog({ folder: whole, hashesOnly: true })).toMatchObject({ ok: true, signatures: 0 })
})

describe('named at its entry is', () => {
  test.each([
    ['a signature of one bit less', `zeroblob(64)`, 'its signature is not that of check.example/roof+'],
    ['a signature of another entry', signatureOf(7), 'its signature is not that of check.example/roof+'],
    ['a signature that is cut', `substr(${signatureOf(6)}, 1, 63)`, 'its signature is not that of'],
    ['a signature of no bytes', `x''`, 'its signature is not that of'],
  ])('%s', async (_, value, why) => {
    const bad = await found(`UPDATE entry_signatures SET signature = ${value} WHERE entry = ${entryOf(6)}`)
    expect(bad).toMatchObject({ reason: 'entry-signature', stream: 'roof', sequence: 6 })
    expect(bad?.detail).toContain(why)
  })

  test('a signature by a key that is not kept', async () => {
    const bad = await found(`UPDATE entry_signatures SET key = 9 WHERE entry = ${entryOf(5)}`)
    expect(bad).toMatchObject({ reason: 'entry-signature', stream: 'roof', sequence: 5 })
    expect(bad?.detail).toContain('the key that has signed it is not kept')
  })

  test('a key that was exchanged for another one', async () => {
    const bad = await found(`UPDATE signing_keys SET key = '${formatVerifierKey(otherKey)}'`)
    expect(bad).toMatchObject({ reason: 'entry-signature', stream: 'roof', sequence: 4 })
  })

  test('a good signature by a key that is none of those given', async () => {
    const bad = await found('', [otherKey])
    expect(bad).toMatchObject({ reason: 'entry-signature', stream: 'roof', sequence: 4 })
    expect(bad?.detail).toContain('which is none of the given keys')
  })

  test.each([4, 6, 9])('a signature that was lost: of entry %i', async sequence => {
    const bad = await found(`DELETE FROM entry_signatures WHERE entry = ${entryOf(sequence)}`)
    expect(bad).toMatchObject({ reason: 'entry-signature-missing', stream: 'roof', sequence })
  })

  test('the first that was lost of all of them', async () => {
    const bad = await found('DELETE FROM entry_signatures')
    expect(bad).toMatchObject({ reason: 'entry-signature-missing', stream: 'roof', sequence: 4 })
  })

  test('a mark that is too far', async () => {
    const bad = await found('UPDATE signing_cursors SET cursor = 11')
    expect(bad).toMatchObject({ reason: 'entry-signature-missing', stream: 'roof', sequence: 10 })
  })

  test('a mark that is not far enough, or lost', async () => {
    for (const change of ['UPDATE signing_cursors SET cursor = 7', 'DELETE FROM signing_cursors']) {
      const sequence = change.startsWith('DELETE') ? 4 : 8
      const bad = await found(change)
      expect(bad).toMatchObject({ reason: 'entry-signature', stream: 'roof', sequence })
    }
  })

  test('a signature of one entry beside another that waits', async () => {
    expect(await found(put(10))).toMatchObject({ reason: 'entry-signature', sequence: 10 })
  })
})

test('a signature without an entry, and a key that is none, have no place', async () => {
  const orphan = await found(`INSERT INTO entry_signatures SELECT 9999, 1, ${signatureOf(4)}`)
  expect(orphan).toMatchObject({ reason: 'entry-signature', index: undefined })
  expect(orphan?.detail).toBe('7 signatures of entries are kept, 6 of them have an entry')
  const key = await found(`UPDATE signing_keys SET key = 'roof'`)
  expect(key).toMatchObject({ reason: 'entry-signature', index: undefined })
})

test('in a log that has not written down where it began, the first signature is the beginning', async () => {
  expect(await found('UPDATE signing_cursors SET began = NULL')).toBeUndefined()
  const first = `UPDATE signing_cursors SET began = NULL; DELETE FROM entry_signatures WHERE entry = `
  expect(await found(first + entryOf(4))).toBeUndefined()
  expect(await found(first + entryOf(5))).toMatchObject({ reason: 'entry-signature-missing', sequence: 5 })
})

test('a log of before there were signatures is read as ever', async () => {
  expect(await found('ALTER TABLE signing_cursors DROP COLUMN began')).toBeUndefined()
  const tables = ['signing_cursors', 'signing_keys', 'entry_signatures']
  expect(await found(tables.map(table => `DROP TABLE ${table};`).join(''))).toBeUndefined()
})
