import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { missing, named } from '../../test/storage/machine.ts'
import type { Logger } from '../core/logger.ts'
import { silentLogger } from '../core/logger.ts'
import { ServiceNotifier } from './service-notifier.ts'

/* The receiver is Python's: a datagram socket, as systemd opens one. */

const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))
const lacking = missing({ programs: ['systemd-notify', 'python3'] })
const lackingStrace = lacking ?? missing({ programs: ['strace'] })

const receiver = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True:
    for line in s.recv(65536).decode().splitlines():
        print(line, flush=True)
`

interface Word {
  readonly text: string
  readonly at: number
}

async function listen() {
  const folder = await mkdtemp(join(tmpdir(), 'service-'))
  const socket = join(folder, 'notify.sock')
  const child = spawn('python3', ['-c', receiver, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
  const words: Word[] = []
  let rest = ''
  child.stdout.on('data', chunk => {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    // The barrier by which systemd-notify waits until its words were read is no word of ours.
    for (const text of lines) if (text !== 'BARRIER=1') words.push({ text, at: performance.now() })
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  })
  await expect.poll(() => words.length, { timeout: 60_000 }).toBe(1)
  words.length = 0
  const said = () => words.map(({ text }) => text)
  const signs = (since = 0) => words.filter(({ text, at }) => text === 'WATCHDOG=1' && at > since).length
  return { folder, socket, words, said, signs }
}

const config = (every: string) => `energyweb: 1
assets:
  - name: roof
    role: consumer
    channel: import
    capacity: 10 kW
    every: ${every}
    source: { kind: simulator, profile: load, peak: 10 kW }
`

/** A gateway as systemd starts it, with half a second of watchdog more than a slow test machine needs. */
function gateway(folder: string, socket: string, under: readonly string[] = []): ChildProcess {
  const [program = '', ...words] = [...under, process.execPath, bin, 'run', '--log-level', 'error']
  const child = spawn(program, words, {
    cwd: folder,
    env: { ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '1000000', ENERGYWEB_SOURCE: '1' },
    stdio: 'ignore',
    detached: under.length > 0,
  })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    if (under.length > 0 && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
    await once(child, 'exit')
  })
  return child
}

test.skipIf(lacking !== undefined)(
  named(
    'the service manager is told when the gateway is ready, how it stands, that it lives and that it ends',
    lacking,
  ),
  async () => {
    const { folder, socket, said, signs } = await listen()
    await writeFile(join(folder, 'energyweb.yml'), config('1h'))
    const child = gateway(folder, socket)
    await expect.poll(said, { timeout: 60_000 }).toContain('READY=1')
    expect(await readdir(join(folder, 'data'))).toContain('log.db')
    await expect.poll(() => signs(), { timeout: 60_000 }).toBeGreaterThan(3)
    expect(said().filter(text => text === 'READY=1')).toHaveLength(1)
    expect(said()).toContainEqual(expect.stringMatching(/^STATUS=1 assets are read/))
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    await expect.poll(said).toContain('STOPPING=1')
  },
)

test.skipIf(lacking !== undefined)(
  named('no sign of life comes from a gateway whose event loop stands still', lacking),
  async () => {
    const { folder, socket, signs } = await listen()
    await writeFile(
      join(folder, 'blocker.ts'),
      `import { Task } from '${new URL('../index.ts', import.meta.url).href}'
       export class Blocker extends Task {
         #runs = 0
         coroutine() {
           if (this.#runs++ < 1) return
           const end = performance.now() + 4000
           while (performance.now() < end);
         }
       }`,
    )
    await writeFile(
      join(folder, 'energyweb.yml'),
      `${config('1h')}modules: [./blocker.ts]\ntasks:\n  - { class: Blocker, parameters: { interval: 5s } }\n`,
    )
    gateway(folder, socket)
    await expect.poll(() => signs(), { timeout: 60_000 }).toBeGreaterThan(2)
    // Blocked for 4 s: a stretch of 2 s without a sign is seen, and signs come again behind it.
    await expect.poll(() => silence(signs), { timeout: 60_000 }).toBe(true)
    const since = performance.now()
    await expect.poll(() => signs(since), { timeout: 60_000 }).toBeGreaterThan(0)
  },
)

/** True when two seconds pass without a sign of life. */
async function silence(signs: (since: number) => number): Promise<boolean> {
  const since = performance.now()
  await new Promise(resolve => setTimeout(resolve, 2_000))
  return signs(since) === 0
}

test.skipIf(lackingStrace !== undefined)(
  named('no sign of life comes from a gateway whose disk hangs, though its event loop turns', lackingStrace),
  { timeout: 60_000 },
  async () => {
    const { folder, socket, said, signs } = await listen()
    await writeFile(join(folder, 'energyweb.yml'), config('3s'))
    // The first syncs lay the tables down; one of the later ones takes two minutes.
    const wal = join(folder, 'data', 'log.db-wal')
    const under = ['strace', '-f', '-qq', '-o', '/dev/null', '-P', wal, '-e', 'trace=fsync,fdatasync']
    const hang = ['-e', 'inject=fsync,fdatasync:delay_enter=120000000:when=12']
    gateway(folder, socket, [...under, ...hang])
    await expect.poll(said, { timeout: 30_000 }).toContain('READY=1')
    await expect.poll(() => silence(signs), { timeout: 40_000 }).toBe(true)
    expect(await silence(signs)).toBe(true)
  },
)

test('without a service manager there is nobody to tell', () => {
  expect(ServiceNotifier.of({ environment: {}, log: silentLogger })).toBeUndefined()
  expect(ServiceNotifier.of({ environment: { NOTIFY_SOCKET: '' }, log: silentLogger })).toBeUndefined()
})

test.each([
  [{ WATCHDOG_USEC: '30000000' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(process.pid) }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }, undefined],
  [{ WATCHDOG_USEC: 'soon' }, undefined],
  [{}, undefined],
])('the watchdog of %j is %s ms', (environment, expected) => {
  const given = { NOTIFY_SOCKET: '/nowhere', ...environment }
  expect(ServiceNotifier.of({ environment: given, log: silentLogger })?.watchdog).toBe(expected)
})

test('a service manager that can not be told is complained of once, and nothing else happens', async () => {
  const told: string[] = []
  const log: Logger = { ...silentLogger, warn: (_, message) => void told.push(message) }
  for (const PATH of ['/nowhere', process.env.PATH ?? '']) {
    told.length = 0
    const environment = { NOTIFY_SOCKET: '/nowhere/at/all', PATH }
    const notifier = ServiceNotifier.of({ environment, log })
    expect(await notifier?.send('READY=1')).toBe(false)
    expect(await notifier?.send('WATCHDOG=1')).toBe(false)
    expect(told).toEqual([expect.stringMatching(/^the service manager can't be told: systemd-notify/)])
  }
})
