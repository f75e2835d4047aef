import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { testLog } from '../../test/storage/support.ts'
import { databaseName, openLog, openLogReader } from './index.ts'

const key = (byte: number) => new Uint8Array(65).fill(byte)

test('the first key of a name is kept, through restarts, whatever comes after it', async () => {
  const log = await testLog()
  expect(await log.knownKey('meter', key(1))).toEqual(key(1))
  expect(await log.knownKey('meter', key(2))).toEqual(key(1))
  expect(await log.knownKey('evidence', key(2))).toEqual(key(2))
  await log.close()
  const again = await openLog({ folder: log.folder })
  expect(await again.knownKey('meter', key(3))).toEqual(key(1))
  await again.close()
  const reader = openLogReader({ folder: log.folder })
  expect(reader.knownKeys()).toEqual(
    new Map([
      ['evidence', key(2)],
      ['meter', key(1)],
    ]),
  )
  reader.close()
})

test('a log of before keys were known is read as one that knows none', async () => {
  const log = await testLog()
  await log.close()
  const database = new DatabaseSync(`${log.folder}/${databaseName}`)
  database.exec('DROP TABLE known_keys')
  database.close()
  const reader = openLogReader({ folder: log.folder })
  expect(reader.knownKeys()).toEqual(new Map())
  reader.close()
})
