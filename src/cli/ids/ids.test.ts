import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { beforeEach, describe, expect, test } from 'vitest'
import { energyweb } from '../../../test/cli/memory-io.ts'
import { limits, readings, temporaryFolder, testLog } from '../../../test/storage/support.ts'
import { nobleHashes } from '../../proof/hashes.ts'
import { decodeEntryRecord } from '../../proof/ipfs/entry-record.ts'
import { openLogReader } from '../../storage/index.ts'

let folder = ''
beforeEach(() => {
  folder = temporaryFolder()
})

interface Shown {
  readonly identifiers: readonly { of: string; kind: string; id: string; by: string; hex: string }[]
  readonly missing: readonly string[]
}

async function filledLog() {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', readings(3), limits)
  return log
}

async function show(words: readonly string[]): Promise<Shown> {
  const { code, stdout, stderr } = await energyweb(['id', 'show', ...words, '--json'], { cwd: folder })
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

const check = (what: string, ids: readonly string[], more: readonly string[] = []) =>
  energyweb(['id', 'check', what, ...ids.flatMap(id => ['--id', id]), ...more], { cwd: folder })

describe('id show', () => {
  test('prints the CIDs of a file that multiformats makes, and their UUIDs', async () => {
    const bytes = randomBytes(1_000)
    writeFileSync(join(folder, 'a.bin'), bytes)
    const { identifiers } = await show(['./a.bin'])
    const cid = CID.createV1(raw.code, await sha256.digest(bytes))
    expect(identifiers[0]).toMatchObject({ kind: 'CIDv1', id: cid.toString(), of: 'file' })
    expect(identifiers.map(({ kind }) => kind)).toEqual([
      'CIDv1',
      'UUIDv5',
      'UUIDv8',
      'CIDv0',
      'UUIDv5',
      'UUIDv8',
    ])
    expect(identifiers[3]?.id).toMatch(/^Qm/)
  })

  test('names a file of several chunks as one block and under each profile', async () => {
    writeFileSync(join(folder, 'b.bin'), new Uint8Array(1_048_577))
    const { identifiers } = await show(['b.bin'])
    const cids = identifiers.filter(({ kind }) => kind.startsWith('CID'))
    expect(cids.map(({ by }) => by)).toEqual([
      'its bytes as one block',
      'profile unixfs-v1-2025',
      'profile unixfs-v0-2015',
    ])
    expect(new Set(cids.map(({ id }) => id)).size).toBe(3)
  })

  test('prints those of an entry: by place, by leaf hash, of its raw bytes and of its record', async () => {
    const log = await filledLog()
    const { identifiers } = await show(['roof/2', '--data', log.folder])
    const [entry] = await log.entries('roof', { after: 1, limit: 1 })
    const cidsOf = (of: string) =>
      identifiers.filter(one => one.of === of && one.kind === 'CIDv1').map(({ id }) => id)
    expect(cidsOf('raw bytes')).toEqual([entry?.document?.cid])
    const reader = openLogReader({ folder: log.folder })
    const record = reader.record(2) ?? new Uint8Array(0)
    reader.close()
    expect(decodeEntryRecord(record, nobleHashes).text).toBe(entry?.text)
    const cid = CID.createV1(raw.code, await sha256.digest(record))
    expect(cidsOf('record')).toEqual([cid.toString()])
    const byIndex = await show(['2', '--data', log.folder])
    expect(byIndex.identifiers).toEqual(identifiers)
  })

  test('knows the UUIDv5 of an entry before there is one, and it stays', async () => {
    const log = await filledLog()
    const before = await show(['roof/4', '--data', log.folder])
    expect(before.identifiers).toHaveLength(1)
    expect(before.missing).toEqual(['there is no such entry yet: only its place is known'])
    await log.record('roof', readings(1, 4), limits)
    const after = await show(['roof/4', '--data', log.folder])
    expect(after.identifiers[0]).toEqual(before.identifiers[0])
    expect(after.missing).toEqual([])
  })

  test('says what was erased, and what never had raw bytes', async () => {
    const log = await filledLog()
    await log.erase({ streams: ['roof'], range: { first: 0, last: 1 }, by: 'test', reason: 'test' })
    expect((await show(['roof/1', '--data', log.folder])).missing[0]).toContain('erased')
    expect((await show(['roof/4', '--data', log.folder])).missing).toEqual(['it has no raw bytes'])
  })

  test('refuses a file and an entry that are not there', async () => {
    const log = await filledLog()
    for (const words of [['./nothing'], ['99', '--data', log.folder]]) {
      const { code, stderr } = await energyweb(['id', 'show', ...words], { cwd: folder })
      expect(code).toBe(2)
      expect(stderr).toContain('there is no')
    }
  })
})

describe('id check', () => {
  test('says yes to each identifier in every way that it is written, and to none of another entry', async () => {
    const log = await filledLog()
    const place = ['--data', log.folder]
    const { identifiers } = await show(['roof/2', ...place])
    for (const { kind, id, hex } of identifiers) {
      const forms = kind === 'leaf hash' ? [hex] : [id, hex]
      if (kind.startsWith('UUID')) forms.push(id.toUpperCase(), `${hex}${'00'.repeat(16)}`)
      if (kind.startsWith('CID')) forms.push(`ipfs://${id}`)
      const said = await check('roof/2', forms, [...place, '--json'])
      expect(said.code, said.stdout).toBe(0)
      expect(JSON.parse(said.stdout).ok).toBe(true)
      const other = await check('roof/1', [id].filter(() => kind !== 'leaf hash').concat(hex), place)
      expect(other.code).toBe(1)
    }
  })

  test('takes a CID in other bases, and tells what it is', async () => {
    writeFileSync(join(folder, 'hello'), 'hello world')
    const { base58btc } = await import('multiformats/bases/base58')
    const cid = CID.parse('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e')
    const { code, stdout } = await check('hello', [cid.toString(base58btc)])
    expect(code).toBe(0)
    expect(stdout).toContain(
      'is the CIDv1 of the file hello (its bytes as one block, profile unixfs-v1-2025)',
    )
    const digest = createHash('sha256').update('hello world').digest('hex')
    expect((await check('hello', [`0x${digest}`])).stdout).toContain('is the CIDv1 of the file hello')
  })

  test('ends with 1 when one of several is nothing of it, and with 2 for what is no identifier', async () => {
    writeFileSync(join(folder, 'hello'), 'hello world')
    const good = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    const mixed = await check('hello', [good, '6ba7b811-9dad-51d1-80b4-00c04fd430c8'])
    expect(mixed.code).toBe(1)
    expect(mixed.stdout).toMatch(/^yes: .*\nno: 6ba7b811-9dad-51d1-80b4-00c04fd430c8 is nothing of hello\n$/s)
    expect((await check('hello', ['QmUNLLsPACCz1vLxQVkXqqLX5R1X'])).code).toBe(2)
    expect((await check('hello', [])).code).toBe(2)
  })
})
