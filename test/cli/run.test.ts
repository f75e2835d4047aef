import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { type Ended, energyweb } from './memory-io.ts'

const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))

let cwd: string
let children: ChildProcess[]

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'run-test-'))
  children = []
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(cwd, { recursive: true, maxRetries: 3 })
})

/** A real process of the bin, on the sources. */
function start(...words: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [bin, ...words], {
    cwd,
    env: { ...process.env, ENERGYWEB_SOURCE: '1' },
  })
  children.push(child)
  const written = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    written.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    written.stderr += chunk
  })
  return { child, ended: once(child, 'close').then(([code]) => ({ code, ...written })) }
}

async function status(asset = 0) {
  const { stdout } = await energyweb(['status', '--json'], { cwd })
  const report = stdout === '' ? { running: false, assets: [] } : JSON.parse(stdout)
  return { running: report.running, ...report.assets[asset]?.register }
}

test('init, check, run, SIGTERM, check of the log: all good; one gateway on a data folder', async () => {
  await energyweb(['init', '--yes'], { cwd })
  expect((await energyweb(['check'], { cwd })).code).toBe(0)
  const gateway = start('run')
  await expect.poll(() => status(), { timeout: 15_000 }).toMatchObject({ running: true, entries: 2 })
  expect((await stat(join(cwd, 'data', 'control.sock'))).mode & 0o777).toBe(0o600)

  const second = await start('run').ended
  expect(second.code).toBe(exitCodes.locked)
  expect(second.stderr).toContain(`process ${gateway.child.pid}`)

  gateway.child.kill('SIGTERM')
  const { code, stdout, stderr } = await gateway.ended
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  // Not a terminal: every line of what happened is JSON.
  expect(
    stderr
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).msg)
      .at(-1),
  ).toBe('the gateway has ended')

  const { running, entries } = await status()
  expect({ running, entries }).toEqual({ running: false, entries: expect.any(Number) })
  const checked = await energyweb(['log', 'check', '--json'], { cwd })
  expect({ code: checked.code, ...JSON.parse(checked.stdout) }).toMatchObject({
    code: 0,
    ok: true,
    entries,
  })
  const listed = await energyweb(['log', 'ls'], { cwd })
  expect(listed.stdout).toMatch(/0 {2}\S+ {2}roof +0 {2}opening .*\n +1 {2}\S+ {2}roof +1 {2}reading /)
  const shown = await energyweb(['log', 'show', '1', '--asset', 'roof', '--raw'], { cwd })
  expect(shown.stdout).toMatch(/energy +\d+ mJ/)
  expect((await energyweb(['log', 'show', `${entries}`], { cwd })).stderr).toContain(`the log has ${entries}`)

  const database = new DatabaseSync(join(cwd, 'data', 'log.db'))
  database.exec('UPDATE entries SET text = replace(text, \'"v":1\', \'"v":2\') WHERE id = 1')
  database.close()
  for (const words of [
    ['log', 'check'],
    ['log', 'check', '--hashes', '--data', 'data'],
  ]) {
    const bad = await energyweb(words, { cwd })
    expect(bad.code).toBe(exitCodes.failed)
    expect(bad.stdout).toMatch(/^bad: entry 1\b.*leaf-hash/)
  }
})

test('a counter that fell back is decided on, while the gateway runs and without it', {
  timeout: 60_000,
}, async () => {
  await energyweb(['init', '--yes'], { cwd })
  const file = join(cwd, 'energyweb.yml')
  const resetAt = new Date(Date.now() + 6_000).toISOString()
  const shed = `
  - name: shed
    role: consumer
    channel: import
    capacity: 5 kW
    every: 500ms
    source: { kind: simulator, profile: load, peak: 5 kW, faults: { resetAt: ${resetAt} } }
`
  const text = (await readFile(file, 'utf8'))
    .replace('every: 5s', 'every: 500ms')
    .replace('seed: 7 }', `seed: 7, faults: { resetAt: ${resetAt} } }`)
  await writeFile(file, text.replace('\n# Signed checkpoints', `${shed}\n# Signed checkpoints`))
  const gateway = start('run')
  for (const asset of [0, 1]) {
    await expect.poll(async () => (await status(asset)).heldReadings, { timeout: 25_000 }).toBeGreaterThan(0)
  }
  expect((await energyweb(['status'], { cwd })).stdout).toContain('decide with: energyweb resolve roof')

  const reset = ['resolve', 'roof', 'reset', '--initial', '0 Wh', '--reason', 'new firmware']
  expect(
    await energyweb(['resolve', 'roof', 'rollover', '--modulus', '1 Wh', '--reason', 'x'], { cwd }),
  ).toMatchObject({
    code: exitCodes.failed,
    stderr: expect.stringMatching(/^error: /),
  })
  const live = await energyweb([...reset, '--by', 'me', '--json'], { cwd })
  expect(live.stderr).toBe('')
  expect(JSON.parse(live.stdout)).toMatchObject({
    appended: [{ kind: 'reset' }],
    register: { heldReadings: 0 },
  })

  gateway.child.kill('SIGTERM')
  expect((await gateway.ended).code).toBe(0)
  const atRest = await energyweb(['resolve', 'shed', ...reset.slice(2)], { cwd })
  expect(atRest).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('nothing is held any more'),
  })
  expect(await energyweb(reset, { cwd })).toMatchObject({
    code: exitCodes.failed,
    stderr: 'error: nothing is held\n',
  })
  expect((await energyweb(['log', 'check'], { cwd })).code).toBe(0)
})

test('without a log there is nothing to show', async () => {
  await energyweb(['init', '--yes'], { cwd })
  for (const words of [
    ['status'],
    ['log', 'ls'],
    ['log', 'check'],
    ['resolve', 'roof', 'release', '--reason', 'x'],
  ]) {
    const { code, stderr } = await energyweb(words, { cwd })
    expect({ words, code }).toEqual({ words, code: exitCodes.failed })
    expect(stderr).toContain('there is no log in')
  }
})

test('messages go into a file that SIGHUP opens anew, and why the gateway could not start stands in it too', async () => {
  await energyweb(['init', '--yes'], { cwd })
  const config = join(cwd, 'energyweb.yml')
  const text = `${await readFile(config, 'utf8')}\nlogging: { file: ./logs/energyweb.log, level: debug }\n`
  await writeFile(config, text)
  const file = join(cwd, 'logs', 'energyweb.log')
  const messages = async (path = file) => {
    const content = await readFile(path, 'utf8').catch(() => '')
    return content
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line).msg)
  }
  const gateway = start('run', '--log-level', 'error')
  await expect.poll(() => messages(), { timeout: 15_000 }).toContain('roof: 1 readings recorded')
  await rename(file, `${file}-moved`)
  gateway.child.kill('SIGHUP')
  await expect.poll(() => stat(file).catch(() => undefined), { timeout: 10_000 }).toBeDefined()

  expect((await start('run').ended).code).toBe(exitCodes.locked)
  await expect
    .poll(() => messages())
    .toContainEqual(expect.stringMatching(/^the gateway ends: .*in use by process/))
  gateway.child.kill('SIGTERM')
  expect((await gateway.ended).stderr).toBe('')
  expect((await messages()).at(-1)).toBe('the gateway has ended')
  expect((await messages(`${file}-moved`))[0]).toBe('the gateway starts')
})
