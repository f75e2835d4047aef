import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { MemoryLog } from '../../test/gateway/memory-log.ts'
import type { Logger } from '../core/logger.ts'
import { fakeSource } from '../testing/fake-source.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import type { DiskOptions } from './disk-task.ts'
import { GatewayApp } from './gateway-app.ts'
import { readTrends, trendsName } from './trends-file.ts'

const minute = 60_000
const megabyte = 1_000_000

class GrowingLog extends MemoryLog {
  bytes = 10 * megabyte

  async space() {
    return { bytes: this.bytes, unused: 0 }
  }
}

async function start(options: Partial<DiskOptions> & { free: () => number; folder?: string; from?: number }) {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'disk-task-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  // The task looks at real files, which take as long as the machine likes: time stands still meanwhile.
  let app: GatewayApp | undefined
  const isBusy = () =>
    app?.statistics().some(({ state }) => state === 'preparing' || state === 'running') === true
  const settle = async () => {
    do await new Promise<void>(resolve => setTimeout(resolve, 5))
    while (isBusy())
  }
  const clock = new VirtualClock({ settle, ...(options.from !== undefined && { start: options.from }) })
  const log = new GrowingLog(() => clock.now())
  const told: string[] = []
  const tell = (level: string) => (_: object, message: string) => void told.push(`${level}: ${message}`)
  const logger: Logger = {
    debug: () => undefined,
    info: tell('info'),
    warn: tell('warn'),
    error: tell('error'),
  }
  const gateway = new GatewayApp({
    clock,
    log: logger,
    openLog: async () => log,
    assets: [{ name: 'roof', source: fakeSource(), channel: 'export', every: '1h' }],
    disk: {
      keepFree: 200 * megabyte,
      space: async () => ({ free: options.free(), total: 1e9 }),
      ...options,
      folder,
    },
  })
  app = gateway
  const end = new AbortController()
  const running = gateway.run({ signal: end.signal, signals: false })
  running.catch(() => undefined)
  const stop = async () => {
    end.abort()
    await clock.advance(0)
    await running
  }
  return { app: gateway, clock, log, told, folder, stop }
}

test('how long the disk lasts follows from what the log grows by; a restart knows it at once', async () => {
  const { app, clock, log, folder, stop } = await start({ free: () => 920 * megabyte })
  for (let n = 0; n < 30; n++) {
    await clock.advance(minute)
    log.bytes += megabyte / 60
  }
  const { disk } = await app.status()
  // 720 MB may be used, at a megabyte an hour.
  expect((disk?.growth ?? 0) / megabyte).toBeCloseTo(1, 1)
  expect(disk?.hoursLeft).toBeGreaterThan(710)
  expect(disk?.hoursLeft).toBeLessThan(740)
  await stop()
  expect((await readTrends(folder)).sizes.length).toBeGreaterThan(1)

  const again = await start({ free: () => 920 * megabyte, folder, from: clock.now() + minute })
  await again.clock.advance(minute)
  await expect.poll(async () => (await again.app.status()).disk?.growth ?? 0).toBeGreaterThan(0)
  await again.stop()
})

test('short of room, messages are given up in order, only as many as are needed, and taken up again later', async () => {
  let free = 150 * megabyte
  let quiet = false
  const files = [30 * megabyte, 30 * megabyte, 30 * megabyte]
  const { clock, told, stop } = await start({
    free: () => free,
    sheddables: [
      {
        name: 'old log files',
        shed: async () => {
          const freed = files.pop() ?? 0
          free += freed
          return freed
        },
      },
      {
        name: 'the detail of the log file',
        shed: async () => {
          quiet = true
          return 0
        },
        relax: () => {
          quiet = false
        },
      },
    ],
  })
  await clock.advance(minute)
  expect({ files: files.length, free, quiet }).toEqual({ files: 1, free: 210 * megabyte, quiet: false })
  free = 100 * megabyte
  await clock.advance(2 * minute)
  expect({ files: files.length, quiet }).toEqual({ files: 0, quiet: true })
  expect(told.filter(text => text.startsWith('error'))).toEqual([
    'error: the disk is nearly full: 130 MB are free, and nothing is left to give up',
  ])
  free = 240 * megabyte
  await clock.advance(minute)
  expect(quiet).toBe(true)
  free = 251 * megabyte
  await clock.advance(minute)
  expect(quiet).toBe(false)
  expect(told.at(-1)).toBe('info: the disk has room again')
  await stop()
})

test('it is said once an hour that nothing is left to give up, and the status says so all the time', async () => {
  const { app, clock, told, stop } = await start({ free: () => 5 * megabyte })
  await clock.advance(150 * minute)
  expect(told.filter(text => text.includes('nearly full')).length).toBe(3)
  expect((await app.status()).disk?.trouble).toBe('only 5 MB are free and nothing is left to give up')
  await stop()
})

test.each(['', '{', '[]', '{"version":2}', '{"version":1,"sizes":[[1],["a",2],[1,-5],3],"drain":{"x":"y"}}'])(
  'a strange file of trends (%s) is begun anew',
  async content => {
    const folder = await mkdtemp(join(tmpdir(), 'disk-task-'))
    await writeFile(join(folder, trendsName), content)
    expect(await readTrends(folder)).toEqual({ sizes: [], drain: {} })
    const { app, clock, stop } = await start({ free: () => 920 * megabyte, folder })
    await clock.advance(minute)
    await expect.poll(async () => (await app.status()).disk).toBeDefined()
    await stop()
    expect(JSON.parse(await readFile(join(folder, trendsName), 'utf8'))).toMatchObject({ version: 1 })
  },
)
