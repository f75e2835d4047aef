import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { limits, reading, readings, testLog } from '../storage/support.ts'

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
