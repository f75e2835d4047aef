import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { energyweb } from '../../../test/cli/memory-io.ts'
import { limits, reading, readings, temporaryFolder, testLog } from '../../../test/storage/support.ts'
import type { Cid } from '../../core/any-cid.ts'
import { concatBytes, equalBytes, utf8 } from '../../core/bytes.ts'
import { carBlock, carHeader } from '../../proof/ipfs/car.ts'
import { encodeDagNode } from '../../proof/ipfs/dag-pb.ts'
import { folderData } from '../../proof/ipfs/unixfs-data.ts'
import type { Block } from '../../proof/ipfs/unixfs-file.ts'

let folder = ''
beforeEach(() => {
  folder = temporaryFolder()
})

const run = (...words: string[]) => energyweb(['ipfs', ...words], { cwd: folder })
const long = { bytes: new Uint8Array(2_500_000).fill(65), mediaType: 'text/plain' }

async function exportedLog(...words: string[]) {
  const log = await testLog()
  await log.openStream({ name: 'roof' })
  await log.record('roof', [...readings(3), reading(4, { raw: long })], limits)
  const { code, stderr } = await run('export', '--data', log.folder, '--out', 'log.car', ...words)
  expect(code, stderr).toBe(0)
  return log
}

/** All files below a folder, by their paths. */
function filesBelow(path: string): Map<string, Buffer> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(one => one.isFile())
  return new Map(
    files.map(one => [
      join(one.parentPath, one.name).replace(`${path}/`, ''),
      readFileSync(join(one.parentPath, one.name)),
    ]),
  )
}

const block = (bytes: Uint8Array, codec: Cid['codec'] = 'raw'): Block => ({
  cid: { version: 1, codec, digest: Uint8Array.from(createHash('sha256').update(bytes).digest()) },
  bytes,
})

/** The block of a folder, whatever its names are. */
const folderOf = (names: readonly (readonly [string, Block])[]) =>
  block(
    encodeDagNode({
      links: names.map(([name, { cid, bytes }]) => ({ name, cid, size: bytes.length })),
      data: folderData,
    }),
    'dag-pb',
  )

function writeCar(root: Block, blocks: readonly Block[]): void {
  writeFileSync(join(folder, 'bad.car'), concatBytes(carHeader(root.cid), ...blocks.map(carBlock)))
}

