import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { resolveSecret } from '../../src/config/secrets.ts'
import { openKeystore } from '../../src/keys/index.ts'
import { energyweb } from './memory-io.ts'

const origin = await readFile(new URL('../../examples/predecessor/origin.json', import.meta.url), 'utf8')
const secrets = [
  '59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  '5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
  "the old meter's password",
  "the old service's password",
]

const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))

let cwd: string
let node: Server | undefined
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'convert-test-'))
  await writeFile(join(cwd, 'old.json'), origin)
})
afterEach(async () => {
  node?.close()
  node = undefined
  await rm(cwd, { recursive: true })
})

const convert = (...words: string[]) => energyweb(['config', 'convert', 'old.json', ...words], { cwd })

async function filesHere(): Promise<string[]> {
  return (await readdir(cwd, { recursive: true })).sort()
}

test('writes a configuration that check finds good, with every secret moved into a file of its own (U19)', async () => {
  const { code, stdout, stderr } = await convert('--network', 'local')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const text = await readFile(join(cwd, 'energyweb.yml'), 'utf8')
  for (const secret of secrets) expect(`${stdout}${stderr}${text}`).not.toContain(secret)
  expect(text).toMatch(/^# yaml-language-server: \$schema=\S+configuration\.schema\.json\n/)

  const schema = new URL('../../docs/configuration.schema.json', import.meta.url)
  const fits = new Ajv2020({ strictTypes: false, keywords: ['secret', 'personal'] }).compile(
    JSON.parse(await readFile(schema, 'utf8')),
  )
  expect([fits(parse(text)), fits.errors]).toEqual([true, null])

  const checked = await energyweb(['check', '--json'], { cwd })
  expect(checked.code).toBe(0)
  expect(JSON.parse(checked.stdout).errors).toEqual([])

  const files = (await readdir(join(cwd, 'secrets'))).sort()
  expect(files).toContain('account-709979-key.json')
  expect(files).toContain('account-3c44cd-key.json')
  for (const file of files)
    expect([file, (await stat(join(cwd, 'secrets', file))).mode & 0o777]).toEqual([file, 0o600])
  expect((await stat(join(cwd, 'secrets'))).mode & 0o777).toBe(0o700)
  expect(await readFile(join(cwd, 'secrets/.gitignore'), 'utf8')).toBe('*\n')
  expect(await readFile(join(cwd, 'secrets/producer-1-meter.password'), 'utf8')).toBe(`${secrets[2]}\n`)
})

test('the same key of several assets becomes one keystore, which opens with the password beside it', async () => {
  await convert('--network', 'local')
  const keystores = (await readdir(join(cwd, 'secrets'))).filter(name => name.endsWith('-key.json'))
  expect(keystores).toHaveLength(2)
  const password = await resolveSecret({ file: join(cwd, 'secrets/keys.password') })
  const path = join(cwd, 'secrets/account-709979-key.json')
  const { signer } = await openKeystore({ path, password, expect: 'secp256k1' })
  expect(signer.publicKey('secp256k1')).toHaveLength(65)
  expect(await readFile(join(cwd, 'energyweb.yml'), 'utf8')).not.toMatch(/[&*]a\d/)
})

test('with a password of one’s own, that one protects the keystores and is named in the configuration', async () => {
  await writeFile(join(cwd, 'mine'), 'correct horse battery staple\n', { mode: 0o600 })
  await convert('--network', 'local', '--password-file', 'mine')
  expect(await readFile(join(cwd, 'energyweb.yml'), 'utf8')).toContain('file: ./mine')
  expect(await readdir(join(cwd, 'secrets'))).not.toContain('keys.password')
  const path = join(cwd, 'secrets/account-709979-key.json')
  await openKeystore({ path, password: 'correct horse battery staple', expect: 'secp256k1' })

  const env = { KEYS: 'another long and secret password' }
  const words = [
    'config',
    'convert',
    'old.json',
    '--network',
    'local',
    '--out',
    'b/energyweb.yml',
    '--password-env',
    'KEYS',
  ]
  expect((await energyweb(words, { cwd, env })).code).toBe(0)
  expect(await readFile(join(cwd, 'b/energyweb.yml'), 'utf8')).toContain('env: KEYS')
})

test('with --json the answer is for programs, and holds no secret', async () => {
  const { stdout } = await convert('--network', 'local', '--json')
  const { written, accounts, warnings, next } = JSON.parse(stdout)
  expect(written).toContain(join(cwd, 'energyweb.yml'))
  expect(accounts).toMatchObject({ 'account-709979': '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' })
  expect(warnings).toContainEqual({
    path: 'producers[0]',
    message: expect.stringContaining('is read every 1h'),
  })
  expect(next).toMatch(/^energyweb check .*energyweb\.yml$/)
  for (const secret of secrets) expect(stdout).not.toContain(secret)
})

describe('all or nothing', () => {
  test('what exists is never overwritten', async () => {
    await writeFile(join(cwd, 'energyweb.yml'), 'mine')
    expect(await convert('--network', 'local')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('exists already'),
    })
    expect(await readFile(join(cwd, 'energyweb.yml'), 'utf8')).toBe('mine')
    expect(await filesHere()).toEqual(['energyweb.yml', 'old.json'])
  })

  test('nor is a folder of secrets, empty or not', async () => {
    const { mkdir } = await import('node:fs/promises')
    await mkdir(join(cwd, 'secrets'))
    expect(await convert('--network', 'local')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('secrets exists'),
    })
    expect(await filesHere()).toEqual(['old.json', 'secrets'])
  })

  test.each([
    ['a class that nobody knows', origin.replace('DataLoggerV1', 'DataLoggerV9')],
    ['a wrong key', origin.replaceAll('59c6', '59c')],
    ['what only the check of the whole finds', origin.replace('"asset_id": 1', '"asset_id": 0')],
    ['a file of ours', 'energyweb: 1\n'],
    ['no JSON', '{'],
  ])('%s: an error, and nothing is written', async (_, text) => {
    await writeFile(join(cwd, 'old.json'), text)
    const { code, stderr } = await convert('--network', 'local')
    expect(code).toBe(3)
    for (const secret of secrets) expect(stderr).not.toContain(secret)
    expect(await filesHere()).toEqual(['old.json'])
  })

  test('killed at any moment, it has written no configuration, or a whole one', async () => {
    const outcomes = new Set<string>()
    for (const milliseconds of [150, 300, 450, 600, 750, 900, 1_200, 3_000]) {
      const words = [bin, 'config', 'convert', 'old.json', '--network', 'local', '--out', 'out/energyweb.yml']
      const child = spawn(process.execPath, words, { cwd, env: { ...process.env, ENERGYWEB_SOURCE: '1' } })
      const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
      await once(child, 'close')
      clearTimeout(timer)
      const { code } = await energyweb(['check', 'out/energyweb.yml'], { cwd })
      const written = existsSync(join(cwd, 'out/energyweb.yml'))
      expect([written, code]).toEqual([written, written ? 0 : 3])
      outcomes.add(written ? 'whole' : 'nothing')
      await rm(join(cwd, 'out'), { recursive: true, force: true })
    }
    expect(outcomes).toContain('nothing')
  }, 60_000)

  test.skipIf(process.getuid?.() === 0)('a folder that may not be written', async () => {
    await chmod(cwd, 0o500)
    expect((await convert('--network', 'local')).code).not.toBe(0)
    await chmod(cwd, 0o700)
    expect(await filesHere()).toEqual(['old.json'])
  })

  test('a folder that is a file', async () => {
    const { code, stderr } = await convert('--network', 'local', '--out', 'old.json/energyweb.yml')
    expect(code).toBe(1)
    expect(stderr).toContain('nothing was written')
    expect(await filesHere()).toEqual(['old.json'])
  })
})

describe('the chain', () => {
  async function startNode(answer: object): Promise<string> {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
    node = server
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  test('is asked of the node where nobody names it', async () => {
    const rpc = await startNode({ jsonrpc: '2.0', id: 1, result: '0xf6' })
    const { code, stderr } = await convert('--rpc', rpc)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await readFile(join(cwd, 'energyweb.yml'), 'utf8')).toContain('chainId: 246')
  })

  test('can be named', async () => {
    await convert('--chain-id', '77')
    expect(await readFile(join(cwd, 'energyweb.yml'), 'utf8')).toContain('chainId: 77')
  })

  test('that cannot be asked is an error that says what to do', async () => {
    const { code, stderr } = await convert('--rpc', 'http://127.0.0.1:1')
    expect(code).toBe(4)
    expect(stderr).toContain('Name it with --chain-id or --network')
    expect(await filesHere()).toEqual(['old.json'])
  })

  test('that has an unknown name is refused', async () => {
    expect(await convert('--network', 'Tobalaba')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('switched off'),
    })
  })
})
