import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { openKeystore } from '../keys/index.ts'
import { exitCodes } from './exit-codes.ts'

let cwd: string
const env = { GOOD: 'tulip harbour nine clocks', OTHER: 'seven lamps under water' }

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'keys-test-'))
})

afterEach(() => rm(cwd, { recursive: true }))

test('a new account is kept under the password and shown by its address', async () => {
  const { code, stdout, stderr } = await energyweb(
    ['keys', 'new', 'a.json', '--password-env', 'GOOD', '--json'],
    { cwd, env },
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const opened = await openKeystore({ path: join(cwd, 'a.json'), password: env.GOOD, expect: 'secp256k1' })
  expect(JSON.parse(stdout)).toMatchObject({
    file: 'a.json',
    algorithm: 'secp256k1',
    address: opened.address,
  })
  expect((await stat(join(cwd, 'a.json'))).mode & 0o777).toBe(0o600)
  expect((await energyweb(['keys', 'show', 'a.json'], { cwd })).stdout).toContain(opened.address)
})

test('a log key tells others its name', async () => {
  const origin = 'gateway.example.org/roof'
  const words = ['keys', 'new', 'log.json', '--log', '--origin', origin, '--password-env', 'GOOD']
  const { stdout } = await energyweb(words, { cwd, env })
  expect(stdout).toContain(`${origin}+`)
  expect((await energyweb(['keys', 'show', 'log.json', '--origin', origin], { cwd })).stdout).toBe(stdout)
})

test('a key of a witness tells its name, and is never one of a log', async () => {
  const name = 'witness.example.org/w1'
  const words = ['keys', 'new', 'w.json', '--witness', name, '--password-env', 'GOOD']
  const { stdout } = await energyweb(words, { cwd, env })
  // Type 0x04 in base64, where a log's key has 0x01.
  expect(stdout).toMatch(/witness\.example\.org\/w1\+[0-9a-f]{8}\+B/)
  expect((await energyweb(['keys', 'show', 'w.json', '--witness', name], { cwd })).stdout).toBe(stdout)
  const both = ['keys', 'show', 'w.json', '--witness', name, '--origin', 'gateway.example.org/roof']
  expect((await energyweb(both, { cwd })).code).toBe(exitCodes.usage)
  const mixed = ['keys', 'new', 'x.json', '--witness', name, '--log', '--password-env', 'GOOD']
  expect((await energyweb(mixed, { cwd, env })).code).toBe(exitCodes.usage)
})

test('an unfit origin leaves no key behind', async () => {
  const words = ['keys', 'new', 'log.json', '--log', '--origin', 'a b', '--password-env', 'GOOD']
  expect((await energyweb(words, { cwd, env })).code).toBe(exitCodes.usage)
  await expect(stat(join(cwd, 'log.json'))).rejects.toThrow('ENOENT')
})

test('a key that exists is never overwritten', async () => {
  const words = ['keys', 'new', 'a.json', '--password-env', 'GOOD']
  await energyweb(words, { cwd, env })
  const before = await readFile(join(cwd, 'a.json'), 'utf8')
  const { code, stderr } = await energyweb(words, { cwd, env })
  expect(code).toBe(exitCodes.usage)
  expect(stderr).toContain('exists already')
  expect(await readFile(join(cwd, 'a.json'), 'utf8')).toBe(before)
})

test('a weak password is warned of and taken', async () => {
  const { code, stderr } = await energyweb(['keys', 'new', 'a.json', '--password-env', 'WEAK'], {
    cwd,
    env: { WEAK: 'secret' },
  })
  expect(code).toBe(0)
  expect(stderr).toContain('warning: the password is weak: it has fewer than 12 characters')
  expect(stderr).not.toContain('secret')
})

test('a password is typed twice, or comes from the first line of a file', async () => {
  const typed = await energyweb(['keys', 'new', 'a.json'], { cwd, typed: [env.GOOD, env.GOOD] })
  expect(typed.code).toBe(0)
  expect(typed.stderr).toMatch(/^password: password, again: /)
  expect((await energyweb(['keys', 'new', 'b.json'], { cwd, typed: [env.GOOD, env.OTHER] })).code).toBe(
    exitCodes.usage,
  )
  await writeFile(join(cwd, 'password'), `${env.GOOD}\nsecond line\n`)
  expect((await energyweb(['keys', 'new', 'c.json', '--password-file', 'password'], { cwd })).code).toBe(0)
  await openKeystore({ path: join(cwd, 'c.json'), password: env.GOOD, expect: 'secp256k1' })
})

test.each([
  ['nobody can be asked', [], exitCodes.usage],
  ['two places are named', ['--password-env', 'GOOD', '--password-file', 'x'], exitCodes.usage],
  ['the variable is not set', ['--password-env', 'UNSET'], exitCodes.configuration],
  ['the file is missing', ['--password-file', 'nowhere'], exitCodes.configuration],
])('a password that is not there, because %s, ends with the right code', async (_why, words, code) => {
  expect((await energyweb(['keys', 'new', 'a.json', ...words], { cwd, env })).code).toBe(code)
})

// The private key 1: its address is known to everybody.
const one = { KEY: `0x${'0'.repeat(63)}1`, ...env }
const addressOfOne = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'

test('a bare private key and a keystore are taken over', async () => {
  const bare = ['keys', 'import', 'a.json', '--private-key-env', 'KEY', '--password-env', 'GOOD', '--json']
  expect(JSON.parse((await energyweb(bare, { cwd, env: one })).stdout)).toMatchObject({
    address: addressOfOne,
  })
  const again = [
    'keys',
    'import',
    'b.json',
    '--keystore',
    'a.json',
    '--password-env',
    'GOOD',
    '--new-password-env',
    'OTHER',
  ]
  expect((await energyweb(again, { cwd, env })).stdout).toContain(addressOfOne)
  await openKeystore({ path: join(cwd, 'b.json'), password: env.OTHER, expect: 'secp256k1' })
})

test('a wrong password and a text that is no key are refused without repeating them', async () => {
  const make = ['keys', 'import', 'a.json', '--private-key-env', 'KEY', '--password-env', 'GOOD']
  await energyweb(make, { cwd, env: one })
  const wrong = await energyweb(
    ['keys', 'import', 'b.json', '--keystore', 'a.json', '--password-env', 'OTHER'],
    { cwd, env },
  )
  expect(wrong.code).toBe(exitCodes.failed)
  const noKey = await energyweb(make, { cwd, env: { ...env, KEY: 'my precious' } })
  expect(noKey.code).toBe(exitCodes.failed)
  expect(noKey.stderr).not.toContain('precious')
})
