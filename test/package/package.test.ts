import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/*
 * What a developer gets: the tarball, installed into an empty folder. Only Node and TypeScript are taken from here.
 */

const execute = promisify(execFile)
const root = resolve(import.meta.dirname, '../..')
const binaries = join(root, 'node_modules/.bin')
const environment = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}` }
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'energyweb-package-'))
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root,
    env: environment,
  })
  const packed: unknown = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  const [{ filename }] = packed as [{ filename: string }]
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n')
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, filename)]
  await execute('npm', install, { cwd: folder, env: environment })
}, 300_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const compilerOptions = {
  target: 'es2024',
  module: 'nodenext',
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  erasableSyntaxOnly: true,
}

describe('the packed package, installed into an empty folder', () => {
  it("type-checks and runs the README's example as it stands there", async () => {
    const [, example] =
      /```ts\n(import \{ App[\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
    expect(example).toBeDefined()
    writeFileSync(join(folder, 'example.ts'), example!)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['example.ts'] }))
    await execute(join(binaries, 'tsc'), ['-p', folder], { cwd: folder })
    const lines = await linesUntil(['example.ts'], text => /Task 5s: /.test(text))
    expect(lines[0]).toBe('MyApp Prepared')
    expect(lines.find(line => line.startsWith('Task'))).toMatch(
      /^Task 5s: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    )
    expect(lines.at(-1)).toBe('MyApp Finished')
    expect(lines.join('\n')).not.toContain('Task 1m')
  }, 60_000)

  it('has every door that its exports name, and no other', async () => {
    const doors = ['energyweb', 'energyweb/dispatcher', 'energyweb/testing', 'energyweb/base58']
    const script = `${doors.map(door => `await import('${door}')`).join(';')};
      await import('energyweb/core/energy.ts').then(() => { throw new Error('open') }, error => {
        if (error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error
      })`
    await execute('node', ['--input-type=module', '-e', script], { cwd: folder, env: environment })
  })

  it('installs a command that tells its version and makes, checks and reads a configuration', async () => {
    const command = join(folder, 'node_modules/.bin/energyweb')
    const run = async (...words: string[]) =>
      (await execute(command, words, { cwd: folder, env: environment })).stdout
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect((await run('--version')).trim()).toBe(version)
    await run('init', '--yes')
    await run('check', 'energyweb.yml')
  })

  it('carries neither tests nor our test contracts', async () => {
    const { stdout } = await execute('find', [join(folder, 'node_modules/energyweb'), '-name', '*.test.*'])
    expect(stdout).toBe('')
  })
})

/** Runs a script, ends it with SIGTERM once its output is as wanted, and gives the lines that are not empty. */
async function linesUntil(words: string[], wanted: (text: string) => boolean): Promise<string[]> {
  const child = spawn('node', words, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
    if (wanted(text)) child.kill('SIGTERM')
  })
  await new Promise(done => child.once('close', done))
  return text.split('\n').filter(line => line !== '')
}
