import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { concatBytes, equalBytes } from '../../src/core/bytes.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { decodeEntryRecord } from '../../src/proof/ipfs/entry-record.ts'
import type { LogStore } from '../../src/storage/index.ts'
import { energyweb } from '../cli/memory-io.ts'
import { named } from '../storage/machine.ts'
import { limits, reading, readings, temporaryFolder, testLog } from '../storage/support.ts'
import { missingLibraries, unixFsLibraries } from './libraries.ts'

// `ipfs export`, read back by IPFS's own reader of CAR files and its own exporter of files.

let folder = ''
beforeEach(() => {
  folder = temporaryFolder()
})

const decoder = new TextDecoder()
const long = new TextEncoder().encode(`<long>${'x'.repeat(1_100_000)}</long>`)

async function filledLog() {
  let now = Date.parse('2024-05-01T23:50:00Z')
  const log = await testLog({
    clock: { now: () => now, monotonic: () => 0, sleep: async () => undefined } as never,
  })
  await log.openStream({ name: 'roof' })
  await log.openStream({ name: 'cellar' })
  await log.record('roof', readings(2), limits)
  now += 15 * 60_000
  await log.record(
    'roof',
    [reading(3, { raw: { bytes: long, mediaType: 'application/xml; charset=utf-8' } })],
    limits,
  )
  // The clock is put back: the entry stays on the day of the one before.
  now -= 15 * 60_000
  await log.record('roof', readings(1, 4), limits)
  await log.record(
    'cellar',
    [reading(1, { raw: { bytes: new TextEncoder().encode('{}'), mediaType: 'application/json' } })],
    limits,
  )
  return log
}

const exporting = (log: { folder: string }, ...more: string[]) =>
  energyweb(['ipfs', 'export', '--data', log.folder, ...more], { cwd: folder })

async function exported(log: LogStore & { folder: string }, ...more: string[]) {
  const { code, stdout, stderr } = await exporting(log, '--out', 'log.car', '--json', ...more)
  expect(code, stderr).toBe(0)
  return { ...JSON.parse(stdout), car: Uint8Array.from(readFileSync(join(folder, 'log.car'))) }
}

describe.skipIf(missingLibraries !== undefined)(named('an archive of the log', missingLibraries), () => {
  let libraries: Awaited<ReturnType<typeof unixFsLibraries>>
  beforeAll(async () => {
    libraries = await unixFsLibraries()
  })

  /** All files by their paths, as IPFS's own libraries read them. */
  async function filesIn(car: Uint8Array, root: string): Promise<Map<string, Uint8Array>> {
    const reader = await libraries.CarReader.fromBytes(car)
    const [first] = await reader.getRoots()
    expect(String(first)).toBe(root)
    const store = new libraries.MemoryBlockstore()
    for await (const block of reader.blocks()) await store.put(block.cid, block.bytes)
    const files = new Map<string, Uint8Array>()
    for await (const one of libraries.recursive(first, store)) {
      const file = await libraries.exporter(one.cid, store)
      if (file.type === 'directory') continue
      const parts: Uint8Array[] = []
      for await (const part of file.content()) parts.push(part)
      files.set(one.path.replace(`${root}/`, ''), concatBytes(...parts))
    }
    return files
  }

  test('has records and raw bytes by stream and day, under the CIDs of the documents', async () => {
    const log = await filledLog()
    const { car, root, files: count, blocks, bytes } = await exported(log)
    const files = await filesIn(car, root)
    expect(count).toBe(files.size)
    expect(car.length).toBe(bytes)
    expect(blocks).toBeGreaterThan(files.size)
    expect([...files.keys()].filter(path => path.startsWith('roof'))).toEqual([
      'roof/2024-05-01/0.record.json',
      'roof/2024-05-01/1.raw.xml',
      'roof/2024-05-01/1.record.json',
      'roof/2024-05-01/2.raw.xml',
      'roof/2024-05-01/2.record.json',
      'roof/2024-05-02/3.raw.xml',
      'roof/2024-05-02/3.record.json',
      'roof/2024-05-02/4.raw.xml',
      'roof/2024-05-02/4.record.json',
    ])
    expect([...files.keys()]).toContain('cellar/2024-05-01/1.raw.json')
    expect(equalBytes(files.get('roof/2024-05-02/3.raw.xml') ?? new Uint8Array(0), long)).toBe(true)
    const record = decodeEntryRecord(
      files.get('roof/2024-05-01/2.record.json') ?? new Uint8Array(0),
      nobleHashes,
    )
    const [entry] = await log.entries('roof', { after: 1, limit: 1 })
    expect(record.text).toBe(entry?.text)
    const reader = await libraries.CarReader.fromBytes(car)
    expect(await reader.has(libraries.CID.parse(String(entry?.document?.cid)))).toBe(true)
  })

  test('is the same to the byte each time, and is there whole or not at all', async () => {
    const log = await filledLog()
    const first = await exported(log)
    const refused = await exporting(log, '--out', 'log.car')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('is there already')
    const again = await exported(log, '--force')
    expect(equalBytes(first.car, again.car)).toBe(true)
    expect((await exporting(log, '--out', 'none/log.car')).code).toBe(2)
    expect((await exporting(log, '--out', 'other.car', '--asset', 'attic')).stderr).toContain(
      'no stream "attic"',
    )
    expect(readdirSync(folder)).toEqual(['log.car'])
  })

  test('has of one asset and a period what was asked for, and no more', async () => {
    const log = await filledLog()
    const words = ['--asset', 'roof', '--to', '2024-05-02', '--content', 'entries']
    const { car, root } = await exported(log, ...words)
    const files = await filesIn(car, root)
    const entries = await log.entries('roof', { after: -1, limit: 10 })
    const texts = entries.filter(({ at }) => at < Date.parse('2024-05-02')).map(({ text }) => text)
    expect([...files.values()].map(bytes => decoder.decode(bytes)).sort()).toEqual([...texts].sort())
    expect(texts).toHaveLength(4)
    for (const bad of ['entries,entries', 'entrys', '']) {
      expect((await exporting(log, '--out', 'x.car', '--content', bad)).code, bad).toBe(2)
    }
  })

  test('has of what was erased its entry alone', async () => {
    const log = await filledLog()
    await log.erase({ streams: ['roof'], range: { first: 0, last: 2 }, by: 'test', reason: 'test' })
    const { car, root, erased } = await exported(log, '--asset', 'roof', '--content', 'entries,documents,raw')
    const names = [...(await filesIn(car, root)).keys()].filter(path => /\/[012]\./.test(path))
    expect(erased).toBe(3)
    expect(names.map(path => path.split('/').at(-1))).toEqual([
      '0.entry.json',
      '1.entry.json',
      '2.entry.json',
    ])
  })

  test('puts the files of a day that are too many for a folder into hours', async () => {
    let now = Date.parse('2024-05-01T00:00:00Z')
    const log = await testLog({
      clock: { now: () => now, monotonic: () => 0, sleep: async () => undefined } as never,
    })
    await log.openStream({ name: 'roof' })
    for (let hour = 0; hour < 6; hour++) {
      await log.record('roof', readings(1_000, 1 + hour * 1_000), limits)
      now += 3_600_000
    }
    const { car, root } = await exported(log)
    const files = await filesIn(car, root)
    expect(files.size).toBe(12_001)
    expect([...files.keys()].filter(path => path.startsWith('roof/2024-05-01/05/'))).toHaveLength(2_000)
  })
})
