import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { attempt, missing, named, run } from '../../test/storage/machine.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { LogFile, type LogFileOptions } from './log-file.ts'
import { rotate } from './log-file-rotation.ts'
import { openLogger } from './open-logger.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'log-file-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function open(options: Partial<LogFileOptions> = {}) {
  const complaints: string[] = []
  const path = options.path ?? join(temporaryFolder(), 'logs', 'energyweb.log')
  const file = new LogFile({ ...options, path, complain: message => complaints.push(message) })
  onTestFinished(() => file.close())
  return { file, path, complaints }
}

/** Texts of all lines of a log, oldest first, over all its files. */
function linesOf(path: string): string[] {
  const old = readdirSync(join(path, '..'))
    .map(name => Number(/\.(\d+)$/.exec(name)?.[1] ?? 0))
    .sort((a, b) => b - a)
  return old.flatMap(number => {
    const text = readFileSync(number === 0 ? path : `${path}.${number}`, 'utf8')
    return text.split('\n').slice(0, -1)
  })
}

test('messages are JSON lines, at the level of the file, without secrets', async () => {
  const { file, path } = open({ level: 'warn' })
  const { PassThrough } = await import('node:stream')
  const { Redactor } = await import('./redactor.ts')
  const redactor = new Redactor()
  redactor.add('hunter22')
  const log = await openLogger({ output: new PassThrough(), level: 'silent', file, redactor })
  log.info({}, 'not told')
  log.error({ asset: 'roof' }, 'refused hunter22')
  await file.close()
  const lines = linesOf(path).map(line => JSON.parse(line))
  expect(lines).toMatchObject([{ level: 'error', asset: 'roof', msg: 'refused [redacted]' }])
  expect(statSync(path).mode & 0o007).toBe(0)
})

test('a file that would grow too large is put aside; the oldest go when there are too many', async () => {
  const { file, path } = open({ size: 100, keep: 3 })
  for (let n = 0; n < 100; n++) file.write(`line ${String(n).padStart(4, '0')}\n`)
  await file.close()
  const lines = linesOf(path)
  // Ten lines a file, four files: the newest forty, in order, none twice.
  expect(lines).toEqual(Array.from({ length: 40 }, (_, i) => `line ${String(60 + i).padStart(4, '0')}`))
  for (const name of readdirSync(join(path, '..'))) {
    expect(statSync(join(path, '..', name)).size).toBeLessThanOrEqual(100)
  }
})

test('all files together never take more than the cap', async () => {
  const { file, path } = open({ size: 100, keep: 50, cap: 350 })
  for (let n = 0; n < 200; n++) {
    file.write(`line ${String(n).padStart(4, '0')}\n`)
    if (n % 7 === 0) await new Promise(resolve => setTimeout(resolve, 1))
    if (!existsSync(path)) continue
    const total = readdirSync(join(path, '..')).reduce((sum, name) => sum + sizeOf(join(path, '..', name)), 0)
    expect(total).toBeLessThanOrEqual(350)
  }
  await file.close()
  expect(linesOf(path).at(-1)).toBe('line 0199')
})

