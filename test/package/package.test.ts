import { execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  allowImportingTsExtensions: true,
}

describe('the packed package, installed into an empty folder', () => {
  it("runs the README's example as it stands there", async () => {
    const [, example] =
      /```ts\n(import \{ App[\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
    expect(example).toBeDefined()
    writeFileSync(join(folder, 'example.ts'), example!)
    const lines = await linesUntil(['example.ts'], text => /Task 5s: /.test(text))
    expect(lines[0]).toBe('MyApp Prepared')
    expect(lines.find(line => line.startsWith('Task'))).toMatch(
      /^Task 5s: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    )
    expect(lines.at(-1)).toBe('MyApp Finished')
    expect(lines.join('\n')).not.toContain('Task 1m')
  })

  it('has every door that its exports name, and no other', async () => {
    const doors = [
      'energyweb',
      'energyweb/dispatcher',
      'energyweb/evm',
      'energyweb/registries',
      'energyweb/sources',
      'energyweb/ledgers',
      'energyweb/testing',
      'energyweb/base58',
      'energyweb/field-proofs',
      'energyweb/identifiers',
      'energyweb/verify',
      'energyweb/verify-ecdsa',
    ]
    const schema = "createRequire(import.meta.url)('energyweb/configuration.schema.json')"
    const evidence = "createRequire(import.meta.url)('energyweb/evidence.schema.json')"
    const script = `import { createRequire } from 'node:module';
      if (${schema}.title !== 'energyweb configuration') throw new Error('no schema');
      if (${evidence}.title !== 'energyweb evidence') throw new Error('no schema of evidence');
      ${doors.map(door => `await import('${door}')`).join(';')};
      await import('energyweb/core/energy.ts').then(() => { throw new Error('open') }, error => {
        if (error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error
      })`
    await execute('node', ['--input-type=module', '-e', script], { cwd: folder, env: environment })
  })

  it('has all that the meter of the guide needs, and what tests it, for a driver written elsewhere', async () => {
    const meter = readFileSync(join(root, 'examples/my-meter.ts'), 'utf8')
    const [, driver] = meter.split(/^const total/m)
    expect(driver).toBeDefined()
    const names = [...meter.matchAll(/^import \{ (.+) \} from '(?:zod|\.\.\/src\/[^']+)'$/gm)].map(
      ([, list]) => list,
    )
    expect(names.length).toBe(meter.match(/^import /gm)?.length)
    writeFileSync(
      join(folder, 'my-meter.ts'),
      `import { ${names.join(', ')} } from 'energyweb/sources'\nconst total${driver}`,
    )
    writeFileSync(join(folder, 'try-meter.ts'), tryMeter)
    const { stdout } = await execute('node', ['try-meter.ts'], { cwd: folder, env: environment })
    expect(JSON.parse(stdout)).toMatchObject({ cases: expect.any(Number), failed: [] })
  })

  it('has types that these programs agree with, those of its own dependencies included', async () => {
    // Once for all: it reads the same declarations each time.
    const include = ['example.ts', 'my-meter.ts', 'try-meter.ts']
    for (const file of include) expect(existsSync(join(folder, file)), file).toBe(true)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }))
    await execute(join(binaries, 'tsc'), ['-p', folder], { cwd: folder })
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

  it('is what modules get that lie where nothing is installed; old configurations are converted too', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'energyweb-modules-'))
    const command = join(folder, 'node_modules/.bin/energyweb')
    const run = async (...words: string[]) =>
      (await execute(command, words, { cwd: elsewhere, env: environment })).stdout
    try {
      cpSync(join(root, 'examples/modules'), elsewhere, { recursive: true })
      expect(await run('check')).toBe('energyweb.yml: good\n')
      expect(JSON.parse(await run('read', 'clock', '--json'))).toMatchObject({ source: 'clock-meter' })
      const old = join(root, 'examples/predecessor/elocity.json')
      await run('config', 'convert', old, '--network', 'local', '--out', 'new/energyweb.yml')
      expect(await run('check', 'new/energyweb.yml')).toContain('good')
      expect(JSON.parse(await run('config', 'schema'))).toMatchObject({ title: 'energyweb configuration' })
    } finally {
      rmSync(elsewhere, { recursive: true })
    }
  })

  it('carries neither tests nor our test contracts', async () => {
    const { stdout } = await execute('find', [join(folder, 'node_modules/energyweb'), '-name', '*.test.*'])
    expect(stdout).toBe('')
  })
})

/** A stranger's test of a stranger's meter: the conformance suite on golden files of its own. */
const tryMeter = `
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { silentLogger, sourceContext, systemClock } from 'energyweb/sources'
import { runSourceConformance } from 'energyweb/testing'
import { source } from './my-meter.ts'

const golden = mkdtempSync(join(tmpdir(), 'my-meter-'))
const said = '{"kwh": 12.345, "at": "2024-05-01T08:00:00Z", "serial": "A1"}'
const reading = {
  channel: 'import', kind: 'counter', energy: '44442000000', fraction: '',
  measuredAt: '2024-05-01T08:00:00.000Z', device: { manufacturer: 'Mine', serial: 'A1' },
}
const answers = { '/total': { type: 'application/json', text: said } }
const expect = { readings: [reading], warnings: 0 }
writeFileSync(join(golden, 'cases.json'), JSON.stringify([{ name: 'exact', channel: 'import', answers, expect }]))
const limited = (total: number) => ({ connect: total, headers: total, body: total, total })
const context = (patience: number) =>
  sourceContext({ clock: systemClock, log: silentLogger, limits: limited(patience) })
const results = await runSourceConformance({
  folder: pathToFileURL(golden + '/'),
  secrets: [],
  open: ({ origin, patience }) =>
    source.open({ url: origin, tls: { allow: 'lan-http', reason: 'test' } }, context(patience)),
})
const failed = results.filter(({ passed }) => !passed)
console.log(JSON.stringify({ cases: results.length, failed }))
`

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
