import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { energyweb } from '../../test/cli/memory-io.ts'
import { exitCodes } from './exit-codes.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'configuration-test-'))
})

afterEach(() => rm(cwd, { recursive: true }))

test('init says what to type next as it was called itself', async () => {
  const { stdout } = await energyweb(['init', '--yes'], { cwd, env: { npm_command: 'exec' } })
  expect(stdout).toContain('next: npx energyweb run\n')
})

test('init writes a configuration that is good, and a .gitignore that keeps data and secrets out', async () => {
  expect((await energyweb(['init', '--yes', '--dir', 'a/b'], { cwd })).stdout).toContain(
    'next: energyweb run a/b/energyweb.yml',
  )
  expect((await readdir(join(cwd, 'a', 'b'))).sort()).toEqual(['.gitignore', 'energyweb.yml'])
  const checked = await energyweb(['check', 'a/b/energyweb.yml', '--json'], { cwd })
  expect({ code: checked.code, ...JSON.parse(checked.stdout) }).toMatchObject({
    code: 0,
    errors: [],
    warnings: [],
  })
})

test('init overwrites nothing', async () => {
  await writeFile(join(cwd, '.gitignore'), 'mine')
  expect((await energyweb(['init', '--yes'], { cwd })).stderr).toContain('.gitignore exists already')
  expect(await readFile(join(cwd, '.gitignore'), 'utf8')).toBe('mine')
  await writeFile(join(cwd, 'energyweb.yml'), 'mine')
  expect((await energyweb(['init', '--yes'], { cwd })).code).toBe(exitCodes.usage)
  expect(await readFile(join(cwd, 'energyweb.yml'), 'utf8')).toBe('mine')
})

test('init without --yes says what it would do, and does nothing', async () => {
  const { code, stderr } = await energyweb(['init'], { cwd, isTerminal: true })
  expect(code).toBe(exitCodes.usage)
  expect(stderr).toContain('--yes writes energyweb.yml')
  expect(await readdir(cwd)).toEqual([])
})

test('check names line and column of every error, and ends with the code of a configuration', async () => {
  await writeFile(join(cwd, 'bad.yml'), 'energyweb: 1\nassets:\n  - name: roof\n    evry: 5s\n')
  const { code, stdout } = await energyweb(['check', 'bad.yml'], { cwd })
  expect(code).toBe(exitCodes.configuration)
  expect(stdout).toContain('bad.yml:4:5: assets[0].evry: unknown key; did you mean "every"?')
  expect((await energyweb(['run', 'bad.yml'], { cwd })).code).toBe(exitCodes.configuration)
})

test('the configuration is found by its name, by ENERGYWEB_CONFIG, or not at all', async () => {
  expect(await energyweb(['check'], { cwd })).toMatchObject({
    code: exitCodes.configuration,
    stderr: expect.stringContaining('energyweb init --yes'),
  })
  await energyweb(['init', '--yes', '--dir', 'there'], { cwd })
  expect((await energyweb(['check'], { cwd, env: { ENERGYWEB_CONFIG: 'there/energyweb.yml' } })).code).toBe(0)
  expect((await energyweb(['check'], { cwd: join(cwd, 'there') })).code).toBe(0)
})

test('read shows what the source says and writes nothing', async () => {
  await energyweb(['init', '--yes'], { cwd })
  const { code, stdout } = await energyweb(['read', 'roof', '--json', '--raw'], { cwd })
  const [reading] = JSON.parse(stdout).readings
  expect(code).toBe(0)
  expect(reading).toMatchObject({
    channel: 'export',
    kind: 'counter',
    energy: expect.stringMatching(/^\d+$/),
  })
  expect(reading.raw.length).toBeGreaterThan(10)
  expect((await energyweb(['read', 'roof'], { cwd })).stdout).toContain('measured at')
  expect((await energyweb(['read', 'rof'], { cwd })).stderr).toContain('It has roof.')
  expect(await readdir(cwd)).not.toContain('data')
})

test.each(['check', 'status', 'doctor', 'run'])(
  '%s takes the configuration as a word or by -c, not twice',
  async name => {
    const missing = await energyweb([name, '-c', '/nowhere/roof.yml'])
    const word = await energyweb([name, '/nowhere/roof.yml'])
    expect(missing.code).toBe(word.code)
    expect(missing.stdout + missing.stderr).toContain('/nowhere/roof.yml')
    const both = await energyweb([name, '/nowhere/roof.yml', '-c', '/nowhere/hall.yml'])
    expect(both.stderr).toContain('two configurations are named')
  },
)