/** A file may be renamed between the listing and the look. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

test('daily: a new day is a new file, also when the day passed while nothing ran', async () => {
  const clock = new VirtualClock({ start: Date.now() })
  const { file, path } = open({ daily: true, clock })
  file.write('today\n')
  await expect.poll(() => existsSync(path) && statSync(path).size).toBe(6)
  clock.jumpWallClock(86_400_000)
  file.write('tomorrow\n')
  await expect.poll(() => existsSync(`${path}.1`)).toBe(true)
  await file.close()
  const later = new VirtualClock({ start: Date.now() + 3 * 86_400_000 })
  const again = new LogFile({ path, daily: true, clock: later })
  again.write('later\n')
  await again.close()
  expect(readFileSync(`${path}.2`, 'utf8')).toBe('today\n')
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('tomorrow\n')
  expect(readFileSync(path, 'utf8')).toBe('later\n')
})

test('a rotation that died half way loses nothing that is to be kept', async () => {
  const path = join(temporaryFolder(), 'energyweb.log')
  // It died after 2 had become 3, and before 1 became 2.
  for (const [name, text] of [
    ['', 'd'],
    ['.1', 'c'],
    ['.3', 'a'],
  ])
    writeFileSync(`${path}${name}`, `${text}\n`)
  await rotate(path, 5)
  expect(linesAll(path)).toEqual({ '.1': 'd\n', '.2': 'c\n', '.3': 'a\n' })
  writeFileSync(path, 'e\n')
  await rotate(path, 2)
  expect(linesAll(path)).toEqual({ '.1': 'e\n', '.2': 'd\n' })
})

function linesAll(path: string): Record<string, string> {
  const names = readdirSync(join(path, '..')).sort()
  return Object.fromEntries(
    names.map(name => [name.replace('energyweb.log', ''), readFileSync(join(path, '..', name), 'utf8')]),
  )
}

test('a line that a dying process left half is ended, so that the next one stands alone', async () => {
  const { file, path } = open()
  mkdirSync(join(path, '..'))
  writeFileSync(path, '{"msg":"whole"}\n{"msg":"ha')
  file.write('{"msg":"next"}\n')
  await file.close()
  expect(linesOf(path)).toEqual(['{"msg":"whole"}', '{"msg":"ha', '{"msg":"next"}'])
})

test('what was moved away by logrotate is written anew after reopen()', async () => {
  const { file, path } = open()
  file.write('before\n')
  await expect.poll(() => existsSync(path) && statSync(path).size).toBe(7)
  renameSync(path, `${path}-moved`)
  file.reopen()
  file.write('after\n')
  await file.close()
  expect(readFileSync(`${path}-moved`, 'utf8')).toBe('before\n')
  expect(readFileSync(path, 'utf8')).toBe('after\n')
})

test('a file in the way of the folder: said once, tried again, and what was missed is counted', async () => {
  const clock = new VirtualClock({ settle: () => new Promise(resolve => setTimeout(resolve, 20)) })
  const folder = temporaryFolder()
  const path = join(folder, 'logs', 'energyweb.log')
  writeFileSync(join(folder, 'logs'), 'in the way')
  const { file, complaints } = open({ path, clock })
  for (let n = 0; n < 30; n++) file.write(`${String(n).padStart(99_999, 'x')}\n`)
  await expect.poll(() => clock.advance(20_000).then(() => file.trouble)).toMatch(/EEXIST|ENOTDIR/)
  expect(complaints).toEqual([
    expect.stringMatching(/can't be written, the gateway goes on without it: .*EEXIST|ENOTDIR/),
  ])
  rmSync(join(folder, 'logs'))
  await expect.poll(() => clock.advance(20_000).then(() => file.trouble)).toBeUndefined()
  await file.close()
  expect(file.trouble).toBeUndefined()
  expect(complaints[1]).toMatch(/can be written again/)
  const lines = linesOf(path)
  expect(lines.filter(line => line.includes('xxx'))).toHaveLength(10)
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ level: 'warn', dropped: 20 })
})

const noMount = missing({ programs: ['mount'], root: true })

test.skipIf(noMount !== undefined)(
  named('a full disk costs messages and nothing else; with room again it goes on, every line whole', noMount),
  async () => {
    const disk = temporaryFolder()
    run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk)
    onTestFinished(() => void (attempt('umount', disk) || attempt('umount', '-l', disk)))
    writeFileSync(join(disk, 'ballast'), new Uint8Array(40_000))
    const clock = new VirtualClock({ settle: () => new Promise(resolve => setTimeout(resolve, 20)) })
    const { file, path, complaints } = open({ path: join(disk, 'energyweb.log'), clock })
    for (let n = 0; n < 500; n++) file.write(`line ${String(n).padStart(94, '0')}\n`)
    await expect.poll(() => file.trouble).toMatch(/ENOSPC/)
    expect(complaints).toHaveLength(1)
    rmSync(join(disk, 'ballast'))
    await clock.advance(20_000)
    await file.close()
    const numbers = linesOf(path)
      .filter(line => /^line \d{94}$/.test(line))
      .map(line => Number(line.slice(5)))
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, n) => n))
    expect(linesOf(path).filter(line => !/^line \d{94}$/.test(line)).length).toBeLessThanOrEqual(1)
  },
)

test('kill -9 while it rotates: every file has whole lines but for the last one, in order', async () => {
  const path = join(temporaryFolder(), 'energyweb.log')
  const script = `
    const { LogFile } = await import(${JSON.stringify(new URL('./log-file.ts', import.meta.url).href)})
    const file = new LogFile({ path: process.argv[1], size: 2_000, keep: 1_000 })
    for (let n = Number(process.argv[2]); ; n++) {
      file.write(JSON.stringify({ n }) + '\\n')
      if (n % 20 === 0) await new Promise(resolve => setImmediate(resolve))
    }`
  for (let round = 0; round < 3; round++) {
    const from = String(round * 10_000_000)
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, path, from], {
      stdio: 'ignore',
    })
    await expect
      .poll(() => existsSync(`${path}.${5 * (round + 1)}`), { timeout: 20_000, interval: 5 })
      .toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const numbers = linesOf(path).flatMap(line => (/^\{"n":\d+\}$/.test(line) ? [JSON.parse(line).n] : []))
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(linesOf(path).length - numbers.length).toBeLessThanOrEqual(3)
})

test('the oldest file can be shed for others that need the room', async () => {
  const { file, path } = open({ size: 50, keep: 9 })
  for (let n = 0; n < 15; n++) file.write(`line ${n % 10}....\n`)
  await expect.poll(() => existsSync(`${path}.2`)).toBe(true)
  await expect.poll(() => file.shedOldest()).toBeGreaterThan(0)
  while ((await file.shedOldest()) > 0);
  expect(readdirSync(join(path, '..'))).toEqual(['energyweb.log'])
})

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is told', async () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0o500)
  const { file } = open({ path: join(folder, 'energyweb.log') })
  file.write('x\n')
  await expect.poll(() => file.trouble).toMatch(/EACCES/)
})
