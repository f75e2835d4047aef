import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectSound } from '../../test/publishing/published.ts'
import { GrowingLog, origin } from '../../test/publishing/support.ts'
import { temporaryFolder } from '../../test/storage/support.ts'
import { readCheckpoint } from '../proof/checkpoint.ts'
import { publishingFaultPoints } from './fault-points.ts'
import { TileFolder } from './tile-folder.ts'

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter(path => !path.startsWith('.publishing'))
    .sort()
}

test('a log grows in several steps: tiles, bundles and checkpoint fit each time, and nothing is written twice', async () => {
  const log = await GrowingLog.open()
  const folder = join(temporaryFolder(), 'public')
  expect(await log.publish(folder)).toBeUndefined()
  const sizes = [1, 5, 255, 256, 257, 700, 1_300].map(size => size + 1)
  let before = 0
  for (const size of sizes) {
    await log.grow(size)
    expect(await log.publish(folder)).toMatchObject({ origin, size, before })
    expectSound(folder, size)
    before = size
  }
  const full = join(folder, 'tile/entries/000')
  const stamp = statSync(full).mtimeMs
  expect(await log.publish(folder)).toMatchObject({ before, size: before, written: 0, removed: 0 })
  await log.grow(1_400)
  await log.publish(folder)
  expect(statSync(full).mtimeMs).toBe(stamp)
  expectSound(folder, 1_400)
})

test('partial files stay for every published size until the full one is there, and then go', async () => {
  const log = await GrowingLog.open()
  const folder = temporaryFolder()
  for (const size of [100, 200]) {
    await log.grow(size)
    await log.publish(folder)
  }
  expect(files(folder)).toEqual([
    'checkpoint',
    'tile/0/000.p/100',
    'tile/0/000.p/200',
    'tile/entries/000.p/100',
    'tile/entries/000.p/200',
  ])
  await log.grow(300)
  expect(await log.publish(folder)).toMatchObject({ removed: 2 })
  expect(files(folder)).toEqual([
    'checkpoint',
    'tile/0/000',
    'tile/0/001.p/44',
    'tile/1/000.p/1',
    'tile/entries/000',
    'tile/entries/001.p/44',
  ])
})

test('a folder with another log is refused, and nothing is written', async () => {
  const [log, other] = [await GrowingLog.open(), await GrowingLog.open()]
  const folder = temporaryFolder()
  await log.grow(300)
  await log.publish(folder)
  const before = files(folder)
  await other.grow(400, 1)
  await expect(other.publish(folder)).rejects.toMatchObject({ code: 'publish-refused' })
  await expect(other.publish(folder)).rejects.toThrow(
    /holds 300 entries that are not the first 300 of this log: nothing/,
  )
  expect(files(folder)).toEqual(before)
})

test('another course of the same log is refused, a shorter one too', async () => {
  const log = await GrowingLog.open()
  await log.grow(200)
  const copy = await GrowingLog.open(log)
  const folder = temporaryFolder()
  await log.grow(400)
  await log.publish(folder)
  await copy.grow(300, 5)
  await expect(copy.publish(folder)).rejects.toThrow(/has 400 entries, this log has signed 300: nothing/)
  await copy.grow(500, 5)
  await expect(copy.publish(folder)).rejects.toThrow(/are not the first 400 of this log: nothing/)
  expectSound(folder, 400)
})

test('a checkpoint of another origin, or something that is none, is refused', async () => {
  const log = await GrowingLog.open()
  await log.grow(10)
  const folder = temporaryFolder()
  const { note } = await log
    .publish(folder)
    .then(() => ({ note: readFileSync(join(folder, 'checkpoint'), 'utf8') }))
  writeFileSync(join(folder, 'checkpoint'), note.replaceAll('roof', 'hall'))
  await expect(log.publish(folder)).rejects.toThrow(/holds the log gateway.example.org\/hall, not/)
  writeFileSync(join(folder, 'checkpoint'), 'hello\n')
  await expect(log.publish(folder)).rejects.toThrow(/has a checkpoint that is none/)
})

test('what another log left without a checkpoint is refused where it stands in the way', async () => {
  const [log, other] = [await GrowingLog.open(), await GrowingLog.open()]
  const folder = temporaryFolder()
  await other.grow(300, 1)
  await other.publish(folder)
  rmSync(join(folder, 'checkpoint'))
  await log.grow(300)
  await expect(log.publish(folder)).rejects.toThrow(/holds something else/)
  expect(existsSync(join(folder, 'checkpoint'))).toBe(false)
})

