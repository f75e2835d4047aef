import { readFileSync, statSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { limits, reading, readings, testLog } from '../../test/storage/support.ts'
import { fromBase64url } from '../core/bytes.ts'
import { originOfUuid } from '../proof/identifiers.ts'
import { entryColumns } from './entry-csv.ts'

async function filledLog() {
  let now = Date.parse('2024-05-01T08:00:00Z')
  const clock = { now: () => now, monotonic: () => now, after: () => () => undefined }
  const log = await testLog({ clock })
  await log.openStream({ name: 'roof' })
  await log.openStream({ name: 'hall, "south"' })
  await log.record('roof', readings(3), limits)
  now = Date.parse('2024-06-01T00:00:00Z')
  await log.record(
    'hall, "south"',
    [reading(1, { energy: 10n ** 24n + 1n, device: { serial: '=cmd|calc' }, quality: 'a "b",\nc' })],
    limits,
  )
  await log.append('roof', 'note', { by: 'anna', text: '-1+1' })
  return log
}

/** Records of CSV text, by the grammar of RFC 4180. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [[]]
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text)
    if (match === null) throw new Error(`not CSV at ${cell.lastIndex}`)
    records.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '\r\n') records.push([])
  }
  records.pop()
  return records
}

test('log export writes every entry as JSON, integers exact', async () => {
  const { folder } = await filledLog()
  const { code, stdout } = await energyweb(['log', 'export', '--data', folder])
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line).index)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(JSON.parse(lines[5] ?? '').document.energy).toBe('1000000000000000000000001')
})

test('log export as CSV: header, exact energies, UTC, nothing that a spreadsheet runs', async () => {
  const { folder } = await filledLog()
  const { stdout } = await energyweb(['log', 'export', '--data', folder, '--format', 'csv'])
  const [head = [], ...records] = parseCsv(stdout)
  expect(head).toEqual(entryColumns.map(({ name }) => name))
  expect(records.every(record => record.length === head.length)).toBe(true)
  const rows = records.map(record => Object.fromEntries(head.map((name, i) => [name, record[i]])))
  expect(rows[1]).toMatchObject({
    stream: 'roof',
    kind: 'reading',
    measured_at: '2024-05-01T08:01:00.000Z',
    energy_mj: '3600000',
    energy_wh: '1',
    total_wh: '0',
    status: 'counted',
  })
  expect(rows[5]).toMatchObject({
    stream: 'hall, "south"',
    energy_mj: '1000000000000000000000001',
    energy_wh: '277777777777777777.777778',
    quality: 'a "b",\nc',
    serial: "'=cmd|calc",
  })
  expect(rows[6]).toMatchObject({ kind: 'note', by: 'anna', text: "'-1+1" })
})

test('log export by asset and time', async () => {
  const { folder } = await filledLog()
  const indexes = async (...words: string[]) => {
    const { stdout } = await energyweb(['log', 'export', '--data', folder, ...words])
    return stdout
      .trimEnd()
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line).index)
  }
  expect(await indexes('--asset', 'roof')).toEqual([0, 1, 2, 3, 6])
  expect(await indexes('--from', '2024-06-01')).toEqual([4, 5, 6])
  expect(await indexes('--to', '2024-06-01T02:00:00+02:00')).toEqual([0, 1, 2, 3])
  expect(await indexes('--asset', 'roof', '--from', '2024-05-02', '--to', '2024-06-02')).toEqual([6])
  expect(await indexes('--from', '2025-01-01')).toEqual([])
})

test('an exported file is whole or not there, and only its owner reads it', async () => {
  const { folder } = await filledLog()
  const world = { cwd: folder }
  const { code, stdout } = await energyweb(['log', 'export', '--data', '.', '--out', 'all.jsonl'], world)
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'all.jsonl: 7 entries\n' })
  expect(readFileSync(join(folder, 'all.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(7)
  expect(statSync(join(folder, 'all.jsonl')).mode & 0o777).toBe(0o600)
  const failed = await energyweb(
    ['log', 'export', '--data', '.', '--asset', 'none', '--out', 'none.jsonl'],
    world,
  )
  expect(failed.code).toBe(1)
  expect((await readdir(folder)).filter(name => name.includes('none'))).toEqual([])
  await expect(stat(join(folder, 'none.jsonl.new'))).rejects.toThrow('ENOENT')
})

test('log tail shows the newest entries, then each new one, until it is told to end', async () => {
  const log = await filledLog()
  const ending = new AbortController()
  let output = ''
  const tail = energyweb(['log', 'tail', '--data', log.folder, '--asset', 'roof', '--lines', '2', '--json'], {
    signal: ending.signal,
    onOutput: text => {
      output += text
      const count = output.split('\n').length - 1
      if (count === 2) void log.record('hall, "south"', [reading(2, { energy: 10n ** 24n + 2n })], limits)
      if (count === 2) void log.record('roof', readings(600, 4), limits)
      if (count === 602) ending.abort()
    },
  })
  expect((await tail).code).toBe(0)
  const seen = output
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(seen.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 602 }, (_, i) => 3 + i))
  expect(new Set(seen.map(({ stream }) => stream))).toEqual(new Set(['roof']))
})

test('log show takes an index, stream and sequence, or a sequence with --asset', async () => {
  const { folder } = await filledLog()
  const shown = async (...words: string[]) => {
    const { code, stdout, stderr } = await energyweb(['log', 'show', ...words, '--json', '--data', folder])
    return code === 0 ? JSON.parse(stdout).index : stderr
  }
  expect(await shown('6')).toBe(6)
  expect(await shown('roof/4')).toBe(6)
  expect(await shown('4', '--asset', 'roof')).toBe(6)
  expect(await shown('hall, "south"/1')).toBe(5)
  expect(await shown('roof/5')).toContain('there is no entry 5: roof has 5')
  expect(await shown('roof/x')).toContain('is not a whole number')
})

test('log show tells the UUIDs and CIDs of an entry, which others work out alike', async () => {
  const { folder } = await filledLog()
  const show = await energyweb(['log', 'show', 'roof/2', '--json', '--data', folder])
  const { uuid5, uuid8, cid, entry, leafHash, document } = JSON.parse(show.stdout)
  expect(originOfUuid(uuid5, { place: JSON.parse(entry) })).toBe('entry')
  expect(originOfUuid(uuid8, { leafHash: fromBase64url(leafHash) })).toBe('leaf')
  expect(cid.raw).toBe(document.cid)
  const checked = await energyweb(['id', 'check', 'roof/2', '--id', cid.record, '--data', folder])
  expect(checked.code, checked.stderr).toBe(0)
  const people = await energyweb(['log', 'show', 'roof/2', '--data', folder])
  for (const name of [uuid5, uuid8, cid.record]) expect(people.stdout).toContain(name)
})