describe('ipfs import', () => {
  test('checks what was exported, unpacks it, and finds it in the log', async () => {
    const log = await exportedLog()
    const { code, stdout } = await run('import', 'log.car', '--out', 'files', '--data', log.folder, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, files: 9, records: 5, raw: 4, inLog: 5, wrong: [] })
    const files = filesBelow(join(folder, 'files'))
    expect(files.size).toBe(9)
    const found = (name: string) => [...files].find(([path]) => path.endsWith(name))?.[1] ?? Buffer.alloc(0)
    expect(found('/2.raw.xml').toString()).toBe('<reading n="2"/>')
    expect(equalBytes(found('/4.raw.txt'), long.bytes)).toBe(true)
    expect((await run('import', 'log.car')).stdout).toMatch(
      /^good: log.car: 9 files in \d+ blocks, root bafybei/,
    )
  })

  test('says where the log has become another, and what it never had', async () => {
    await exportedLog()
    const other = await testLog()
    await other.openStream({ name: 'roof' })
    const { code, stdout } = await run('import', 'log.car', '--data', other.folder)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^bad: /)
    expect(stdout).toContain('the log has no stream ')
  })

  test('finds records and raw bytes that do not belong together, and unpacks nothing of them', async () => {
    await exportedLog()
    await run('import', 'log.car', '--out', 'files')
    const files = [...filesBelow(join(folder, 'files'))].filter(([path]) => !path.endsWith('4.raw.txt'))
    const day = files.map(([path, bytes]) => [path.split('/').at(-1) ?? '', block(bytes)] as const)
    const named = new Map(day)
    const swap = (name: string, by: Block) =>
      day.map(([one, kept]) => [one, one === name ? by : kept] as const)
    const others = [
      swap('2.raw.xml', named.get('1.raw.xml') ?? block(utf8(''))),
      swap('2.record.json', named.get('1.record.json') ?? block(utf8(''))),
      swap('2.record.json', block(utf8('{}'))),
    ]
    for (const names of others) {
      const root = folderOf(names)
      writeCar(root, [...names.map(([, one]) => one), root])
      const { code, stdout } = await run('import', 'bad.car', '--out', 'unpacked', '--json')
      expect(code).toBe(1)
      expect(JSON.parse(stdout).wrong).toHaveLength(1)
      expect(JSON.parse(stdout).wrong[0]).toContain('2.record.json: ')
    }
    expect(readdirSync(folder).sort()).toEqual(['bad.car', 'files', 'log.car'])
  })

  test('refuses a file with any byte changed, or cut off, and leaves nothing behind', async () => {
    await exportedLog()
    const car = readFileSync(join(folder, 'log.car'))
    const changed = Buffer.from(car)
    changed[car.length - 2_000] = (changed[car.length - 2_000] ?? 0) ^ 1
    for (const bytes of [
      changed,
      car.subarray(0, -10),
      car.subarray(0, 59 + 200),
      Buffer.alloc(0),
      Buffer.from('x'),
    ]) {
      writeFileSync(join(folder, 'bad.car'), bytes)
      const { code, stderr } = await run('import', 'bad.car', '--out', 'unpacked')
      expect(code, stderr).toBe(1)
    }
    expect(readdirSync(folder).sort()).toEqual(['bad.car', 'log.car'])
  })

  test('refuses names that lead out of the folder, and folders in themselves without end', async () => {
    const file = block(utf8('x'))
    for (const name of ['..', '.', 'a\\b', 'C:', 'a\u0000b', '\u001b[2J', 'n'.repeat(256), '/etc/x', '']) {
      const root = folderOf([[name, file]])
      writeCar(root, [file, root])
      const { code } = await run('import', 'bad.car', '--out', 'unpacked')
      expect(code, JSON.stringify(name)).toBe(1)
    }
    let inner = folderOf([['file', file]])
    const deep = [file, inner]
    for (let level = 0; level < 20; level++) {
      inner = folderOf([['in', inner]])
      deep.push(inner)
    }
    writeCar(inner, deep)
    expect((await run('import', 'bad.car')).stderr).toContain('deeper')
    expect(readdirSync(folder)).toEqual(['bad.car'])
  })

  test('takes no more than the limit of a small file that names itself again and again', async () => {
    const file = block(utf8('x'))
    let inner = folderOf(Array.from({ length: 100 }, (_, i) => [String(i), file]))
    const blocks = [file, inner]
    for (let level = 0; level < 4; level++) {
      const same = inner
      inner = folderOf(Array.from({ length: 100 }, (_, i) => [String(i), same]))
      blocks.push(inner)
    }
    writeCar(inner, blocks)
    const { code, stderr } = await run('import', 'bad.car', '--limit', '1 MB')
    expect(code).toBe(1)
    expect(stderr).toContain('raise --limit')
  })

  test('unpacks an archive of one file, and into no folder that has something in it', async () => {
    const file = block(utf8('hello world'))
    writeCar(file, [file])
    mkdirSync(join(folder, 'full/x'), { recursive: true })
    expect((await run('import', 'bad.car', '--out', 'full')).code).toBe(2)
    expect((await run('import', 'bad.car', '--out', 'none/there')).code).toBe(2)
    expect((await run('import', 'nothing.car')).code).toBe(2)
    expect((await run('import', 'bad.car', '--out', 'one')).code).toBe(0)
    expect([...filesBelow(join(folder, 'one')).values()].map(String)).toEqual(['hello world'])
  })
})
