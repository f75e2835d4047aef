import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { publishingFaultPoints } from '../../src/publishing/index.ts'
import { runChild } from '../storage/children.ts'
import { temporaryFolder } from '../storage/support.ts'
import { expectSound, rootsOf } from './published.ts'
import { GrowingLog } from './support.ts'

const script = fileURLToPath(new URL('./child-publish.ts', import.meta.url))

function publishInChild(data: string, folder: string, env: Record<string, string> = {}) {
  return runChild({ folder: data, count: 0, concurrent: 0, script, arguments: [data, folder], env })
}

/** Points that are passed once for each file, and those that are passed once. */
const perFile: readonly string[] = ['publishing/file-unnamed', 'publishing/file-named']

test('killed at every step: the published checkpoint always has all its files, and the next time all is there', {
  timeout: 120_000,
}, async () => {
  const log = await GrowingLog.open()
  const start = temporaryFolder()
  await log.grow(300)
  await log.publish(start)
  await log.grow(1_000)
  const cases = publishingFaultPoints.flatMap(point =>
    (perFile.includes(point) ? [1, 3, 7] : [1]).map(passage => ({ point, passage })),
  )
  for (const { point, passage } of cases) {
    const folder = join(temporaryFolder(), 'public')
    cpSync(start, folder, { recursive: true })
    const env = { ENERGYWEB_FAULT: `${point}:${passage}` }
    const killed = await publishInChild(log.folder, folder, env)
    expect(killed, point).toMatchObject({ signal: 'SIGKILL' })
    expectSound(folder, point === 'publishing/before-removal' ? 1_000 : 300)
    expect(await publishInChild(log.folder, folder)).toMatchObject({ code: 0, errors: '' })
    expectSound(folder, 1_000)
    expect(readdirSync(join(folder, '.publishing'))).toEqual(['lock'])
  }
})

test('killed at any moment of a first publication: no checkpoint, or one with everything', {
  timeout: 120_000,
}, async () => {
  const log = await GrowingLog.open()
  await log.grow(5_000)
  for (const passage of [1, 2, 11, 30, 41]) {
    const folder = temporaryFolder()
    const env = { ENERGYWEB_FAULT: `publishing/file-named:${passage}` }
    const { signal } = await publishInChild(log.folder, folder, env)
    expect(signal).toBe('SIGKILL')
    expect(existsSync(join(folder, 'checkpoint'))).toBe(false)
    expect(await publishInChild(log.folder, folder)).toMatchObject({ code: 0, errors: '' })
    expectSound(folder, 5_000)
  }
})

test('a full disk leaves the old checkpoint with all its files', async () => {
  const folder = temporaryFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'energyweb-test', folder])
  if (mounted.status !== 0) {
    console.warn('!!! Skipped: a small disk can only be mounted by root')
    return
  }
  onTestFinished(() => {
    spawnSync('umount', [folder])
  })
  const log = await GrowingLog.open()
  await log.grow(300)
  await log.publish(folder)
  await log.grow(5_000)
  await expect(log.publish(folder)).rejects.toMatchObject({ code: 'ENOSPC' })
  expectSound(folder, 300)
  expect(readdirSync(join(folder, '.publishing'))).toEqual(['lock'])
  spawnSync('mount', ['-o', 'remount,size=20m', folder])
  await log.publish(folder)
  expect(rootsOf(folder).size).toBe(5_000)
  expectSound(folder, 5_000)
})
