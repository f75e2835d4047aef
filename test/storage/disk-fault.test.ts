import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { databaseName, openLog } from '../../src/storage/index.ts'
import { childReading } from './child-reading.ts'
import { acknowledged, expectNothingLost, runChild } from './children.ts'
import { attempt, missing, named, run } from './machine.ts'
import { limits, temporaryFolder } from './support.ts'

const noStrace = missing({ programs: ['strace'] })

test.skipIf(noStrace !== undefined)(
  named('a failed fsync is not acknowledged; the log stops, is opened anew and loses nothing', noStrace),
  { timeout: 60_000 },
  async () => {
    for (const when of ['5', '9+4']) {
      const folder = temporaryFolder()
      // The child's own first start lays the tables down; the second one meets the failing disk.
      expect(await runChild({ folder, count: 10, concurrent: 8 })).toMatchObject({ code: 0 })
      const under = ['strace', '-f', '-qq', '-o', '/dev/null', '-P', join(folder, `${databaseName}-wal`)]
      under.push('-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:error=EIO:when=${when}`)
      const { lines, code, errors } = await runChild({ folder, count: 150, concurrent: 8, under })
      expect({ code, errors }).toEqual({ code: 0, errors: '' })
      expect(lines.filter(text => text === 'io').length).toBeGreaterThan(0)
      expect(lines.filter(text => text === 'io')).toHaveLength(lines.filter(text => text === 'ok').length)
      // Between the failure and the recovery nothing is said to be durable.
      lines.forEach((text, i) => {
        if (text === 'io') expect(lines[i + 1]).toBe('ok')
      })
      expect(acknowledged(lines, 'r').at(-1)).toBeGreaterThan(100)
      await expectNothingLost(folder, lines)
    }
  },
)

const noMount = missing({ programs: ['mount'], root: true })

test.skipIf(noMount !== undefined)(
  named('a full disk stops the log without harm; with room again it goes on', noMount),
  { timeout: 60_000 },
  async () => {
    const disk = join(temporaryFolder(), 'disk')
    mkdirSync(disk)
    run('mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk)
    onTestFinished(() => {
      if (!attempt('umount', disk)) attempt('umount', '-l', disk)
    })
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, new Uint8Array(1_500_000))
    const folder = join(disk, 'data')
    const log = await openLog({ folder })
    onTestFinished(() => log.close())
    const failures: Error[] = []
    log.onFailure(error => failures.push(error))
    await log.openStream({ name: 'roof' })
    const said: string[] = []
    const appendUntil = async (stop: (n: number) => boolean) => {
      for (let n = said.length + 1; !stop(n); n++) {
        await log.record('roof', [childReading(n)], limits)
        said.push(`r ${n}`)
      }
    }
    await expect(appendUntil(() => false)).rejects.toMatchObject({
      code: 'log-io',
      message: expect.stringContaining('full'),
    })
    expect(said.length).toBeGreaterThan(20)
    expect(failures).toHaveLength(1)
    const next = childReading(said.length + 1)
    await expect(log.record('roof', [next], limits)).rejects.toMatchObject({ code: 'log-io' })
    await expect(log.head()).rejects.toMatchObject({ code: 'log-io' })
    expect(failures).toHaveLength(1)
    fill(join(disk, 'more-ballast'))
    await expect(log.recover()).rejects.toMatchObject({ code: 'log-io' })
    await expect(log.record('roof', [next], limits)).rejects.toMatchObject({ code: 'log-io' })
    rmSync(ballast)
    rmSync(join(disk, 'more-ballast'))
    await Promise.all([log.recover(), log.recover()])
    const enough = said.length + 30
    await appendUntil(n => n > enough)
    expect(failures).toHaveLength(1)
    await log.close()
    await expectNothingLost(folder, said)
  },
)

test('a log that works is recovered by doing nothing', async () => {
  const folder = temporaryFolder()
  const log = await openLog({ folder })
  onTestFinished(() => log.close())
  await log.openStream({ name: 'roof' })
  await log.recover()
  expect(log.failure).toBeUndefined()
  expect(await log.record('roof', [childReading(1)], limits)).toMatchObject({ statuses: ['counted'] })
})

/** Writes a file until the disk has no room left. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (;;) writeSync(file, new Uint8Array(4_096))
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(file)
  }
}
