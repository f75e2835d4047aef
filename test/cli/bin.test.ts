import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

// The bin in a package of its own: its command line is a double that shows what it was given, so that nothing else is
// tested here. An old Node is a new one that says it is old.
let home: string
let lonely: string
const bin = fileURLToPath(new URL('../../bin/', import.meta.url))

const commandLine = `
export async function main(words) {
  if (words[0] === 'wait') {
    process.once('SIGTERM', () => process.exit(7))
    process.once('SIGINT', () => process.exit(8))
    process.stdout.write('waiting ' + process.pid + '\\n')
    await new Promise(resolve => setTimeout(resolve, 20000))
  }
  if (words[0] === 'abort') process.kill(process.pid, 'SIGKILL')
  process.stdout.write(JSON.stringify({ words, node: process.versions.node }))
  return Number(words[0])
}`

async function makePackage(folder: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true })
  await mkdir(join(folder, 'dist', 'cli'), { recursive: true })
  for (const file of ['energyweb.js', 'package.json'])
    await copyFile(join(bin, file), join(folder, 'bin', file))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', version: '1.2.3' }))
  await writeFile(join(folder, 'dist', 'cli', 'main.js'), commandLine)
  await writeFile(
    join(folder, 'old.cjs'),
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '14.21.3' } })",
  )
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bin-test-'))
  home = join(folder, 'with', 'package')
  lonely = join(folder, 'lonely')
  await makePackage(home)
  await makePackage(lonely)
  await mkdir(join(folder, 'with', 'node_modules', '.bin'), { recursive: true })
  await symlink(process.execPath, join(folder, 'with', 'node_modules', '.bin', 'node'))
})

afterAll(() => rm(dirname(lonely), { recursive: true }))

function start(folder: string, words: readonly string[], options: { old?: boolean } = {}): ChildProcess {
  const flags = options.old === true ? ['--require', join(folder, 'old.cjs')] : []
  const env = { ...process.env, NODE_OPTIONS: '' }
  return spawn(process.execPath, [...flags, join(folder, 'bin', 'energyweb.js'), ...words], {
    cwd: folder,
    env,
  })
}

async function outcome(child: ChildProcess) {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', chunk => {
    stdout += chunk
  })
  child.stderr?.on('data', chunk => {
    stderr += chunk
  })
  const [code, signal] = await once(child, 'close')
  return { code, signal, stdout, stderr }
}

test.each([false, true])('the version is told without loading anything (old Node: %s)', async old => {
  await rm(join(lonely, 'dist'), { recursive: true, force: true })
  expect(await outcome(start(lonely, ['--version'], { old }))).toMatchObject({
    code: 0,
    stdout: '1.2.3\n',
    stderr: '',
  })
})

test.each([false, true])('words, output and exit code pass through (old Node: %s)', async old => {
  const { code, stdout, stderr } = await outcome(start(home, ['5', '--json', 'a b'], { old }))
  expect({ code, stderr }).toEqual({ code: 5, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({ words: ['5', '--json', 'a b'], node: process.versions.node })
})

test('an old Node without a newer one at hand ends with one line that says what to do', async () => {
  const { code, stdout, stderr } = await outcome(start(lonely, ['run'], { old: true }))
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(
    /^error: energyweb needs Node 24 or newer, this is 14\.21\.3; .*npm install node@24\n$/,
  )
})

async function waiting(child: ChildProcess): Promise<number> {
  const [line] = await once(child.stdout!, 'data')
  return Number(String(line).split(' ')[1])
}

test.each([
  ['SIGTERM', 7],
  ['SIGINT', 8],
] as const)('%s reaches the newer Node, and its exit code comes back', async (signal, code) => {
  const child = start(home, ['wait'], { old: true })
  expect(await waiting(child)).not.toBe(child.pid)
  child.kill(signal)
  expect(await outcome(child)).toMatchObject({ code, signal: null })
})

test('a newer Node that is killed takes the old one with it, by the same signal', async () => {
  expect(await outcome(start(home, ['abort'], { old: true }))).toMatchObject({
    code: null,
    signal: 'SIGKILL',
  })
})

test('a newer Node whose old one is killed ends in order', async () => {
  const child = start(home, ['wait'], { old: true })
  const pid = await waiting(child)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
