import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Clock } from '../../core/clock.ts'
import type { Destination } from './destination.ts'
import { RemoteLog } from './remote-log.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A clock that waits a hundredth as long. */
const hasty: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds / 100)
    return () => clearTimeout(timer)
  },
}

test('a thread that crashes whenever it is started is told to be ill, never to be well', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-crash-'))
  folders.push(folder)
  const told: (string | undefined)[] = []
  // There is no such kind: nothing that a configuration could say, and the quickest way to a defect.
  const destination = { kind: 'pigeon', name: 'd', level: 'info', labels: {}, tls: 'required' }
  const log = new RemoteLog({
    folder,
    cap: 10_000_000,
    destinations: [destination as unknown as Destination],
    sender: { host: 'box', version: '1', pid: 1 },
    clock: hasty,
    onTrouble: (subject, why) => {
      if (subject === 'thread') told.push(why)
    },
  })
  await expect.poll(() => told.length, { timeout: 20_000 }).toBeGreaterThan(2)
  await log.close()
  expect(told.filter(why => why === undefined)).toEqual([])
  expect(told[0]).toMatch(/^it has crashed: /)
}, 30_000)