test('with whole, what is missing or damaged is written anew, and what a crash left is taken away', async () => {
  const log = await GrowingLog.open()
  await log.grow(600)
  const folder = temporaryFolder()
  await log.publish(folder)
  const sound = readFileSync(join(folder, 'tile/0/001'))
  writeFileSync(
    join(folder, 'tile/0/001'),
    sound.map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
  )
  const left = await TileFolder.open(folder)
  await left.put('tile/entries/000.p/7', Uint8Array.of(1))
  await left.close()
  expect(await log.publish(folder, { whole: true })).toMatchObject({
    written: 0,
    repaired: 1,
    removed: 1,
    before: 600,
  })
  expectSound(folder, 600)
  expect(existsSync(join(folder, 'tile/entries/000.p'))).toBe(false)
})

test('a damaged log is not published: the tree is worked out anew', async () => {
  const log = await GrowingLog.open()
  await log.grow(600)
  const folder = temporaryFolder()
  const { openLogReader } = await import('../storage/index.ts')
  const reader = openLogReader({ folder: log.folder })
  const { publishLog } = await import('./publish-log.ts')
  const damaged = (change: (row: { index: number; text: string; hashes: Uint8Array }) => object) => ({
    lastCheckpoint: () => reader.lastCheckpoint(),
    node: (level: number, index: number) => reader.node(level, index),
    leaves: (range: { from: number; limit: number }) =>
      reader.leaves(range).map(row => ({ ...row, ...(row.index === 300 ? change(row) : {}) })),
  })
  const attempts: [(row: { index: number; text: string; hashes: Uint8Array }) => object, RegExp][] = [
    [({ text }) => ({ text: text.replace('"v":1', '"v":2') }), /entry 300 does not have the hashes/],
    [({ index }) => ({ index: index + 1 }), /entry 300 is missing/],
    [({ hashes }) => ({ hashes: hashes.subarray(0, 0) }), /entry 300 has not the hashes/],
  ]
  for (const [change, message] of attempts) {
    await expect(publishLog(damaged(change), folder)).rejects.toThrow(message)
    expect(existsSync(join(folder, 'checkpoint'))).toBe(false)
  }
  const empty = { ...damaged(() => ({})), leaves: () => [] }
  await expect(publishLog(empty, folder)).rejects.toThrow(/entry 0 is missing/)
  const note = reader.lastCheckpoint() ?? ''
  const wrong = {
    ...damaged(() => ({})),
    lastCheckpoint: () => note.replace(/\n[^\n]{44}\n/, `\n${'A'.repeat(43)}=\n`),
  }
  await expect(publishLog(wrong, folder)).rejects.toThrow(/not those that were signed/)
  expect(existsSync(join(folder, 'checkpoint'))).toBe(false)
  reader.close()
})

test('new signatures under the same checkpoint are published', async () => {
  const log = await GrowingLog.open()
  const note = await log.grow(20)
  const folder = temporaryFolder()
  await log.publish(folder)
  const reader = { node: () => new Uint8Array(0), leaves: () => [] }
  const { publishLog } = await import('./publish-log.ts')
  const cosigned = `${note}— witness.example ${Buffer.alloc(76, 1).toString('base64')}\n`
  const { openLogReader } = await import('../storage/index.ts')
  const open = openLogReader({ folder: log.folder })
  const given = { ...reader, node: open.node.bind(open), lastCheckpoint: () => cosigned }
  expect(await publishLog(given, folder)).toMatchObject({ size: 20, before: 20, written: 0 })
  expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toBe(cosigned)
  open.close()
})

test('two who publish into one folder: the second is told who the first is', async () => {
  const log = await GrowingLog.open()
  await log.grow(20)
  const folder = temporaryFolder()
  const first = await TileFolder.open(folder)
  await expect(log.publish(folder)).rejects.toThrow(`in use by process ${process.pid}`)
  await first.close()
  expect(await log.publish(folder)).toMatchObject({ size: 20 })
})

test('a data folder is never published into', async () => {
  const log = await GrowingLog.open()
  await log.grow(20)
  await expect(log.publish(log.folder)).rejects.toThrow(/is a data folder/)
})

test('an aborted publication leaves the old checkpoint', async () => {
  const log = await GrowingLog.open()
  await log.grow(20)
  const folder = temporaryFolder()
  await log.publish(folder)
  await log.grow(900)
  await expect(log.publish(folder, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
    'enough',
  )
  expect(readCheckpoint(readFileSync(join(folder, 'checkpoint'), 'utf8')).size).toBe(20)
  expect(publishingFaultPoints).toHaveLength(5)
})
