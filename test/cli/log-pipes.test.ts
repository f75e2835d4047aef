import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { limits, reading, readings, testLog } from '../storage/support.ts'
import { energyweb } from './memory-io.ts'

// The real process with real pipes: how readers and signals end it can't be seen from inside.
const main = fileURLToPath(new URL('./main-process.ts', import.meta.url))

function start(words: readonly string[], through?: string): ChildProcess {
  const command = [process.execPath, main, ...words].map(word => `'${word}'`).join(' ')
  const child =
    through === undefined
      ? spawn(process.execPath, [main, ...words])
      : spawn('bash', ['-c', `${command} | ${through}; echo "ends \${PIPESTATUS[0]}" >&2`])
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' }
  child.stdout?.on('data', chunk => {
    written.stdout += chunk
  })
  child.stderr?.on('data', chunk => {
    written.stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, ...written }
}

async function filledLog(count: number) {
  const log = await testLog()
  await log.openStream({ name: 'roof', commitment: 'document' })
  await log.record('roof', readings(count), limits)
  return log
}

test('a reader that has seen enough ends an export in peace', async () => {
  const { folder } = await filledLog(5_000)
  const { stdout, stderr } = await ended(start(['log', 'export', '--data', folder], 'head -n 2'))
  expect(stdout.trimEnd().split('\n')).toHaveLength(2)
  expect(stderr).toBe('ends 0\n')
})

test('log tail ends when the reader of its pipe goes', async () => {
  const log = await filledLog(3)
  const child = start(['log', 'tail', '--data', log.folder, '--lines', '3', '--json'], 'head -n 4')
  let next = 4
  // The process finds out at the first line that nobody takes.
  const timer = setInterval(() => void log.record('roof', [reading(next++)], limits), 50)
  onTestFinished(() => clearInterval(timer))
  const { stdout, stderr } = await ended(child)
  const seen = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line).sequence)
  expect(seen).toEqual([0, 1, 2, 3].map(i => seen[0] + i))
  expect(stderr).toBe('ends 0\n')
  clearInterval(timer)
})

test.each(['SIGINT', 'SIGTERM'] as const)('log tail ends in peace at %s', async signal => {
  const { folder } = await filledLog(3)
  const child = start(['log', 'tail', '--data', folder])
  child.stdout?.once('data', () => child.kill(signal))
  expect(await ended(child)).toMatchObject({ code: 0, stderr: '' })
})

test('a gateway outlives the reader of its messages, and drains to its end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pipes-test-'))
  onTestFinished(() => rm(folder, { recursive: true, maxRetries: 3 }))
  const config = join(folder, 'energyweb.yml')
  await energyweb(['init', '--yes'], { cwd: folder })
  await energyweb(['keys', 'new', 'log-key.json', '--log', '--password-env', 'PASSWORD'], {
    cwd: folder,
    env: { PASSWORD: 'a long enough password' },
  })
  await appendFile(
    config,
    'log: { key: log, origin: gateway.example.org/x }\nkeys: { log: { keystore: ./log-key.json, password: { env: PASSWORD } } }\n',
  )
  const child = spawn(process.execPath, [main, 'run', config, '--log-level', 'debug'], {
    env: { ...process.env, PASSWORD: 'a long enough password' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stderr, 'data')
  child.stdout.destroy()
  child.stderr.destroy()
  const log = join(folder, 'data', 'log.db')
  await expect.poll(() => existsSync(log), { timeout: 20_000 }).toBe(true)
  await expect.poll(async () => (await sizeOf(folder)) > 0, { timeout: 20_000 }).toBe(true)
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  // Signed at the end of the drain, after messages that nobody took.
  expect(existsSync(join(folder, 'data', 'checkpoint'))).toBe(true)
}, 60_000)

async function sizeOf(folder: string): Promise<number> {
  const { code, stdout } = await energyweb(['log', 'ls', '--json', '--data', join(folder, 'data')])
  return code === 0 ? JSON.parse(stdout).size : 0
}
