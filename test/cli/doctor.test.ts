import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { openLog } from '../../src/storage/index.ts'
import { childReading } from '../storage/child-reading.ts'
import { limits } from '../storage/support.ts'
import { energyweb } from './memory-io.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'doctor-test-'))
  await chmod(cwd, 0o700)
  await energyweb(['init', '--yes'], { cwd })
})

afterEach(() => rm(cwd, { recursive: true, maxRetries: 3 }))

interface Told {
  readonly grade: string
  readonly what: string
  readonly remedy?: string
}

async function findings(
  env: Record<string, string> = {},
): Promise<{ code: number; findings: readonly Told[] }> {
  const { code, stdout, stderr } = await energyweb(['doctor', '--json'], { cwd, env })
  expect(stderr).toBe('')
  return { code, findings: JSON.parse(stdout).findings }
}

async function someLog(): Promise<void> {
  const log = await openLog({ folder: join(cwd, 'data') })
  await log.openStream({ name: 'roof' })
  for (let n = 1; n <= 5; n++) await log.record('roof', [childReading(n)], limits)
  await log.close()
}

test('before the first run nothing is wrong, and what to do next is said', async () => {
  const { code, findings: told } = await findings()
  expect(code).toBe(exitCodes.ok)
  expect(told.filter(({ grade }) => grade === 'bad')).toEqual([])
  expect(told).toContainEqual({
    grade: 'doubtful',
    what: 'no gateway runs on this data folder',
    remedy: 'systemctl start energyweb, or: energyweb run',
  })
})

test('a changed entry comes first, with what to do', async () => {
  await someLog()
  expect((await findings()).findings).toContainEqual({
    grade: 'good',
    what: 'the log has 6 entries; the newest 6 are what was written',
  })
  const database = new DatabaseSync(join(cwd, 'data', 'log.db'))
  database.exec(`UPDATE entries SET text = replace(text, '"v":1', '"v":2') WHERE id = 3`)
  database.close()
  const { code, findings: told } = await findings()
  expect(code).toBe(exitCodes.failed)
  expect(told[0]).toMatchObject({
    grade: 'bad',
    what: expect.stringContaining('entry 3 does not have its hash'),
    remedy: expect.stringContaining('energyweb log check'),
  })
})

test('a key that does not open, and secrets that others may read, are named; no secret is', async () => {
  await writeFile(join(cwd, 'log.password'), 'a fine long password', { mode: 0o600 })
  const words = ['keys', 'new', 'log-key.json', '--log', '--password-file', 'log.password']
  expect(await energyweb(words, { cwd })).toMatchObject({ code: 0 })
  const file = join(cwd, 'energyweb.yml')
  const keys = `log: { key: log, origin: example.org/roof }
keys: { log: { keystore: ./log-key.json, password: { file: ./log.password } } }
`
  await writeFile(file, `${await readFile(file, 'utf8')}\n${keys}`)
  expect((await findings()).findings).toContainEqual({ grade: 'good', what: 'key log opens' })
  await writeFile(join(cwd, 'log.password'), 'another-password-77')
  await chmod(join(cwd, 'log.password'), 0o644)
  await chmod(join(cwd, 'log-key.json'), 0o644)
  const { code, findings: told } = await findings()
  expect(code).toBe(exitCodes.failed)
  expect(told[0]?.what).toMatch(/^key log can't be used: /)
  expect(told).toContainEqual(expect.objectContaining({ what: expect.stringContaining('others may read') }))
  expect(JSON.stringify(told)).not.toContain('another-password-77')
})

test('a wrong configuration is told by line and column, and nothing is looked at that hangs on it', async () => {
  await writeFile(join(cwd, 'energyweb.yml'), 'energyweb: 1\nassets: 7\n')
  const { code, findings: told } = await findings()
  expect(code).toBe(exitCodes.failed)
  expect(told[0]?.what).toContain('energyweb.yml:2:9: assets: ')
})

test('for people: what is urgent stands first, lines fit, commands are whole', async () => {
  await someLog()
  const { stdout } = await energyweb(['doctor'], { cwd })
  const lines = stdout.split('\n')
  expect(lines[0]).toMatch(/^[✗!] /)
  expect(stdout).toContain('  → systemctl start energyweb, or: energyweb run')
  expect(lines.at(-2)).toMatch(/^nothing is wrong, \d+ to be looked at$/)
})

test.each([
  [0, 'good', "the nodes' clocks agree with this machine's"],
  [7_200_000, 'bad', "this machine's clock is 120 min behind those of all nodes"],
])('--live compares the clock with that of the nodes (%d ms ahead)', async (ahead, grade, what) => {
  const server = createServer((_, response) => {
    response.setHeader('date', new Date(Date.now() + ahead).toUTCString())
    response.statusCode = 405
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const file = join(cwd, 'energyweb.yml')
  const network = `networks: { local: { preset: local, rpc: ['http://127.0.0.1:${port}'] } }`
  await writeFile(file, `${await readFile(file, 'utf8')}\n${network}\n`)
  const { stdout } = await energyweb(['doctor', '--live', '--json'], { cwd })
  expect(JSON.parse(stdout).findings).toContainEqual(expect.objectContaining({ grade, what }))
})
