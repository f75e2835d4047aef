import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { databaseName, openLog } from '../../src/storage/index.ts'
import { childReading } from './child-reading.ts'
import { limits, temporaryFolder } from './support.ts'

async function logOf(entries: number) {
  const folder = temporaryFolder()
  const log = await openLog({ folder })
  onTestFinished(() => log.close())
  await log.openStream({ name: 'roof' })
  for (let n = 1; n <= entries; n++) await log.record('roof', [childReading(n)], limits)
  return { folder, log }
}

test('the tail of a log in use is derived again from the disk', async () => {
  const { log } = await logOf(40)
  const { size } = await log.head()
  expect(await log.verifyTail()).toEqual({ size, verified: size, newest: expect.any(Number) })
  const { bytes, unused } = await log.space()
  expect(bytes).toBeGreaterThan(40_000)
  expect(unused).toBeGreaterThanOrEqual(0)
})

test.each([
  ['by another program', changeWithSqlite],
  ['by the disk, behind the back of SQLite', flipOnDisk],
] as const)(
  'an entry that was changed %s stops the log: nothing is acknowledged on top of it',
  async (_, change) => {
    const { folder, log } = await logOf(40)
    const failures: Error[] = []
    log.onFailure(error => failures.push(error))
    change(folder)
    await expect(log.verifyTail()).rejects.toMatchObject({ code: 'log-corrupt' })
    await expect(log.record('roof', [childReading(41)], limits)).rejects.toMatchObject({
      code: 'log-corrupt',
    })
    expect(failures).toHaveLength(1)
    await expect(log.recover()).rejects.toMatchObject({ code: 'log-corrupt' })
    expect(log.failure?.message).toMatch(/the log is not what was written: entry \d+ does not have its hash/)
  },
)

function changeWithSqlite(folder: string): void {
  const database = new DatabaseSync(join(folder, databaseName))
  database.exec(`UPDATE entries SET text = replace(text, '"v":1', '"v":2') WHERE id = 20`)
  database.close()
}

function flipOnDisk(folder: string): void {
  const path = join(folder, databaseName)
  const database = new DatabaseSync(path)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  const at = readFileSync(path).lastIndexOf('"kind":"reading"')
  expect(at).toBeGreaterThan(0)
  const file = openSync(path, 'r+')
  writeSync(file, 'X', at + 9)
  closeSync(file)
}
